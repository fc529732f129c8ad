import AutoDiff
import BeamMaps
import ParameterTables

/// The fringe field at one end of a quadrupole magnet, to third order.
///
/// E. Forest, J. Milutinovic, Nucl. Instrum. Methods A 269, 474 (1988), equation (28).
public struct QuadrupoleEdge: Element {
  /// Normalised gradient of the magnet [m⁻²]; positive focuses the beam's own species in x.
  public var k1: Double
  /// Gradient of the magnet [T/m], divided by the signed rigidity and added to `k1`.
  public var gradient: Double
  /// The end at which it stands.
  public var location: EdgeLocation

  /// The edge at `location` of a magnet of strength `k1` [m⁻²], or with `gradient` [T/m].
  public init(k1: Double = 0, gradient: Double = 0, location: EdgeLocation = .entry) {
    self.k1 = k1
    self.gradient = gradient
    self.location = location
  }

  public init() { self.init(k1: 0) }

  public static let kind = "QuadrupoleEdge"
  public static let summary = "The fringe field at one end of a quadrupole magnet."
  public static let modelChoice = ModelChoice<Self>.only(.nonlinear)
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .real("k1", \.k1, unit: "1/m^2", "Normalised gradient of the magnet; positive focuses in x."),
      .real("gradient", \.gradient, unit: "T/m", "Gradient of the magnet, instead of k1."),
      .word(
        "location", \.location.word, among: EdgeLocation.words, required: true,
        "The end of the magnet."),
    ], alternatives: [.atMostOne(of: "k1", "gradient")])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let k = q.k1 + q.gradient / reference.rigidity
    return TransferMap(
      FringeMotion(QuadrupoleFringe<S>(k: k, location), slice, reference))
  }
}
