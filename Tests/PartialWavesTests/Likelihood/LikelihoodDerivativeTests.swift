import AutoDiff
import Communication
import LinearAlgebra
import Testing

@testable import PartialWaves

/// Derivatives of likelihoods with every lineshape of the catalog. The lineshapes' own derivatives are
/// checked against double-double arithmetic elsewhere; here, what becomes of them.
struct LikelihoodDerivativeTests {
  /// The largest deviation as a fraction of the largest number.
  private func deviation(_ a: [Double], _ b: [Double]) -> Double {
    let scale = b.reduce(0) { max($0, $1.magnitude) }
    return zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) } / scale
  }

  @Test(arguments: LineshapeSample.all, [false, true])
  func reverseEqualsForward(_ sample: LineshapeSample, _ isComplete: Bool) throws {
    let one = try AmplitudeCase(sample, isComplete: isComplete)
    let x = one.likelihood.parameters.start
    let (value, gradient) = try one.likelihood.valueAndGradient(at: x)
    let along = try one.likelihood.derivative(at: x, along: one.direction)
    // Sums of a thousand terms, each of a few hundred roundings: 1e-13 of the sum of magnitudes.
    let magnitude = zip(gradient, one.direction).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
    let product = zip(gradient, one.direction).reduce(0) { $0 + $1.0 * $1.1 }
    #expect((along - product).magnitude <= 1e-12 * magnitude)
    #expect((try one.likelihood.value(at: x) - value).magnitude <= 1e-12 * value.magnitude)
  }

  @Test(arguments: LineshapeSample.all, [false, true])
  func theHessianTimesAVectorIsItsProduct(_ sample: LineshapeSample, _ isComplete: Bool) throws {
    let one = try AmplitudeCase(sample, isComplete: isComplete)
    let x = one.likelihood.parameters.start
    let hessian = try one.likelihood.hessian(at: x)
    let product = try one.likelihood.hessianVectorProduct(at: x, direction: one.direction)
    #expect(deviation(hessian * one.direction, product) <= 1e-11)
    for i in 0..<hessian.rows {
      for j in 0..<i { #expect(hessian[i, j] == hessian[j, i]) }
    }
  }

  /// Over all, the products are symmetric too, although nothing makes them so.
  @Test func productsOfTheHessianAreSymmetric() throws {
    let one = try AmplitudeCase(LineshapeSample.all[0], isComplete: true)
    let x = one.likelihood.parameters.start
    let columns = try x.indices.map { i in
      try one.likelihood.hessianVectorProduct(
        at: x, direction: x.indices.map { $0 == i ? 1.0 : 0.0 })
    }
    let scale = columns.flatMap(\.self).reduce(0) { max($0, $1.magnitude) }
    for i in x.indices {
      for j in x.indices { #expect((columns[i][j] - columns[j][i]).magnitude <= 1e-11 * scale) }
    }
  }

  /// Against nothing but values: Richardson's extrapolation of central differences. Steps of 1e-2 of
  /// a parameter leave an error of h⁴ ≈ 1e-8 of the curvature's scale, and rounding of 1e-13/h.
  @Test func theGradientIsThatOfTheValues() throws {
    let one = try AmplitudeCase(LineshapeSample.all[0], isComplete: true)
    let x = one.likelihood.parameters.start
    let gradient = try one.likelihood.valueAndGradient(at: x).gradient
    let scale = gradient.reduce(0) { max($0, $1.magnitude) }
    for i in x.indices {
      func difference(_ h: Double) throws -> Double {
        var (above, below) = (x, x)
        above[i] += h
        below[i] -= h
        return try (one.likelihood.value(at: above) - one.likelihood.value(at: below)) / (2 * h)
      }
      let h = 1e-3 * max(x[i].magnitude, 0.1)
      let extrapolated = try (4 * difference(h / 2) - difference(h)) / 3
      #expect((extrapolated - gradient[i]).magnitude <= 1e-7 * scale)
    }
  }

  @Test(arguments: [nil, 0.3]) func bitsDoNotDependOnThreads(_ fraction: Double?) throws {
    let cases = try [1, 2, 3].map {
      try AmplitudeCase(
        LineshapeSample.all[0], isComplete: true, fraction: fraction, workers: Workers(count: $0)
      )
    }
    let x = cases[0].likelihood.parameters.start
    let results = try cases.map {
      try $0.likelihood.valueGradientAndProduct(at: x, direction: $0.direction)
    }
    let hessians = try cases.map { try $0.likelihood.hessian(at: x) }
    // Errors with weights; any regular matrix does.
    let unit = DenseMatrix(rows: x.count, columns: x.count) { $0 == $1 ? 1 : 0 }
    let covariances = try cases.map { try $0.likelihood.covariance(unit, at: x).matrix }
    for i in 1..<3 {
      #expect(results[i].value == results[0].value)
      #expect(results[i].gradient == results[0].gradient)
      #expect(results[i].product == results[0].product)
      #expect(hessians[i] == hessians[0])
      #expect(covariances[i] == covariances[0])
    }
  }

  /// With masses and widths fixed the integral is a quadratic form of the couplings.
  @Test(arguments: [nil, 0.3])
  func theQuadraticIntegralIsTheSumOverEvents(_ fraction: Double?) throws {
    let one = try AmplitudeCase(LineshapeSample.all[0], isComplete: true, fraction: fraction)
    var parameters = one.likelihood.parameters.parameters
    for i in parameters.indices where !parameters[i].name.hasPrefix("c") || i < 6 {
      parameters[i].isFixed = !parameters[i].name.hasPrefix("background")
    }
    let set = try ParameterSet(parameters)
    let plain = Likelihood(channels: one.likelihood.channels, parameters: set, workers: .one)
    var channel = one.likelihood.channels[0]
    try channel.integrateOnce(set, .one)
    #expect(channel.quadraticIntegral != nil)
    let quick = Likelihood(channels: [channel], parameters: set, workers: .one)
    let v = set.start.indices.map { Double($0 % 5) - 2 }
    let a = try plain.valueGradientAndProduct(at: set.start, direction: v)
    let b = try quick.valueGradientAndProduct(at: set.start, direction: v)
    #expect((a.value - b.value).magnitude <= 1e-12 * a.value.magnitude)
    #expect(deviation(b.gradient, a.gradient) <= 1e-12)
    #expect(deviation(b.product, a.product) <= 1e-12)
    let (h, g) = (try plain.hessian(at: set.start), try quick.hessian(at: set.start))
    #expect(deviation(g.entries, h.entries) <= 1e-12)
  }
}
