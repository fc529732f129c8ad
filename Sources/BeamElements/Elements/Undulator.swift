import AutoDiff
import BeamMaps
import ParameterTables

/// An undulator or a wiggler, averaged over its period: it focuses, and delays the beam. Its ends
/// are ideal, without kick or offset, and radiation is left out.
///
/// The field of a planar one is vertical and focuses in y; the placement's `tilt` by π/2 makes it
/// horizontal. The wave number k_u = 2π/period is shared by both planes, k_x² = ξk_u² and k_y² =
/// (1 − ξ)k_u².
public struct Undulator: Element {
  /// Length along the design orbit [m].
  public var length: Double
  /// Length of a period [m].
  public var period: Double
  /// K = eB̂λ/(2πmc), with the beam's own charge and mass: a pure number.
  public var strength: Double
  /// The polarization of the field. One that is set sets the share of x in the focusing, too, where
  /// that is the share of the polarization before.
  public var polarization: Polarization {
    didSet {
      if focusingX == oldValue.focusingX { focusingX = polarization.focusingX }
    }
  }
  /// The share ξ of x in the focusing: 0 for straight poles of a planar undulator, ½ for a helical
  /// one.
  public var focusingX: Double
  /// The model by which it is tracked: linear or exact.
  public var model: ElementModel

  /// The direction of an undulator's field along the axis.
  public enum Polarization: String, ParameterWord {
    /// The field keeps its plane.
    case planar
    /// The field turns about the axis.
    case helical

    /// a₀²/K²
    var meanSquare: Double { self == .planar ? 0.5 : 1 }
    /// The share of x in the focusing if nothing else is said.
    var focusingX: Double { self == .planar ? 0 : 0.5 }
  }

  /// An undulator of `length` [m] and `period` [m] with `strength` K.
  public init(
    length: Double, period: Double, strength: Double, polarization: Polarization = .planar,
    model: ElementModel = .exact
  ) {
    self.length = length
    self.period = period
    self.strength = strength
    self.polarization = polarization
    focusingX = polarization.focusingX
    self.model = model
  }

  public init() { self.init(length: 0, period: 0.03, strength: 0) }

  public static let kind = "Undulator"
  public static let summary = "An undulator, averaged over its period: it focuses and delays."
  public static let modelChoice = ModelChoice<Self>.among([.linear, .exact], \.model)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .real("length", \.length, unit: "m", in: .nonNegative, required: true, "Length."),
    .real(
      "period", \.period, unit: "m", in: .positive, required: true, "Length of a period."),
    .real(
      "strength", \.strength, required: true, "K, with the beam's own charge and mass."),
    // Before the focusing, which it sets.
    .word(
      "polarization", \.polarization.word, among: Polarization.words,
      "Whether the field keeps its plane or turns about the axis."),
    .real(
      "focusing_x", \.focusingX, "Share of x in the focusing; 1/2 if not given in a helical one."),
  ])

  public var equivalentSlices: EquivalentSlices { .all }

  /// â² = a₀²/(βγ)².
  private func potential<C: RealScalar>(
    _ q: Lifted<Self, C>, _ reference: ReferenceParticle<C>
  ) -> C {
    polarization.meanSquare * (q.strength / reference.betaGamma).squared
  }

  /// The reference particle needs L/ẑ of path.
  public func advance<C: RealScalar>(
    _ reference: inout ReferenceParticle<C>, over slice: Slice, _ q: Lifted<Self, C>
  ) {
    let length = slice.length(of: q.length)
    let before = reference.timeSum
    reference.fly(over: length)
    reference.timeSum = before
    reference.timeSum += length / (reference.beta * C.sqrt(1.0 - potential(q, reference)))
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let potential = potential(q, reference)
    let length = slice.length(of: q.length)
    let wavenumber = (2 * .pi) / q.period
    let whole = potential * wavenumber.squared
    let focusing = (x: q.focusingX * whole, y: (1.0 - q.focusingX) * whole)
    switch model {
    case .linear:
      let squared = 1.0 - potential
      let forward = S.Constant.sqrt(squared)
      let path = length / forward
      // R₅₆ = L(1 + a₀²)/((βγ)²ẑ³)
      let momentum = reference.betaGamma
      let slip = path * (1.0 / momentum.squared + potential) / squared
      return TransferMap(
        UncoupledMotion<S>(
          x: .focusing(focusing.x, over: path), y: .focusing(focusing.y, over: path),
          t: PlaneMatrix(qq: .one, qp: slip, pq: .zero, pp: .one)))
    case .exact, .chromatic, .thin, .nonlinear:
      return TransferMap(
        UndulatorMotion<S>(length: length, potential: potential, focusing: focusing, reference))
    }
  }
}
