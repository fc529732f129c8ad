import AutoDiff
import BeamMaps
import ParameterTables

/// A solenoid magnet with hard edges, including the focusing of its edges.
public struct Solenoid: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// Normalised field B_z over the rigidity [1/m].
  public var ks: Double
  /// Field B_z [T], divided by the signed rigidity and added to `ks`.
  public var field: Double

  /// A solenoid of `length` [m] with strength `ks` [1/m], or with `field` [T].
  public init(length: Double, ks: Double = 0, field: Double = 0) {
    self.length = length
    self.ks = ks
    self.field = field
  }

  public init() { self.init(length: 0) }

  public static let kind = "Solenoid"
  public static let summary = "A solenoid magnet: it focuses in both planes and turns the beam."
  public static let modelChoice = ModelChoice<Self>.only(.linear)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
      .real("ks", \.ks, unit: "1/m", "Normalised field, B_z over the rigidity."),
      .real("field", \.field, unit: "T", "Field B_z, instead of ks."),
    ], alternatives: [.atMostOne(of: "ks", "field")])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      LinearSolenoid<S>(
        ks: q.ks + q.field / reference.rigidity, length: slice.length(of: q.length), reference))
  }
}
