import AutoDiff
import BeamMaps
import ParameterTables

/// The fringe field at one end of a straight multipole magnet with a hard edge.
///
/// E. Forest, J. Milutinovic, Nucl. Instrum. Methods A 269, 474 (1988).
public struct MultipoleEdge: Element {
  /// Normal coefficients kn_m [m^−(m+1)] of the magnet from m = 0, which does not count.
  public var normal: [Double]
  /// Skew coefficients ks_m [m^−(m+1)].
  public var skew: [Double]
  /// The end at which it stands.
  public var location: EdgeLocation

  /// The edge at `location` of a magnet with these coefficients [m^−(m+1)].
  public init(normal: [Double] = [], skew: [Double] = [], location: EdgeLocation = .entry) {
    self.normal = normal
    self.skew = skew
    self.location = location
  }

  public init() { self.init(normal: []) }

  public static let kind = "MultipoleEdge"
  public static let summary = "The fringe field at one end of a straight multipole magnet."
  public static let modelChoice = ModelChoice<Self>.only(.exact)
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>([
    .vector(
      "normal", \.normal, unit: "1/m^(m+1)",
      "Normal coefficients of the magnet; that of m = 0 does not count."),
    .vector(
      "skew", \.skew, unit: "1/m^(m+1)",
      "Skew coefficients of the magnet; that of m = 0 does not count."),
    .word(
      "location", \.location.word, among: EdgeLocation.words, required: true,
      "The end of the magnet."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      FringeMotion(
        MultipoleFringe<S>(normal: q.normal, skew: q.skew, location), slice, reference))
  }
}
