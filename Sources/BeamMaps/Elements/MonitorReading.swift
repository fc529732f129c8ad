/// What a monitor makes of the positions of particles: its errors of reading.
///
/// A reading is gain·x + offset + noise, and likewise y. Its noise is one number for all particles of
/// one passage, and another one in the next.
public struct MonitorReading: Sendable, Equatable {
  /// The reading of x per x; 1 in a monitor without errors.
  public var gainX: Double
  /// The reading of y per y; 1 in a monitor without errors.
  public var gainY: Double
  /// What is read of x = 0 [m].
  public var offsetX: Double
  /// What is read of y = 0 [m].
  public var offsetY: Double
  /// Standard deviation of the noise of x [m].
  public var noiseX: Double
  /// Standard deviation of the noise of y [m].
  public var noiseY: Double
  /// The seed of the noise.
  public var seed: UInt64

  /// A reading without errors, unless they are given.
  public init(
    gainX: Double = 1, gainY: Double = 1, offsetX: Double = 0, offsetY: Double = 0,
    noiseX: Double = 0, noiseY: Double = 0, seed: UInt64 = 1
  ) {
    self.gainX = gainX
    self.gainY = gainY
    self.offsetX = offsetX
    self.offsetY = offsetY
    self.noiseX = noiseX
    self.noiseY = noiseY
    self.seed = seed
  }

  /// Whether it has no errors.
  package var isExact: Bool { self == Self(seed: seed) }
}
