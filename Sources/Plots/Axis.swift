/// An axis of a plot: its label, scale and range.
public struct Axis: Sendable {
  /// The label, with its unit: `m(π^{+}π^{−}) [GeV]`. Text in `^{…}` is raised, in `_{…}` lowered.
  public var label: String
  /// How numbers are mapped to places.
  public var scale: Scale
  /// The part that is shown; `nil` for all data. A range that cannot be shown (not finite, or not
  /// positive on a logarithmic axis) is taken as `nil`.
  public var range: ClosedRange<Double>?

  /// How numbers are mapped to places.
  public enum Scale: Sendable {
    /// Equal differences are equal lengths.
    case linear
    /// Equal ratios are equal lengths; numbers that are not positive are not shown.
    case logarithmic
  }

  /// An axis with a label; all data are shown if no range is given.
  public init(_ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.scale = scale
    self.range = range
  }
}
