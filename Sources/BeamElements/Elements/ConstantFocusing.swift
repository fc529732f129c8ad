import AutoDiff
import BeamMaps
import ParameterTables

/// A channel of constant focusing in all three planes: a model of a periodic lattice and its
/// cavities.
///
///     H = (px² + py² + (pt/βγ)²)/2 + (κx·x² + κy·y² + κt·(βγt)²)/2,  κ = k|k|
public struct ConstantFocusing: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// Phase advance per length in x [1/m]; a negative one defocuses with the same strength. The
  /// first derivative with respect to it is continuous at 0, the second one jumps.
  public var kx: Double
  /// Phase advance per length in y [1/m]; a negative one defocuses.
  public var ky: Double
  /// Phase advance per length in t [1/m], not negative.
  public var kt: Double

  /// A channel of `length` [m] with these phase advances per length [1/m].
  public init(length: Double, kx: Double = 0, ky: Double = 0, kt: Double = 0) {
    self.length = length
    self.kx = kx
    self.ky = ky
    self.kt = kt
  }

  public init() { self.init(length: 0) }

  public static let kind = "ConstantFocusing"
  public static let summary = "A channel of constant focusing in all planes."
  public static let modelChoice = ModelChoice<Self>.only(.linear)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
    .real("kx", \.kx, unit: "1/m", "Phase advance per length in x; negative defocuses."),
    .real("ky", \.ky, unit: "1/m", "Phase advance per length in y; negative defocuses."),
    .real("kt", \.kt, unit: "1/m", in: .nonNegative, "Phase advance per length in t."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let length = slice.length(of: q.length)
    // In z = βγt and pz = pt/βγ the third plane is like the others.
    let betaGamma = reference.betaGamma
    var time = PlaneMatrix.focusing(q.kt * q.kt, over: length)
    time.qp = time.qp / (betaGamma * betaGamma)
    time.pq = time.pq * (betaGamma * betaGamma)
    return TransferMap(
      UncoupledMotion<S>(
        x: .focusing(q.kx * S.Constant.abs(q.kx), over: length),
        y: .focusing(q.ky * S.Constant.abs(q.ky), over: length), t: time))
  }
}
