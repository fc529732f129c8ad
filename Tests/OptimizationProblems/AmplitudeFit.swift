import AutoDiff
import Optimization

/// −log L of a small amplitude analysis: waves that add up incoherently, in each of which resonances
/// interfere.
///
/// Variables are the couplings, real and imaginary part one after the other, then mass and width of each resonance. The first
/// coupling of each wave is real, since its phase is not seen, and that of the first wave is one,
/// since only shapes count. The numbers of events in bins of the mass are those that the truth
/// predicts, so that a minimum lies at the truth, exactly.
public struct AmplitudeFit: ScalarFormula, Sendable {
  /// Masses and widths [GeV] of the resonances, wave by wave.
  static let shapes: [[(mass: Double, width: Double)]] = [
    [(1.27, 0.19), (1.82, 0.15)], [(1.32, 0.11), (1.7, 0.3)], [(1.5, 0.12), (1.67, 0.26)],
  ]
  static let masses = (0..<60).map { bin -> Double in 1 + 0.02 * (Double(bin) + 0.5) }

  public let truth: [Double]
  /// Expected numbers of events, a thousand in all.
  private let events: [Double]

  public init() {
    let shapes = AmplitudeFit.shapes.flatMap { $0 }.flatMap { [$0.mass, $0.width] }
    truth = [0.5, 0.4, 1.1, -0.6, 0.3, 0.7, -0.5, 0.6] + shapes
    let intensities = AmplitudeFit.intensities(truth)
    let sum = intensities.reduce(0, +)
    events = intensities.map { 1000 * $0 / sum }
  }

  public var dimension: Int { truth.count }

  /// With every derivative.
  public var objective: Objective { Objective(formula: self) }

  /// Couplings of this size, masses and widths beside the truth.
  public func start(couplings: Double) -> [Double] {
    var start = truth
    for i in 0..<8 { start[i] = couplings * (1 + 0.1 * Double(i % 3)) }
    for i in 8..<dimension { start[i] *= i % 2 == 0 ? 1.01 : 0.9 }
    return start
  }

  public func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
    let intensities = AmplitudeFit.intensities(x)
    var sum = S.zero
    var result = S.zero
    for (count, intensity) in zip(events, intensities) {
      sum += intensity
      result += -count * S.log(intensity)
    }
    return result + 1000.0 * S.log(sum)
  }

  private static func intensities<S: RealScalar>(_ x: [S]) -> [S] {
    // Couplings of the second resonance of each wave are complex, the first is real.
    let heads = [S.one, x[2], x[5]]
    let tails = [(x[0], x[1]), (x[3], x[4]), (x[6], x[7])]
    return masses.map { mass in
      var intensity = S(1e-3)  // a background
      for wave in 0..<3 {
        let first = breitWigner(mass, x[8 + 4 * wave], x[9 + 4 * wave])
        let second = breitWigner(mass, x[10 + 4 * wave], x[11 + 4 * wave])
        let (a, b) = tails[wave]
        let real = heads[wave] * first.real + a * second.real - b * second.imaginary
        let imaginary = heads[wave] * first.imaginary + a * second.imaginary + b * second.real
        intensity += real.squared + imaginary.squared
      }
      return intensity
    }
  }

  /// MΓ/(M² − m² − iMΓ).
  private static func breitWigner<S: RealScalar>(
    _ mass: Double, _ pole: S, _ width: S
  ) -> (real: S, imaginary: S) {
    let distance = pole.squared - mass * mass
    let strength = pole * width
    let factor = strength / (distance.squared + strength.squared)
    return (factor * distance, factor * strength)
  }
}
