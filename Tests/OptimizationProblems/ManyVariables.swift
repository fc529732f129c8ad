import AutoDiff
import Foundation

/// Residuals of problems 20, 23 to 26 and 32 to 35, which have any number of variables.
enum ManyVariables {
  static func watson<S: RealScalar>(_ x: [S]) -> [S] {
    var residuals: [S] = (1...29).map { i in
      let t = Double(i) / 29
      var (derivative, value) = (S.zero, x[0])
      var power = 1.0
      for j in 1..<x.count {
        derivative += Double(j) * power * x[j]
        power *= t
        value += power * x[j]
      }
      return derivative - value.squared - 1.0
    }
    residuals.append(x[0])
    residuals.append(x[1] - x[0].squared - 1.0)
    return residuals
  }

  static func penaltyOne<S: RealScalar>(_ x: [S]) -> [S] {
    x.map { 1e-5.squareRoot() * ($0 - 1.0) } + [sum(x.map(\.squared)) - 0.25]
  }

  static func penaltyTwo<S: RealScalar>(_ x: [S]) -> [S] {
    let root = 1e-5.squareRoot()
    var residuals = [x[0] - 0.2]
    for i in 1..<x.count {
      let y = Foundation.exp(Double(i + 1) / 10) + Foundation.exp(Double(i) / 10)
      residuals.append(root * (S.exp(0.1 * x[i]) + S.exp(0.1 * x[i - 1]) - y))
    }
    for i in 1..<x.count {
      residuals.append(root * (S.exp(0.1 * x[i]) - Foundation.exp(-0.1)))
    }
    let squares = x.indices.map { Double(x.count - $0) * x[$0].squared }
    return residuals + [sum(squares) - 1.0]
  }

  static func variablyDimensioned<S: RealScalar>(_ x: [S]) -> [S] {
    let weighted = sum(x.indices.map { Double($0 + 1) * (x[$0] - 1.0) })
    return x.map { $0 - 1.0 } + [weighted, weighted.squared]
  }

  static func trigonometric<S: RealScalar>(_ x: [S]) -> [S] {
    let rest = Double(x.count) - sum(x.map { S.cos($0) })
    return x.indices.map { rest + Double($0 + 1) * (1.0 - S.cos(x[$0])) - S.sin(x[$0]) }
  }

  /// With 20 residuals, as the two that follow.
  static func linearFullRank<S: RealScalar>(_ x: [S]) -> [S] {
    let mean = 2.0 / 20 * sum(x)
    return (0..<20).map { $0 < x.count ? x[$0] - mean - 1.0 : -mean - 1.0 }
  }

  static func linearRankOne<S: RealScalar>(_ x: [S]) -> [S] {
    let weighted = sum(x.indices.map { Double($0 + 1) * x[$0] })
    return (1...20).map { Double($0) * weighted - 1.0 }
  }

  static func linearRankOneZero<S: RealScalar>(_ x: [S]) -> [S] {
    let weighted = sum((1..<x.count - 1).map { Double($0 + 1) * x[$0] })
    return (1...20).map { $0 == 20 ? S(-1.0) : Double($0 - 1) * weighted - 1.0 }
  }

  /// Means of the shifted Chebyshev polynomials over the points, against their integrals.
  static func chebyquad<S: RealScalar>(_ x: [S]) -> [S] {
    var previous = x.map { _ in S.one }
    var current = x.map { 2.0 * $0 - 1.0 }
    let twice = current.map { 2.0 * $0 }
    return (1...x.count).map { i in
      let integral = i % 2 == 0 ? -1 / Double(i * i - 1) : 0
      let residual = sum(current) / Double(x.count) - integral
      let next = x.indices.map { twice[$0] * current[$0] - previous[$0] }
      (previous, current) = (current, next)
      return residual
    }
  }

  static func sum<S: RealScalar>(_ terms: [S]) -> S {
    var sum = S.zero
    for term in terms { sum += term }
    return sum
  }
}
