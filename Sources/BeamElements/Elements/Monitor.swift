import AutoDiff
import BeamMaps
import ParameterTables

/// A place where all particles are written to a file, as a monitor reads them.
///
/// Its reading of a position is gain·x + offset + noise; the beam itself passes untouched.
public struct Monitor: Element {
  /// The reading of x per x.
  public var gainX: Double
  /// The reading of y per y.
  public var gainY: Double
  /// What is read of x = 0 [m].
  public var offsetX: Double
  /// What is read of y = 0 [m].
  public var offsetY: Double
  /// Standard deviation of the noise of x [m], one number for all particles of one passage.
  public var noiseX: Double
  /// Standard deviation of the noise of y [m], one number for all particles of one passage.
  public var noiseY: Double
  /// The seed of the noise.
  public var seed: Int

  /// A monitor that reads gain·x + offset [m] + noise [m] of x, and likewise of y.
  public init(
    gainX: Double, gainY: Double, offsetX: Double = 0, offsetY: Double = 0, noiseX: Double = 0,
    noiseY: Double = 0, seed: Int = 1
  ) {
    self.gainX = gainX
    self.gainY = gainY
    self.offsetX = offsetX
    self.offsetY = offsetY
    self.noiseX = noiseX
    self.noiseY = noiseY
    self.seed = seed
  }

  /// A monitor without errors.
  public init() { self.init(gainX: 1, gainY: 1) }

  public static let kind = "Monitor"
  public static let summary = "Writes all particles to a file; has no effect on the beam."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real("gain_x", \.gainX, fixed: true, "Reading of x per x."),
    .real("gain_y", \.gainY, fixed: true, "Reading of y per y."),
    .real("offset_x", \.offsetX, unit: "m", fixed: true, "Reading of x = 0."),
    .real("offset_y", \.offsetY, unit: "m", fixed: true, "Reading of y = 0."),
    .real(
      "noise_x", \.noiseX, unit: "m", in: .nonNegative, fixed: true,
      "Standard deviation of the noise of x, one number in each passage."),
    .real(
      "noise_y", \.noiseY, unit: "m", in: .nonNegative, fixed: true,
      "Standard deviation of the noise of y, one number in each passage."),
    .integer("seed", \.seed, in: 0...((1 << 53) - 1), "Seed of the noise."),
  ])

  public var isLinear: Bool { true }
  public var recordsParticles: Bool { true }
  public var reading: MonitorReading? {
    MonitorReading(
      gainX: gainX, gainY: gainY, offsetX: offsetX, offsetY: offsetY, noiseX: noiseX,
      noiseY: noiseY, seed: UInt64(seed.magnitude))
  }
  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { TransferMap(Rest<S>()) }
}
