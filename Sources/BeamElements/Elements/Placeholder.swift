import AutoDiff
import BeamMaps
import ParameterTables

/// A straight section kept free for what is not decided or not described: a drift with another name.
public struct Placeholder: Element {
  /// Length along the design orbit [m]; may be negative.
  public var length: Double
  /// The model by which it is tracked: linear, chromatic or exact.
  public var model: ElementModel

  /// A placeholder of `length` [m].
  public init(length: Double, model: ElementModel = .exact) {
    self.length = length
    self.model = model
  }

  public init() { self.init(length: 0) }

  public static let kind = "Placeholder"
  public static let summary = "A straight section kept free for something else."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .chromatic, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", "Length; may be negative.")
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { drift(over: slice.length(of: q.length), model, reference) }
}
