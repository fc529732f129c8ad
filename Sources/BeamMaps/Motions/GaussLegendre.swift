import SystemLibrary

/// Points and weights of Gauss–Legendre quadrature.
package enum GaussLegendre {
  /// 28 points on 0 … 1.
  package static let unit28 = points(28)

  /// `n` points on 0 … 1: roots of the Legendre polynomial, by Newton's method.
  package static func points(_ n: Int) -> [(place: Double, weight: Double)] {
    (1...n).map { k in
      var x = cos(Double.pi * (Double(k) - 0.25) / (Double(n) + 0.5))
      var slope = 0.0
      // Quadratic convergence from a start value with an error of 1/n³.
      for _ in 0..<6 {
        var (p, before) = (1.0, 0.0)
        for m in 1...n {
          (p, before) = ((Double(2 * m - 1) * x * p - Double(m - 1) * before) / Double(m), p)
        }
        slope = Double(n) * (x * p - before) / (x * x - 1)
        x -= p / slope
      }
      return (0.5 * (1 - x), 1 / ((1 - x * x) * slope * slope))
    }
  }
}
