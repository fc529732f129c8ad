/// The polynomials of a recording, each once.
struct PolynomialTable {
  /// Coefficients, from the constant term.
  private(set) var coefficients: [[Double]] = []

  mutating func number(of polynomial: [Double]) -> Int {
    // A formula has a handful of them.
    if let known = coefficients.firstIndex(where: { isSame($0, polynomial) }) { return known }
    coefficients.append(polynomial)
    return coefficients.count - 1
  }

  private func isSame(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
