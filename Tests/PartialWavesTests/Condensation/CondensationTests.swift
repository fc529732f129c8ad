import AutoDiff
import Communication
import LinearAlgebra
import Testing

@testable import PartialWaves

/// Small samples give the integrals of large ones.
struct CondensationTests {
  /// A likelihood of weighted events with a background, and the same with its integral condensed.
  private struct Pair {
    let full: Likelihood
    let condensed: Likelihood

    init(
      _ sample: LineshapeSample, events: Int = 20_000,
      background form: AmplitudeSum.Background.Form = .strength, workers: Workers = .one
    ) throws {
      let one = try AmplitudeCase(sample, isComplete: false)
      var channel = one.likelihood.channels[0]
      var parameters = one.likelihood.parameters.parameters
      channel.amplitude.background = .init(form: form, parameter: parameters.count)
      parameters.append(FitParameter(name: "background.\(form.rawValue)", value: 0.3))
      let set = try ParameterSet(parameters)
      let columns = EventSample.Columns(masses: 2, hasBackground: true, waves: 3, components: 2)
      func sampled(_ count: Int, seed: UInt64) -> EventSample {
        AmplitudeCase.sample(count, columns, sample.decay, seed: seed, hasWeights: true)
      }
      channel.data = sampled(300, seed: 1)
      channel.integration = sampled(events, seed: 2)
      channel.densityIntegral = try channel.integration.densityIntegral(workers)
      full = Likelihood(channels: [channel], parameters: set, workers: workers)
      let mass = sample.decay.masses.0 + sample.decay.masses.1
      let condenser = SampleCondenser(
        amplitude: channel.amplitude, threshold: mass * mass, points: [set.values(at: set.start)],
        isVaried: set.isVaried)
      try channel.condense(condenser, workers)
      condensed =
        Likelihood(channels: [channel], parameters: set, workers: workers).condensed ?? full
    }
  }

  /// The largest deviation as a fraction of the largest number.
  private func deviation(_ a: [Double], _ b: [Double]) -> Double {
    let scale = b.reduce(0) { max($0, $1.magnitude) }
    return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) } / scale
  }

  @Test(arguments: LineshapeSample.all)
  func valueAndDerivativesAreThoseOfAllEvents(_ sample: LineshapeSample) throws {
    try compare(Pair(sample))
  }

  /// What the strength follows from is the condensed integral, too.
  @Test func aFractionBesideCondensedIntegralsIsThatOfAllEvents() throws {
    try compare(Pair(LineshapeSample.all[0], background: .fraction))
  }

  private func compare(_ pair: Pair) throws {
    let x = pair.full.parameters.start
    #expect(2 * pair.condensed.eventCount < pair.full.eventCount)
    let (a, b) = try (pair.full.valueAndGradient(at: x), pair.condensed.valueAndGradient(at: x))
    // Products of amplitudes are polynomials to 1e-11 of their peaks; derivatives are less smooth.
    #expect((a.value - b.value).magnitude <= 1e-11 * a.value.magnitude)
    #expect(deviation(b.gradient, a.gradient) <= 1e-9)
    let (h, k) = try (pair.full.hessian(at: x), pair.condensed.hessian(at: x))
    #expect(deviation(k.entries, h.entries) <= 1e-8)
  }

  @Test func threadsDoNotChangeABit() throws {
    let sample = LineshapeSample.all[0]
    let (one, three) = try (Pair(sample), Pair(sample, workers: Workers(count: 3)))
    let x = one.full.parameters.start
    #expect(try one.condensed.value(at: x) == three.condensed.value(at: x))
  }

  @Test func aPeakThatIsNarrowerThanItsEventsAreDenseKeepsThem() throws {
    let narrow = LineshapeSample(
      lineshape: BreitWigner(mass: 1.3, width: 1e-5), decay: LineshapeSample.pions)
    let pair = try Pair(narrow)
    let wide = try Pair(
      LineshapeSample(
        lineshape: BreitWigner(mass: 1.3, width: 0.2), decay: LineshapeSample.pions))
    #expect(pair.condensed.eventCount > wide.condensed.eventCount)
    let x = pair.full.parameters.start
    let (a, b) = try (pair.full.value(at: x), pair.condensed.value(at: x))
    #expect((a - b).magnitude <= 1e-11 * a.magnitude)
  }

  @Test func fewEventsAreNotCondensed() throws {
    let pair = try Pair(LineshapeSample.all[0], events: 500)
    #expect(pair.condensed.eventCount == pair.full.eventCount)
  }

  @Test func severalMassesAreNotCondensed() throws {
    let model = try SmallModel.read(SmallModel.isobars()).load(workers: .one)
    #expect(model.likelihood.condensed == nil)
  }

  /// Fits that search with small samples end at the minimum of all events.
  @Test func fitsEndAtTheMinimumOfAllEvents() throws {
    let text = SmallModel.text([
      SmallModel.channel(
        sources:
          #""data": {"toy": 500, "seed": 1}, "integration": {"phase_space": 20000, "seed": 2}, "truth": {"phase_space": 20000, "seed": 3}"#,
        more: #""fraction_constraint": {"sum": 1, "strength": 0.3},"#)
    ])
    var file = try SmallModel.read(text)
    let condensed = try file.load(workers: .one)
    let small = try #require(condensed.likelihood.condensed)
    // Data, and three integrals.
    #expect(small.eventCount * 4 < condensed.likelihood.eventCount)
    file.fit.integral = .events
    let full = try file.load(workers: .one)
    #expect(full.likelihood.condensed == nil)
    let start = FitStarts(file).random(3)
    let (a, b) = try (
      ModelFit(condensed).attempt(0, from: start), ModelFit(full).attempt(0, from: start)
    )
    #expect(a.reason.isConverged && b.reason.isConverged)
    let (u, v) = try (#require(a.value), #require(b.value))
    #expect((u - v).magnitude <= 1e-8)
    #expect(deviation(a.point, b.point) <= 1e-4)
    #expect(try full.likelihood.value(at: a.point) == u)
  }
}

struct ChebyshevInterpolationTests {
  @Test func polynomialsAreTheirOwnInterpolation() {
    let interpolation = ChebyshevInterpolation(order: 6)
    func polynomial(_ t: Double) -> Double { 1 - t + 3 * t * t * t - 2 * t * t * t * t * t }
    var shares = [Double](repeating: 0, count: 6)
    for t in [-1, -0.37, 0, 0.91, 1] + interpolation.nodes {
      shares.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress { interpolation.fill(base, at: t) }
      }
      let value = zip(shares, interpolation.nodes).reduce(0) { $0 + $1.0 * polynomial($1.1) }
      #expect((value - polynomial(t)).magnitude <= 1e-14)
    }
  }

  /// Wherever among the places it is, a value that is not a number is no polynomial's.
  @Test func whatIsNotANumberIsNotSmooth() {
    let interpolation = ChebyshevInterpolation(order: 6)
    let values = interpolation.places.map { ComplexNumber($0 * $0, 1 - $0) }
    #expect(interpolation.interpolates(values, within: 1e-14))
    for i in values.indices {
      var broken = values
      broken[i] = ComplexNumber(.nan, 0)
      #expect(!interpolation.interpolates(broken, within: 1e300))
    }
  }
}
