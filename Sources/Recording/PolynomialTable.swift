/// The polynomials of a recording, each once.
struct PolynomialTable {
  /// Coefficients, from the constant term.
  private(set) var coefficients: [[Double]] = []
  private var numbers: [[UInt64]: Int] = [:]

  mutating func number(of polynomial: [Double]) -> Int {
    let bits = polynomial.map(\.bitPattern)
    if let known = numbers[bits] { return known }
    numbers[bits] = coefficients.count
    coefficients.append(polynomial)
    return coefficients.count - 1
  }

  /// A program's table for one polynomial, to be evaluated with plain numbers; never empty.
  static func table(of polynomial: [Double]) -> [Double] { polynomial.isEmpty ? [0] : polynomial }
}
