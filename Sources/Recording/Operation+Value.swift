extension Operation {
  /// What the operation gives for plain numbers; truth values are 1 or 0.
  ///
  /// - Parameter coefficients: Those of the polynomial, if it is one; not empty.
  func value(_ a: Double, _ b: Double, _ c: Double, _ coefficients: [Double]) -> Double {
    // Operands at 0, 1, 2 and the result at 3.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4) { numbers in
      withUnsafeTemporaryAllocation(of: Bool.self, capacity: 4) { truths in
        for (i, operand) in [a, b, c, 0].enumerated() {
          numbers.initializeElement(at: i, to: operand)
          truths.initializeElement(at: i, to: operand != 0)
        }
        guard let number = numbers.baseAddress, let truth = truths.baseAddress else { return 0 }
        let isPolynomial = self == .polynomial
        let step = Instruction(
          operation: self, result: 3, a: 0, b: isPolynomial ? 0 : 1,
          c: isPolynomial ? Int32(coefficients.count) : 2, literal: 0)
        coefficients.withUnsafeBufferPointer { table in
          guard let table = table.baseAddress else { return }
          step.perform(on: PointRegisters<Double>(number, truth), table)
        }
        return isTruth ? (truths[3] ? 1 : 0) : numbers[3]
      }
    }
  }
}
