/// A kind of element whose field oscillates at a frequency that may be given as a multiple of the
/// frequency of revolution in a ring.
public protocol OscillatingElement: Element {
  /// Frequency of the field [Hz].
  var frequency: Double { get set }
  /// The frequency over that of revolution; nil where `frequency` is given.
  ///
  /// The frequency is that of the design: it is set when a run is set up, and does not change with the
  /// energy or with numbers that vary.
  var harmonic: Double? { get set }
}
