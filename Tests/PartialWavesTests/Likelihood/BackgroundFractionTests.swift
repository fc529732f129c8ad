import AutoDiff
import Communication
import LinearAlgebra
import Optimization
import Testing

@testable import PartialWaves

@Suite("A background may be given by its fraction") struct BackgroundFractionTests {
  private static func likelihood(_ fraction: Double) throws -> Likelihood {
    try AmplitudeCase(LineshapeSample.all[0], isComplete: true, fraction: fraction).likelihood
  }

  /// The largest deviation as a fraction of the largest number.
  private func deviation(_ a: [Double], _ b: [Double]) -> Double {
    let scale = b.reduce(0) { max($0, $1.magnitude) }
    return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) } / scale
  }

  /// −Σ w·log((1 − f)·S/⟨S⟩ + f·B/⟨B⟩), event by event.
  @Test(arguments: [0, 0.3, 0.999]) func densitiesAreNormalised(_ f: Double) throws {
    var likelihood = try Self.likelihood(f)
    var channel = likelihood.channels[0]
    (channel.fractionConstraint, channel.pulls, channel.yield) = (nil, [], nil)
    likelihood = Likelihood(channels: [channel], parameters: likelihood.parameters, workers: .one)
    let x = likelihood.parameters.start
    let values = likelihood.parameters.values(at: x)
    func numbers(_ sample: EventSample) throws -> (weights: [Double], s: [Double], b: [Double]) {
      (
        try sample.numbers(inColumn: sample.columns.weight),
        try channel.intensities(of: sample, values, resonances: [0, 1]),
        try sample.numbers(inColumn: sample.columns.background)
      )
    }
    let (data, integration) = try (numbers(channel.data), numbers(channel.integration))
    func mean(_ density: [Double]) -> Double {
      let total = integration.weights.reduce(0, +)
      return zip(integration.weights, density).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    let (signal, background) = (mean(integration.s), mean(integration.b))
    var expected = 0.0
    for i in data.weights.indices {
      let density = (1 - f) * data.s[i] / signal + f * data.b[i] / background
      expected -= data.weights[i] * Double.log(density)
    }
    // Sums of some hundred logarithms.
    #expect((try likelihood.value(at: x) - expected).magnitude <= 1e-10)
    // With the strength that follows from it, the intensity is that of the strength.
    let strength = f / (1 - f) * signal / background
    let intensities = try channel.intensities(of: channel.data, values)
    for i in data.weights.indices {
      let intensity = data.s[i] + strength * data.b[i]
      #expect((intensities[i] / intensity - 1).magnitude <= 1e-12)
    }
    channel.amplitude.background = channel.amplitude.background.map {
      .init(form: .strength, parameter: $0.parameter)
    }
    let other = Likelihood(channels: [channel], parameters: likelihood.parameters, workers: .one)
    let place = try #require(likelihood.parameters.freeNames.firstIndex(of: "background.fraction"))
    var y = x
    y[place] = strength
    #expect((try other.value(at: y) - expected).magnitude <= 1e-10)
    // What the other parameters are at fixed strength they are not at fixed fraction.
    let (a, b) = try (likelihood.valueAndGradient(at: x), other.valueAndGradient(at: y))
    #expect(f == 0 || deviation(a.gradient, b.gradient) > 1e-3)
  }

  /// Against nothing but values, at an end of the range too, where the strength is zero: central differences
  /// by Richardson's extrapolation, as in `LikelihoodDerivativeTests`.
  @Test(arguments: [0, 0.3]) func theGradientIsThatOfTheValues(_ fraction: Double) throws {
    let likelihood = try Self.likelihood(fraction)
    let x = likelihood.parameters.start
    let gradient = try likelihood.valueAndGradient(at: x).gradient
    let scale = gradient.reduce(0) { max($0, $1.magnitude) }
    for i in x.indices {
      func difference(_ h: Double) throws -> Double {
        let (above, below) = (moved(x, i, h), moved(x, i, -h))
        return try (likelihood.value(at: above) - likelihood.value(at: below)) / (2 * h)
      }
      let h = Self.step(x[i])
      let extrapolated = try (4 * difference(h / 2) - difference(h)) / 3
      #expect((extrapolated - gradient[i]).magnitude <= 1e-7 * scale)
    }
  }

  /// Where the signal nearly vanishes at an event, a hundredth of a background changes all.
  private static func step(_ x: Double) -> Double { 1e-3 * max(x.magnitude, 0.01) }

  private func moved(_ x: [Double], _ i: Int, _ h: Double) -> [Double] {
    var moved = x
    moved[i] += h
    return moved
  }

  /// The full Hessian, its products with vectors, and differences of gradients. With the fraction fixed the
  /// strength still moves with the signal.
  @Test(arguments: [0, 0.3], [false, true])
  func secondDerivativesAreThoseOfTheGradient(_ fraction: Double, _ isFixed: Bool) throws {
    let one = try Self.likelihood(fraction)
    var parameters = one.parameters.parameters
    let place = try #require(one.parameters.place(of: "background.fraction"))
    parameters[place].isFixed = isFixed
    let likelihood = Likelihood(
      channels: one.channels, parameters: try ParameterSet(parameters), workers: .one)
    let x = likelihood.parameters.start
    let hessian = try likelihood.hessian(at: x)
    #expect(likelihood.parameters.free.contains(place) != isFixed)
    for i in x.indices {
      func difference(_ h: Double) throws -> [Double] {
        let above = try likelihood.valueAndGradient(at: moved(x, i, h)).gradient
        let below = try likelihood.valueAndGradient(at: moved(x, i, -h)).gradient
        return zip(above, below).map { ($0 - $1) / (2 * h) }
      }
      let h = Self.step(x[i])
      let column = x.indices.map { hessian[$0, i] }
      let extrapolated = try zip(difference(h / 2), difference(h)).map { (4 * $0 - $1) / 3 }
      #expect(deviation(extrapolated, column) <= 1e-6)
      let product = try likelihood.hessianVectorProduct(
        at: x, direction: x.indices.map { $0 == i ? 1.0 : 0.0 })
      #expect(deviation(product, column) <= 1e-10)
      for j in 0..<i { #expect(hessian[i, j] == hessian[j, i]) }
    }
    let along = try likelihood.derivative(at: x, along: x)
    let gradient = try likelihood.valueAndGradient(at: x).gradient
    let products = zip(gradient, x).map { $0 * $1 }
    #expect(
      (along - products.reduce(0, +)).magnitude <= 1e-11 * products.reduce(0) { $0 + $1.magnitude })
  }

  /// D of the errors with weights is the sum over events of products of their slopes, which know that the
  /// strength follows from the integral.
  @Test(arguments: [0, 0.3]) func theSpreadOfSlopesIsThatOfSingleEvents(_ f: Double) throws {
    let one = try Self.likelihood(f)
    var channel = one.channels[0]
    let decay = LineshapeSample.all[0].decay
    func likelihood(_ only: Int?) -> Likelihood {
      channel.data = AmplitudeCase.sample(
        20, channel.data.columns, decay, seed: 1, hasWeights: true, only: only)
      return Likelihood(channels: [channel], parameters: one.parameters, workers: .one)
    }
    channel.pulls = []
    channel.fractionConstraint = nil
    let x = one.parameters.start
    let n = x.count
    let yield = try #require(one.parameters.freeNames.firstIndex(of: "yield"))
    var spread = DenseMatrix.zero(rows: n, columns: n)
    for event in 0..<20 {
      var slope = try likelihood(event).valueAndGradient(at: x).gradient
      // The expected number itself does not fluctuate.
      slope[yield] -= 1
      for i in 0..<n { for j in 0..<n { spread[i, j] += slope[i] * slope[j] } }
    }
    // Any regular matrix in the Hessian's place shows D less the Hessian.
    let whole = likelihood(nil)
    let unit = DenseMatrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
    let covariance = try whole.covariance(unit, at: x).matrix
    let hessian = try whole.hessian(at: x)
    let found = DenseMatrix(rows: n, columns: n) {
      covariance[$0, $1] - unit[$0, $1] + hessian[$0, $1]
    }
    #expect(deviation(found.entries, spread.entries) <= 1e-10)
  }

  /// A fraction that two channels share: the sums of both.
  @Test func channelsMayShareAFraction() throws {
    let one = try Self.likelihood(0.3)
    var other = one.channels[0]
    other.data = AmplitudeCase.sample(
      250, other.data.columns, LineshapeSample.all[0].decay, seed: 8, hasWeights: false)
    func likelihood(_ channels: [Channel]) -> Likelihood {
      Likelihood(channels: channels, parameters: one.parameters, workers: .one)
    }
    let x = one.parameters.start
    let v = x.indices.map { Double($0 % 5) - 2 }
    let parts = try [one.channels[0], other].map {
      try likelihood([$0]).valueGradientAndProduct(at: x, direction: v)
    }
    let both = try likelihood([one.channels[0], other]).valueGradientAndProduct(
      at: x, direction: v)
    #expect(both.value == parts[0].value + parts[1].value)
    let sum = zip(parts[0].gradient, parts[1].gradient).map { $0 + $1 }
    #expect(deviation(both.gradient, sum) <= 1e-13)
    let products = zip(parts[0].product, parts[1].product).map { $0 + $1 }
    #expect(deviation(both.product, products) <= 1e-13)
    let hessian = try likelihood([one.channels[0], other]).hessian(at: x)
    #expect(deviation(hessian * v, both.product) <= 1e-11)
  }

  /// S/I_S has no meaning where the signal vanishes.
  @Test func anIntegralOfNoSignalIsNamed() throws {
    let likelihood = try Self.likelihood(0.3)
    var x = likelihood.parameters.start
    var parameters = likelihood.parameters.parameters
    let couplings = likelihood.channels[0].amplitude.couplings.flatMap { [$0.first, $0.second] }
    for place in couplings { parameters[place].value = 0 }
    let set = try ParameterSet(parameters)
    x = set.start
    let none = Likelihood(channels: likelihood.channels, parameters: set, workers: .one)
    let failure = #expect(throws: EvaluationFailure.self) { try none.valueAndGradient(at: x) }
    #expect(failure?.reason.contains("integral of the intensity over the integration") == true)
  }
}
