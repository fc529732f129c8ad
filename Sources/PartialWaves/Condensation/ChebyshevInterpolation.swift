import AutoDiff
import SystemLibrary

/// Polynomials on [−1, 1] through values at the Chebyshev points of the first kind.
///
/// - SeeAlso: J.-P. Berrut, L. Trefethen, SIAM Rev. 46, 501 (2004),
///   https://doi.org/10.1137/S0036144502417715, equations 4.2 and 5.3.
struct ChebyshevInterpolation: Sendable {
  /// cos((2j + 1)π/2n).
  let nodes: [Double]
  /// The nodes, then the points between them and the ends, where an interpolation is least exact.
  let places: [Double]
  /// The barycentric weights of the nodes.
  private let weights: [Double]
  /// The values of Lagrange's polynomials at each of the places that are not nodes.
  private let atMidpoints: [[Double]]

  init(order: Int) {
    let angles = (0..<order).map { (2 * Double($0) + 1) * .pi / (2 * Double(order)) }
    let nodes = angles.map { cos($0) }
    let weights = angles.enumerated().map { j, angle in j % 2 == 0 ? sin(angle) : -sin(angle) }
    self.nodes = nodes
    self.weights = weights
    let midpoints = (0...order).map { cos(Double($0) * .pi / Double(order)) }
    places = nodes + midpoints
    atMidpoints = midpoints.map { t in
      var row = [Double](repeating: 0, count: order)
      row.withUnsafeMutableBufferPointer { row in
        Self.fill(row.baseAddress, at: t, nodes, weights)
      }
      return row
    }
  }

  /// The values of Lagrange's polynomials at t.
  func fill(_ values: UnsafeMutablePointer<Double>, at t: Double) {
    Self.fill(values, at: t, nodes, weights)
  }

  /// Whether the polynomial through the values at the nodes agrees with the values at the other
  /// places; false if a value is NaN.
  ///
  /// - Parameters:
  ///   - values: At all ``places``.
  ///   - tolerance: The largest difference that is allowed.
  func interpolates(_ values: [ComplexNumber<Double>], within tolerance: Double) -> Bool {
    zip(atMidpoints, values[nodes.count...]).allSatisfy { coefficients, value in
      var difference = -value
      for (coefficient, node) in zip(coefficients, values) { difference += coefficient * node }
      return difference.magnitude <= tolerance
    }
  }

  private static func fill(
    _ values: UnsafeMutablePointer<Double>?, at t: Double, _ nodes: [Double], _ weights: [Double]
  ) {
    guard let values else { return }
    if let node = nodes.firstIndex(of: t) {
      for j in nodes.indices { values[j] = j == node ? 1 : 0 }
      return
    }
    var sum = 0.0
    for j in nodes.indices {
      values[j] = weights[j] / (t - nodes[j])
      sum += values[j]
    }
    for j in nodes.indices { values[j] /= sum }
  }
}
