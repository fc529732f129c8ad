import AutoDiff
import BeamDynamics
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

@Suite struct LongBunchKickTests {
  private let inputs: EffectSlice<Double> = kickInputs(Double(0.3), energy: 1.5, charge: 3e-13)

  private func options(_ cells: Int, _ bins: Int = 100, radius: Double = 0.03) -> SpaceChargeOptions
  {
    var options = SpaceChargeOptions()
    options.cells = [cells, cells]
    options.bins = bins
    options.pipeRadius = radius
    return options
  }

  /// A round Gaussian across, on rings; along t a parabola 1 − (t/length)², a slice after the other.
  private func bunch(sigma: Double, length: Double) -> TestBunch<Double> {
    let (slices, perSlice) = (400, 300)
    return TestBunch<Double>(count: slices * perSlice) { i, coordinate in
      let (slice, place) = i.quotientAndRemainder(dividingBy: perSlice)
      if coordinate == 4 {
        // Where ¾(2/3 + q − q³/3) is the slice's share, by Newton's method.
        let share = (Double(slice) + 0.5) / Double(slices)
        var q = 2 * share - 1
        for _ in 0..<40 {
          q -= (0.5 + 0.75 * q - 0.25 * q * q * q - share) / (0.75 * (1 - q * q) + 1e-9)
        }
        return length * q
      }
      // Radii of one slice do not repeat in the next.
      let turn = 0.618_033_988_749_895 * Double(i)
      let quantile = (Double(place * slices + slice * 7 % slices) + 0.5) / Double(slices * perSlice)
      let r = sigma * (-2 * log(1 - quantile)).squareRoot()
      let angle = 2 * Double.pi * turn
      return coordinate == 0 ? r * cos(angle) : coordinate == 2 ? r * sin(angle) : 0
    }
  }

  /// Across: λ(t) (1 − exp(−r²/2σ²))/r. Along: −λ′(t) times the potential to the pipe,
  /// 2 ln(a/r) + … = 2 ln a − (ln r² + E₁(r²/2σ²)), which is the potential of a round Gaussian.
  @Test func aLongRoundBunchHasItsFields() throws {
    let (sigma, length, radius) = (1e-3, 3.0, 0.03)
    let kicked = bunch(sigma: sigma, length: length)
    let run = try LongBunchSpaceCharge(options(96, 40, radius: radius)).start(.one)
    try run.apply(to: kicked.blocks, inputs)
    let b = inputs.reference.betaGamma
    let beta = inputs.reference.beta
    // K·Q/4πε0/β0
    let strength =
      inputs.length * inputs.charge * Double(kicked.count)
      / (4 * Double.pi * PhysicalConstants.vacuumPermittivity * b * b * inputs.reference.gamma
        * inputs.reference.species.mass * 1e6 * beta)
    var (across, along, largest, longest) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<kicked.count {
      let (x, y, q) = (kicked[i, 0], kicked[i, 2], kicked[i, 4] / length)
      // Beside the ends, where the slope has a step, and the halo's few particles.
      guard abs(q) < 0.85, x * x + y * y < 16 * sigma * sigma else { continue }
      let profile = 0.75 * (1 - q * q) / length
      let slope = -1.5 * q / (length * length)
      let rr = x * x + y * y
      let w = rr / (2 * sigma * sigma)
      let field = -2 * expm1(-w) / rr
      let potential = 2 * log(radius) - log(2 * sigma * sigma) - Self.entire(w) + Self.euler
      let px = strength * profile * field * x
      let pt = -strength * slope * potential
      across = max(across, abs(kicked[i, 1] - px))
      along = max(along, abs(kicked[i, 5] - pt))
      largest = max(largest, abs(px))
      longest = max(longest, abs(pt))
    }
    // Cells of 0.1σ, bins of a twentieth of the length (whose parabola errs by 1/12 of a bin squared),
    // and 10 slices in each.
    #expect(across < 0.02 * largest, "\(across / largest)")
    #expect(along < 0.03 * longest, "\(along / longest)")
  }

  private static let euler = 0.577_215_664_901_532_9

  /// ∫₀^w (1 − e^(−t))/t dt = ln w + γ + E₁(w).
  private static func entire(_ w: Double) -> Double {
    var (sum, term) = (0.0, -1.0)
    for k in 1..<200 {
      term *= -w / Double(k)
      sum += term / Double(k)
    }
    return sum
  }

  /// The pipe counts along the bunch only, by 2 ln of the ratio of radii.
  @Test func aWiderPipePushesMoreAlongTheBunch() throws {
    let results = try [0.02, 0.04].map { radius in
      let kicked = bunch(sigma: 1e-3, length: 1)
      try LongBunchSpaceCharge(options(32, radius: radius)).start(.one)
        .apply(to: kicked.blocks, inputs)
      return kicked
    }
    // In the middle, the potential in the 4 cm pipe is 2 ln(0.04/σ) + ln 1/2 + γ = 6.26 of these
    // units: a factor of 1.28.
    let ratio = results[1][150 * 300, 5] / results[0][150 * 300, 5]
    #expect(1.2 < ratio && ratio < 1.5, "\(ratio)")
    // Across, to the rounding of a potential that is hundreds of times its differences between nodes.
    let places = stride(from: 0, to: results[0].count, by: 17)
    let largest = places.map { abs(results[0][$0, 1]) }.max() ?? 0
    for i in places { #expect(abs(results[1][i, 1] - results[0][i, 1]) < 1e-11 * largest) }
  }

  @Test func resultsDoNotDependOnTheThreads() throws {
    let start = bunch(sigma: 1e-3, length: 1)
    let results = try [1, 2, 3].map { threads in
      let (particles, bars) = (start.copy(), start.copy())
      let run = try LongBunchSpaceCharge(options(24)).start(Workers(count: threads))
      try run.apply(to: particles.blocks, inputs)
      let kicked = particles.copy()
      let result = try run.pullBack(bars.blocks, particles.blocks, inputs)
      return (kicked, bars, result)
    }
    for other in results.dropFirst() {
      #expect(other.2.charge == results[0].2.charge)
      for i in 0..<start.count {
        for plane in [1, 3, 5] {
          #expect(other.0[i, plane] == results[0].0[i, plane])
          #expect(other.1[i, plane] == results[0].1[i, plane])
        }
      }
    }
  }

  /// A bunch without a charge has weights of 0: it has no profile, and gets no kick.
  @Test func particlesWithoutWeightsAreNotKicked() throws {
    let particles = bunch(sigma: 1e-3, length: 1)
    for i in 0..<particles.count { particles[i, 6] = 0 }
    try LongBunchSpaceCharge(options(8)).start(.one).apply(to: particles.blocks, inputs)
    for i in 0..<particles.count {
      for plane in [1, 3, 5] { #expect(particles[i, plane] == 0) }
    }
  }

  @Test func pipeAndBinsAreChecked() throws {
    var options = options(8)
    options.pipeRadius = nil
    #expect(throws: SpaceChargeError.noPipe) { try LongBunchSpaceCharge(options) }
    options.pipeRadius = 0.02
    options.bins = 1
    #expect(throws: SpaceChargeError.tooFewBins(1)) { try LongBunchSpaceCharge(options) }
    options.bins = 10
    let run = try LongBunchSpaceCharge(options).start(.one)
    let short = TestBunch<Double>(count: 20) { i, c in c < 4 ? Double(i * (c + 1) % 7) * 1e-3 : 0 }
    #expect(throws: SpaceChargeError.flatBunch(axis: "t")) {
      try run.apply(to: short.blocks, inputs)
    }
  }
}
