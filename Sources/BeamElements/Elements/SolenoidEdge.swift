import AutoDiff
import BeamMaps
import ParameterTables

/// What the soft edge of a solenoid adds to a hard one; the same at the entrance and at the exit.
///
/// A ``Solenoid`` has hard edges, and can have these as well.
public struct SolenoidEdge: Element {
  /// Normalised field B_z over the rigidity [1/m] inside the solenoid.
  public var ks: Double
  /// Field B_z [T], divided by the signed rigidity and added to `ks`.
  public var field: Double
  /// ∫B(B₀ − B) ds/B₀² through the edge [m].
  public var fringeFocusing: Double
  /// ∫B′² ds/B₀² through the edge [1/m].
  public var fringeAberration: Double

  /// An edge of a solenoid of strength `ks` [1/m], or of `field` [T], with its integrals [m] and
  /// [1/m].
  public init(
    ks: Double = 0, field: Double = 0, fringeFocusing: Double = 0, fringeAberration: Double = 0
  ) {
    self.ks = ks
    self.field = field
    self.fringeFocusing = fringeFocusing
    self.fringeAberration = fringeAberration
  }

  public init() { self.init(ks: 0) }

  public static let kind = "SolenoidEdge"
  public static let summary = "What the soft edge of a solenoid adds to a hard one."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .real("ks", \.ks, unit: "1/m", "Normalised field inside, B_z over the rigidity."),
      .real("field", \.field, unit: "T", "Field B_z inside, instead of ks."),
      .real(
        "fringe_focusing", \.fringeFocusing, unit: "m",
        "Integral of B(B0 - B)/B0^2 through the edge."),
      .real(
        "fringe_aberration", \.fringeAberration, unit: "1/m",
        "Integral of the square of B'/B0 through the edge."),
    ], alternatives: [.atMostOne(of: "ks", "field")])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      SolenoidEdgeKick<S>(
        ks: q.ks + q.field / reference.rigidity, focusing: slice.kick(q.fringeFocusing),
        aberration: slice.kick(q.fringeAberration), reference))
  }
}
