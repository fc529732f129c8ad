import AutoDiff
import BeamMaps

/// The radial distribution of a thermal beam: the solution of ``ThermalEquation`` with one particle
/// in each of core and halo.
struct ThermalProfile: Sendable {
  /// ⟨ρ²⟩ of the core and of the halo.
  let meanSquares: (core: Double, halo: Double)
  /// A_j·(ρ_s·√(2π))³ with the scale ρ_s² = 1 − w + wτ + (K/(4π·5√5))^(2/3): ImpactX's `normalize`.
  let normalizations: (core: Double, halo: Double)
  private let radii: [Double]
  private let core: Table
  private let halo: Table

  /// The fraction of the particles within each radius, and its slope.
  private struct Table: Sendable {
    var fraction: [Double] = []
    var slope: [Double] = []
  }

  /// No such beam was found in double precision.
  struct Failure: Error {}

  /// Newton's method in ζ and ln(A₂/A₁), with steps that are halved until the error decreases. ln F
  /// is an increasing and concave function of ζ, so that the method cannot diverge.
  ///
  /// - Parameter normalizations: Start values, as in ``normalizations``; 0 for none.
  init(
    _ beam: ThermalEquation<Double>.Beam,
    startingAt normalizations: (core: Double, halo: Double) = (0, 0)
  ) throws(Failure) {
    // Beyond this limit, e^(−ζ) underflows.
    guard beam.spaceCharge <= 1e8 else { throw Failure() }
    let unit = Self.unit(beam)
    var (centre, ratio) = Self.start(
      beam, (normalizations.core / unit, normalizations.halo / unit))
    var mistake = try Self.mistake(beam, centre, ratio)
    for _ in 0..<100 where mistake.size > 1e-13 {
      let step = mistake.newtonStep
      var fraction = 1.0
      while fraction > 1e-6 {
        if let next = try? Self.mistake(
          beam, centre + fraction * step.centre, ratio + fraction * step.ratio),
          next.size < mistake.size
        {
          centre += fraction * step.centre
          ratio += fraction * step.ratio
          mistake = next
          break
        }
        fraction /= 2
      }
      // No step reduces the error further: the rest is rounding.
      if fraction <= 1e-6 { break }
    }
    guard mistake.size < 1e-10 else { throw Failure() }

    let equation = ThermalEquation<Double>(
      .init(beam), centre: centre, ratio: ratio)
    var radii: [Double] = []
    var (core, halo) = (Table(), Table())
    let end = equation.integrate { radius, state, rate in
      radii.append(radius)
      core.fraction.append(state[2])
      core.slope.append(rate[2])
      halo.fraction.append(state[3])
      halo.slope.append(rate[3])
    }
    guard let end else { throw Failure() }
    self.radii = radii
    self.core = core
    self.halo = halo
    meanSquares = (end[4] / end[2], end[5] / end[3])
    self.normalizations = (equation.densities.core * unit, equation.densities.halo * unit)
  }

  /// (ρ_s·√(2π))³
  private static func unit(_ beam: ThermalEquation<Double>.Beam) -> Double {
    let w = beam.haloFraction
    let swelling = Double.cbrt(beam.spaceCharge / (4 * .pi * 5 * 5.squareRoot()))
    let square = 1 - w + w * beam.temperatureRatio + swelling * swelling
    return square * square.squareRoot() * ThermalEquation<Double>.inverseUnit
  }

  /// ζ and ln(A₂/A₁) for these central densities, if a beam can have them; otherwise for zero
  /// charge.
  private static func start(
    _ beam: ThermalEquation<Double>.Beam, _ densities: (core: Double, halo: Double)
  ) -> (centre: Double, ratio: Double) {
    let w = beam.haloFraction
    let free = -1.5 * Double.log(beam.temperatureRatio)
    guard densities.core > 0 else { return (0, free) }
    let halo = densities.halo > 0 ? densities.halo : densities.core * Double.exp(free)
    let rest = 1 / ((1 - w) * densities.core + w * halo) - beam.spaceCharge / 3
    guard rest > 0 else { return (0, free) }
    return (
      -Double.log(rest / ThermalEquation<Double>.inverseUnit), Double.log(halo / densities.core)
    )
  }

  /// ln F₁ and ln F₂ at the end, with their derivatives with respect to ζ and ln(A₂/A₁).
  private struct Mistake {
    let core: Dual<2, Double>
    let halo: Dual<2, Double>

    var size: Double { max(core.value.magnitude, halo.value.magnitude) }

    var newtonStep: (centre: Double, ratio: Double) {
      let (a, b, c, d) = (core.tangent[0], core.tangent[1], halo.tangent[0], halo.tangent[1])
      let determinant = a * d - b * c
      return (
        (b * halo.value - d * core.value) / determinant,
        (c * core.value - a * halo.value) / determinant
      )
    }
  }

  private static func mistake(
    _ beam: ThermalEquation<Double>.Beam, _ centre: Double, _ ratio: Double
  ) throws(Failure) -> Mistake {
    let equation = ThermalEquation<Dual<2, Double>>(
      .init(beam), centre: Dual(centre, variable: 0), ratio: Dual(ratio, variable: 1))
    guard let end = equation.integrate() else { throw Failure() }
    let mistake = Mistake(core: .log(end[2]), halo: .log(end[3]))
    guard mistake.size.isFinite else { throw Failure() }
    return mistake
  }

  /// The radius ρ that contains the fraction `u` of the core or of the halo.
  ///
  /// Between the knots the fraction is a cubic with the exact slopes; in the first interval it is
  /// ρ³, exactly.
  func radius(within u: Double, ofHalo isHalo: Bool) -> Double {
    let table = isHalo ? halo : core
    let fraction = u * (table.fraction.last ?? 1)
    var low = 0
    var high = radii.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if table.fraction[middle] <= fraction { low = middle } else { high = middle }
    }
    let (a, b) = (table.fraction[low], table.fraction[high])
    guard b > a else { return radii[low] }
    let step = radii[high] - radii[low]
    let (slopeA, slopeB) = (table.slope[low] * step, table.slope[high] * step)
    // a + slopeA·x + second·x² + third·x³, for x from 0 to 1.
    let second = 3 * (b - a) - 2 * slopeA - slopeB
    let third = slopeA + slopeB - 2 * (b - a)
    var (left, right) = (0.0, 1.0)
    var x = (fraction - a) / (b - a)
    for _ in 0..<60 {
      let excess = a - fraction + x * (slopeA + x * (second + x * third))
      if excess > 0 { right = x } else { left = x }
      let slope = slopeA + x * (2 * second + x * 3 * third)
      var next = slope > 0 ? x - excess / slope : 0.5 * (left + right)
      if !(left...right).contains(next) { next = 0.5 * (left + right) }
      let isDone = (next - x).magnitude <= 1e-15
      x = next
      if isDone { break }
    }
    return radii[low] + x * step
  }
}

extension ThermalEquation.Beam {
  /// The same beam for an equation over other numbers.
  init(_ beam: ThermalEquation<Double>.Beam) {
    self.init(
      spaceCharge: beam.spaceCharge, temperatureRatio: beam.temperatureRatio,
      haloFraction: beam.haloFraction)
  }
}
