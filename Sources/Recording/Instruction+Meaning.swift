import AutoDiff

extension Instruction {
  /// Executes the instruction.
  ///
  /// - Parameter coefficients: The program's table of polynomials.
  @inlinable @inline(__always)
  func perform<R: RegisterFile>(on file: R, _ coefficients: UnsafePointer<Double>) {
    let l = literal
    switch operation {
    case .literal, .parameter, .variable: preconditionFailure("a number that is given is no step")

    case .negate: file.set(result, a) { -$0 }
    case .add: file.set(result, a, b) { $0 + $1 }
    case .subtract: file.set(result, a, b) { $0 - $1 }
    case .multiply: file.set(result, a, b) { $0 * $1 }
    case .divide: file.set(result, a, b) { $0 / $1 }
    case .reciprocal: file.set(result, a) { R.S.reciprocal($0) }

    case .addLiteral: file.set(result, a) { $0 + l }
    case .subtractFromLiteral: file.set(result, a) { l - $0 }
    case .scale: file.set(result, a) { l * $0 }
    case .divideByLiteral: file.set(result, a) { $0 / l }
    case .divideLiteral: file.set(result, a) { l / $0 }

    case .multiplyAdd: file.set(result, a, b, c) { $0 * $1 + $2 }
    case .multiplySubtract: file.set(result, a, b, c) { $0 * $1 - $2 }
    case .subtractProduct: file.set(result, a, b, c) { $2 - $0 * $1 }
    case .scaleAdd: file.set(result, a, c) { l * $0 + $1 }
    case .multiplyAddLiteral: file.set(result, a, b) { $0 * $1 + l }
    case .subtractProductFromLiteral: file.set(result, a, b) { l - $0 * $1 }

    case .magnitude: file.set(result, a) { R.S.abs($0) }
    case .squareRoot: file.set(result, a) { R.S.sqrt($0) }
    case .cubeRoot: file.set(result, a) { R.S.cbrt($0) }
    case .sine: file.set(result, a) { R.S.sin($0) }
    case .cosine: file.set(result, a) { R.S.cos($0) }
    case .sineAndCosine: file.setPair(result, b, a) { R.S.sincos($0) }
    case .tangent: file.set(result, a) { R.S.tan($0) }
    case .arcsine: file.set(result, a) { R.S.asin($0) }
    case .arccosine: file.set(result, a) { R.S.acos($0) }
    case .arctangent: file.set(result, a) { R.S.atan($0) }
    case .exponential: file.set(result, a) { R.S.exp($0) }
    case .exponentialMinusOne: file.set(result, a) { R.S.expMinusOne($0) }
    case .logarithm: file.set(result, a) { R.S.log($0) }
    case .logarithmOfOnePlus: file.set(result, a) { R.S.log(onePlus: $0) }
    case .hyperbolicSine: file.set(result, a) { R.S.sinh($0) }
    case .hyperbolicCosine: file.set(result, a) { R.S.cosh($0) }
    case .hyperbolicTangent: file.set(result, a) { R.S.tanh($0) }
    case .inverseHyperbolicSine: file.set(result, a) { R.S.asinh($0) }
    case .polynomial:
      let c = PolynomialCoefficients(coefficients + Int(b), count: Int(c))
      file.set(result, a) { R.S.polynomial($0, c) }

    case .minimum: file.set(result, a, b) { R.S.minimum($0, $1) }
    case .maximum: file.set(result, a, b) { R.S.maximum($0, $1) }
    case .hypotenuse: file.set(result, a, b) { R.S.hypot($0, $1) }
    case .angle: file.set(result, a, b) { R.S.atan2(y: $0, x: $1) }
    case .power: file.set(result, a, b) { R.S.pow($0, $1) }

    case .less: file.setTruth(result, a, b) { $0 < $1 }
    case .lessOrEqual: file.setTruth(result, a, b) { $0 <= $1 }
    case .isPositive: file.setTruth(result, a) { R.S.zero < $0 }
    case .and: file.combine(result, a, b) { $0 .& $1 }
    case .or: file.combine(result, a, b) { $0 .| $1 }
    case .not: file.combine(result, a) { .!$0 }
    case .select: file.select(result, a, b, c)
    }
  }
}

extension Program {
  /// Runs the program once over all places.
  @inlinable @inline(__always)
  func run<R: RegisterFile>(on file: R) {
    coefficients.withUnsafeBufferPointer { table in
      guard let base = table.baseAddress else { preconditionFailure("a table is never empty") }
      instructions.withUnsafeBufferPointer { steps in
        for step in steps { step.perform(on: file, base) }
      }
    }
  }
}
