import AutoDiff
import BeamMaps

/// The equation of a thermal beam's potential and densities in normalised units, for trial values
/// of the central densities.
///
/// With ρ = kr/√kT, η = H(p = 0)/kT = (k²r²/2 + Cφ)/kT and densities ν_j of the core (1) and the
/// halo (2), whose temperature is τ times the core's and which contains the fraction w of the
/// particles:
///
///     ∇²η = 3 − K·ν,  ν = (1 − w)ν₁ + wν₂,  ν₁ = A₁e^(−η),  ν₂ = A₂e^(−η/τ),  K = Ck/kT^(3/2)
///
/// If space charge dominates, ν inside a beam is so close to 3/K that A_j, with any number of
/// digits, does not determine the size of the beam. The difference δ = 1 − K·ν(0)/3 does. So the
/// unknown is ζ in 1/ν(0) = (2π)^(3/2)·e^(−ζ) + K/3. Up to constants, it is ln ν(0) for zero charge
/// and −ln δ for high charge. The equation is written as
///
///     ∇²η = 3[δ − (1 − δ)·Σ],  Σ = (1 − s)(e^(−η) − 1) + s(e^(−η/τ) − 1),
///
/// a sum of two positive terms (s: the halo's fraction of ν(0)). Then neither the equation nor its
/// derivatives lose digits, and η increases outwards for every ζ, so that each trial is a beam with
/// an edge.
struct ThermalEquation<S: RealScalar> {
  /// A₁, A₂
  let densities: (core: S, halo: S)
  private let shortfall: S
  private let haloShare: S
  private let inverseRatio: Double

  /// The parameters of a thermal beam.
  struct Beam: Sendable {
    /// K
    let spaceCharge: Double
    /// τ
    let temperatureRatio: Double
    /// w
    let haloFraction: Double
  }

  /// - Parameters:
  ///   - centre: ζ.
  ///   - ratio: ln(A₂/A₁).
  init(_ beam: Beam, centre: S, ratio: S) {
    let w = beam.haloFraction
    let inverse = Self.inverseUnit * S.exp(-centre)
    let total = 1.0 / (inverse + beam.spaceCharge / 3)
    let quotient = S.exp(ratio)
    let core = total / ((1 - w) + w * quotient)
    densities = (core, core * quotient)
    shortfall = inverse * total
    haloShare = w * quotient / ((1 - w) + w * quotient)
    inverseRatio = 1 / beam.temperatureRatio
  }

  /// (2π)^(3/2): one over the central density without charge.
  static var inverseUnit: Double { (2 * .pi).squareRoot() * 2 * .pi }

  /// ρη and its slope, the numbers of particles F_j within ρ, and ∫ρ² dF_j.
  typealias State = InlineArray<6, S>

  /// d/dρ of the state. (ρη)″ = ρ·∇²η is regular at the centre.
  func rate(_ radius: Double, _ state: State) -> State {
    let potential = radius > 0 ? state[0] * (1 / radius) : .zero
    let core = S.expMinusOne(-potential)
    let halo = S.expMinusOne(-potential * inverseRatio)
    let sum = core + haloShare * (halo - core)
    let shell = 4 * .pi * radius * radius
    let coreRate = shell * densities.core * (1.0 + core)
    let haloRate = shell * densities.halo * (1.0 + halo)
    let square = radius * radius
    return [
      state[1], (3 * radius) * (shortfall - (1.0 - shortfall) * sum), coreRate, haloRate,
      square * coreRate, square * haloRate,
    ]
  }

  /// Fourth-order Runge–Kutta from the centre to where the density has fallen by e⁻⁴⁰.
  ///
  /// A step is 1/256 of the shorter of 1 and √τ, 1/148 or less of the length over which η grows by
  /// e. Its error in η over that length is less than (1/148)⁴/120 = 2e-11. Most of it only changes
  /// the meaning of ζ.
  ///
  /// - Parameter visit: Called for each radius with the state and its rate there.
  /// - Returns: The last state; nil if the edge is not reached.
  func integrate(_ visit: (Double, State, State) -> Void = { _, _, _ in }) -> State? {
    let limit = 40 * max(1, 1 / inverseRatio)
    let step = min(1, (1 / inverseRatio).squareRoot()) / 256
    var state = State(repeating: .zero)
    for n in 0..<1_000_000 {
      let radius = Double(n) * step
      let first = rate(radius, state)
      visit(radius, state, first)
      if n > 0, (S(limit * radius) < state[0]).all { return state }
      let second = rate(radius + step / 2, Self.moved(state, first, step / 2))
      let third = rate(radius + step / 2, Self.moved(state, second, step / 2))
      let fourth = rate(radius + step, Self.moved(state, third, step))
      for i in 0..<6 {
        state[i] += (first[i] + 2.0 * (second[i] + third[i]) + fourth[i]) * (step / 6)
      }
    }
    return nil
  }

  private static func moved(_ state: State, _ rate: State, _ step: Double) -> State {
    State { i in state[i] + rate[i] * step }
  }
}
