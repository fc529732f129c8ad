import AutoDiff

/// Residuals of problems 2 to 5, 7, 13 and 14.
enum FewVariables {
  static func freudensteinRoth<S: RealScalar>(_ x: [S]) -> [S] {
    let first: S = ((5.0 - x[1]) * x[1] - 2.0) * x[1]
    let second: S = ((x[1] + 1.0) * x[1] - 14.0) * x[1]
    return [x[0] - 13.0 + first, x[0] - 29.0 + second]
  }

  static func powellBadlyScaled<S: RealScalar>(_ x: [S]) -> [S] {
    [1e4 * x[0] * x[1] - 1.0, S.exp(-x[0]) + S.exp(-x[1]) - 1.0001]
  }

  static func brownBadlyScaled<S: RealScalar>(_ x: [S]) -> [S] {
    [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2.0]
  }

  static func beale<S: RealScalar>(_ x: [S]) -> [S] {
    let y: [Double] = [1.5, 2.25, 2.625]
    return (0..<3).map { y[$0] - x[0] * (1.0 - S.pow(x[1], $0 + 1)) }
  }

  /// The angle is measured from the x₂ axis, so that the cut lies where the paper has it.
  static func helicalValley<S: RealScalar>(_ x: [S]) -> [S] {
    let turns = 0.25 + S.atan2(y: -x[0], x: x[1]) / (2 * Double.pi)
    return [10.0 * (x[2] - 10.0 * turns), 10.0 * (S.hypot(x[0], x[1]) - 1.0), x[2]]
  }

  /// The extended form, for any multiple of four variables.
  static func powellSingular<S: RealScalar>(_ x: [S]) -> [S] {
    var residuals: [S] = []
    for k in stride(from: 0, to: x.count, by: 4) {
      let (a, b, c, d) = (x[k], x[k + 1], x[k + 2], x[k + 3])
      residuals.append(a + 10.0 * b)
      residuals.append((5.0).squareRoot() * (c - d))
      residuals.append((b - 2.0 * c).squared)
      residuals.append((10.0).squareRoot() * (a - d).squared)
    }
    return residuals
  }

  static func wood<S: RealScalar>(_ x: [S]) -> [S] {
    let first = [10.0 * (x[1] - x[0].squared), 1.0 - x[0]]
    let second = [(90.0).squareRoot() * (x[3] - x[2].squared), 1.0 - x[2]]
    let root = (10.0).squareRoot()
    return first + second + [root * (x[1] + x[3] - 2.0), (x[1] - x[3]) / root]
  }
}
