import AutoDiff
import BeamMaps
import ParameterTables

/// A collimator: a drift whose aperture, that of its placement, stops particles at its entrance and at
/// the end of every slice.
public struct Collimator: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// The model by which it is tracked: linear, chromatic or exact.
  public var model: ElementModel

  /// A collimator of `length` [m].
  public init(length: Double, model: ElementModel = .exact) {
    self.length = length
    self.model = model
  }

  public init() { self.init(length: 0) }

  public static let kind = "Collimator"
  public static let summary = "A drift whose aperture stops particles everywhere along it."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let aperturePosition = PlacedAperture.Position.everywhere
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length.")
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { drift(over: slice.length(of: q.length), model, reference) }
}
