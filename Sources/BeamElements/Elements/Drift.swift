import AutoDiff
import BeamMaps
import ParameterTables

/// A straight section without fields.
public struct Drift: Element {
  /// Length along the design orbit [m]; may be negative.
  public var length: Double
  /// The model by which it is tracked: linear, chromatic or exact.
  public var model: ElementModel

  /// A drift of `length` [m].
  public init(length: Double, model: ElementModel = .exact) {
    self.length = length
    self.model = model
  }

  public init() { self.init(length: 0) }

  public static let kind = "Drift"
  public static let summary = "A straight section without fields."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", required: true, "Length; may be negative.")
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func tangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel? { compiledTangentKernel(inputs) }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    drift(over: slice.length(of: q.length), model, reference)
  }
}

/// Free flight over `length` [m] by `model`: what a drift is, and what stands in its place.
func drift<S: ParticleScalar>(
  over length: S.Constant, _ model: ElementModel, _ reference: ReferenceParticle<S.Constant>
) -> TransferMap<S> {
  switch model {
  case .linear:
    return TransferMap(
      LinearMotion<S>(length: length, curvature: .zero, focusing: (.zero, .zero), reference))
  case .chromatic:
    return TransferMap(ChromaticDrift<S>(length: length, reference))
  case .exact, .thin, .nonlinear:
    return TransferMap(ExactDrift<S>(length: length, reference))
  }
}
