import AutoDiff
import BeamMaps
import ParameterTables

/// A thin slice of the nonlinear magnet of an integrable lattice; MAD-X calls it NLLENS.
///
/// V. Danilov, S. Nagaitsev, Phys. Rev. ST Accel. Beams 13, 084002 (2010), section V.A.
public struct NonlinearLens: Element {
  /// Integrated strength [m].
  public var knll: Double
  /// Distance c of the poles from the axis [m], positive.
  public var cnll: Double

  /// A lens of integrated strength `knll` [m] with poles at x = ±`cnll` [m].
  public init(knll: Double, cnll: Double) {
    self.knll = knll
    self.cnll = cnll
  }

  public init() { self.init(knll: 0, cnll: 1) }

  public static let kind = "NonlinearLens"
  public static let summary = "A thin slice of the nonlinear magnet of an integrable lattice."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .real("knll", \.knll, unit: "m", required: true, "Integrated strength."),
    .real("cnll", \.cnll, unit: "m", in: .positive, required: true, "Distance of the poles."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(NonlinearLensKick<S>(strength: slice.kick(q.knll), distance: q.cnll))
  }
}
