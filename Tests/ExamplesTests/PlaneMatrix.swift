import Foundation

/// A linear map of one transverse plane with its dispersion, (u, u′, δ): what the examples are
/// checked with, independent of the tool.
struct PlaneMatrix {
  var rows: [[Double]]

  static let identity = Self(rows: [[1, 0, 0], [0, 1, 0], [0, 0, 1]])

  static func drift(_ length: Double) -> Self {
    Self(rows: [[1, length, 0], [0, 1, 0], [0, 0, 1]])
  }

  /// A quadrupole that focuses this plane where `strength` [m⁻²] is positive.
  static func quadrupole(_ length: Double, _ strength: Double) -> Self {
    let w = strength.magnitude.squareRoot()
    if strength > 0 {
      let (c, s) = (cos(w * length), sin(w * length))
      return Self(rows: [[c, s / w, 0], [-w * s, c, 0], [0, 0, 1]])
    }
    let (c, s) = (cosh(w * length), sinh(w * length))
    return Self(rows: [[c, s / w, 0], [w * s, c, 0], [0, 0, 1]])
  }

  /// The bending plane of a sector magnet.
  static func bend(_ length: Double, angle: Double) -> Self {
    let (c, s, radius) = (cos(angle), sin(angle), length / angle)
    return Self(rows: [[c, radius * s, radius * (1 - c)], [-s / radius, c, s], [0, 0, 1]])
  }

  /// The maps one after another.
  init(_ maps: [Self]) { self = maps.reduce(.identity) { $0.followed(by: $1) } }

  init(rows: [[Double]]) { self.rows = rows }

  func followed(by next: Self) -> Self {
    Self(
      rows: next.rows.map { row -> [Double] in
        (0..<3).map { j -> Double in
          row[0] * rows[0][j] + row[1] * rows[1][j] + row[2] * rows[2][j]
        }
      })
  }

  subscript(i: Int, j: Int) -> Double { rows[i - 1][j - 1] }

  /// β and α behind, from those before.
  func transport(beta: Double, alpha: Double) -> (beta: Double, alpha: Double) {
    let gamma = (1 + alpha * alpha) / beta
    let (a, b, c, d) = (self[1, 1], self[1, 2], self[2, 1], self[2, 2])
    return (
      a * a * beta - 2 * a * b * alpha + b * b * gamma,
      -a * c * beta + (a * d + b * c) * alpha - b * d * gamma
    )
  }
}
