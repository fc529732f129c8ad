import AutoDiff
import BeamMaps
import ParameterTables

/// A steering magnet: the same kick for every particle. It does not bend the design orbit.
///
/// With a length it kicks in the middle of each of `steps` equal pieces, between exact drifts.
public struct Kicker: Element {
  /// Change of px [rad].
  public var kickX: Double
  /// Change of py [rad].
  public var kickY: Double
  /// Field integral that kicks in x [T·m], divided by the signed rigidity and added to `kickX`.
  public var integratedFieldX: Double
  /// Field integral that kicks in y [T·m], divided by the signed rigidity and added to `kickY`.
  public var integratedFieldY: Double
  /// Length along the design orbit [m].
  public var length: Double
  /// Number of pieces, each with a part of the kick in its middle, in each slice.
  public var steps: Int

  /// A kicker with these changes of px and py [rad] over `length` [m].
  public init(kickX: Double = 0, kickY: Double = 0, length: Double = 0) {
    self.kickX = kickX
    self.kickY = kickY
    integratedFieldX = 0
    integratedFieldY = 0
    self.length = length
    steps = 1
  }

  public init() { self.init(kickX: 0) }

  public static let kind = "Kicker"
  public static let summary = "A steering magnet: the same kick for every particle."
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>(
    [
      .real("kick_x", \.kickX, unit: "rad", "Change of px."),
      .real("kick_y", \.kickY, unit: "rad", "Change of py."),
      .real(
        "integrated_field_x", \.integratedFieldX, unit: "T*m",
        "Field integral that kicks in x, instead of kick_x."),
      .real(
        "integrated_field_y", \.integratedFieldY, unit: "T*m",
        "Field integral that kicks in y, instead of kick_y."),
      .real("length", \.length, unit: "m", in: .nonNegative, "Length."),
      .integer("steps", \.steps, "Pieces with a kick in their middle, in each slice."),
    ],
    alternatives: [
      .atMostOne(of: "kick_x", "integrated_field_x"),
      .atMostOne(of: "kick_y", "integrated_field_y"),
    ])

  /// The kick is the same for all particles, so that without a length the map is affine.
  public var isLinear: Bool { length == 0 }

  public var equivalentSlices: EquivalentSlices { .all }

  public func tangentKernel(
    _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel? { compiledTangentKernel(inputs) }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let kick = UniformKick<S>(
      px: S(slice.length(of: q.kickX + q.integratedFieldX / reference.rigidity)),
      py: S(slice.length(of: q.kickY + q.integratedFieldY / reference.rigidity)))
    if length == 0 && !q.replaces(\.length) { return TransferMap(kick) }
    let length = slice.length(of: q.length)
    return TransferMap(
      SplitMotion(
        SymplecticSplitting(order: 2, steps: steps),
        a: { fraction in ExactDrift<S>(length: length * fraction, reference) }, b: kick))
  }
}
