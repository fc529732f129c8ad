import AutoDiff

/// Residuals of problems 21 and 27 to 31: as many equations as variables.
enum SystemsOfEquations {
  /// The extended form, for any even number of variables.
  static func rosenbrock<S: RealScalar>(_ x: [S]) -> [S] {
    var residuals: [S] = []
    for k in stride(from: 0, to: x.count, by: 2) {
      residuals.append(10.0 * (x[k + 1] - x[k].squared))
      residuals.append(1.0 - x[k])
    }
    return residuals
  }

  static func brownAlmostLinear<S: RealScalar>(_ x: [S]) -> [S] {
    let sum = ManyVariables.sum(x)
    var product = S.one
    for factor in x { product *= factor }
    return x.dropLast().map { $0 + sum - Double(x.count + 1) } + [product - 1.0]
  }

  static func discreteBoundary<S: RealScalar>(_ x: [S]) -> [S] {
    let h = 1 / Double(x.count + 1)
    return x.indices.map { i in
      var residual = 2.0 * x[i] + 0.5 * h * h * S.pow(x[i] + (Double(i + 1) * h + 1), 3)
      if i > 0 { residual -= x[i - 1] }
      if i + 1 < x.count { residual -= x[i + 1] }
      return residual
    }
  }

  static func discreteIntegral<S: RealScalar>(_ x: [S]) -> [S] {
    let h = 1 / Double(x.count + 1)
    let t = x.indices.map { Double($0 + 1) * h }
    let cubes = x.indices.map { S.pow(x[$0] + (t[$0] + 1), 3) }
    return x.indices.map { i in
      let below = ManyVariables.sum((0...i).map { t[$0] * cubes[$0] })
      let above = ManyVariables.sum((i + 1..<max(x.count, i + 1)).map { (1 - t[$0]) * cubes[$0] })
      return x[i] + 0.5 * h * ((1 - t[i]) * below + t[i] * above)
    }
  }

  static func broydenTridiagonal<S: RealScalar>(_ x: [S]) -> [S] {
    x.indices.map { i in
      var residual = (3.0 - 2.0 * x[i]) * x[i] + 1.0
      if i > 0 { residual -= x[i - 1] }
      if i + 1 < x.count { residual -= 2.0 * x[i + 1] }
      return residual
    }
  }

  static func broydenBanded<S: RealScalar>(_ x: [S]) -> [S] {
    x.indices.map { i in
      var residual = x[i] * (2.0 + 5.0 * x[i].squared) + 1.0
      for j in max(0, i - 5)...min(x.count - 1, i + 1) where j != i {
        residual -= x[j] * (1.0 + x[j])
      }
      return residual
    }
  }
}
