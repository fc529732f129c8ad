import AutoDiff
import BeamMaps
import ParameterTables

/// An active plasma lens, or any channel that focuses alike in both planes.
public struct PlasmaLens: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// Normalised gradient [m⁻²]; positive focuses in both planes.
  public var k: Double
  /// Gradient of the azimuthal field [T/m], divided by the signed rigidity and added to `k`.
  public var gradient: Double

  /// A lens of `length` [m] with strength `k` [m⁻²], or with `gradient` [T/m].
  public init(length: Double, k: Double = 0, gradient: Double = 0) {
    self.length = length
    self.k = k
    self.gradient = gradient
  }

  public init() { self.init(length: 0) }

  public static let kind = "PlasmaLens"
  public static let summary = "A plasma lens: it focuses alike in both planes."
  public static let modelChoice = ModelChoice<Self>.only(.chromatic)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
      .real("k", \.k, unit: "1/m^2", "Normalised gradient; positive focuses in both planes."),
      .real("gradient", \.gradient, unit: "T/m", "Gradient, instead of k."),
    ], alternatives: [.atMostOne(of: "k", "gradient")])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    TransferMap(
      staged: ChromaticLens<S>(
        k: q.k + q.gradient / reference.rigidity, length: slice.length(of: q.length), reference))
  }
}
