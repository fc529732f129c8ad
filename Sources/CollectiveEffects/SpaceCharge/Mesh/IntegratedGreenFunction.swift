import AutoDiff

/// The integral of 1/r over the cells of a mesh: the potential of a uniformly charged cell at the
/// nodes around it.
///
/// J. Qiang, S. Lidia, R. D. Ryne, C. Limborg-Deprey, Phys. Rev. ST Accel. Beams 9, 044204 (2006),
/// doi:10.1103/PhysRevSTAB.9.044204, eq. (2); J. Qiang et al., J. Softw. Eng. Appl. 17 (2024),
/// doi:10.4236/jsea.2024.179039.
///
/// There are three formulas, none of which loses digits for any ratio of the sides;
/// ``CellIntegrals`` chooses one for each cell.
package enum IntegratedGreenFunction {
  /// F with ∂³F/∂x∂y∂z = 1/r, for x, y, z > 0; odd in each of them.
  ///
  /// F = ½(x·Sx + y·Sy + z·Sz), where Sx = y·Lz + z·Ly − x·Ax is the potential of a rectangle y × z at
  /// the distance x from its corner (the divergence theorem for r/r), Lz = asinh(z/√(x² + y²)) and
  /// Ax = atan(yz/(xr)): R. D. Ryne, arXiv:1111.4971, eq. (3), in another order. Each of the three
  /// is positive, and at least a third of its largest term, so that F has all its digits for any
  /// ratio of the sides. To write Az as π/2 − Ax − Ay would lose (z/x)² of the digits in a long
  /// box, and logarithms of sums in place of asinh would lose r/z of them in a flat one.
  @inlinable
  static func antiderivative<S: RealScalar>(_ x: S, _ y: S, _ z: S) -> S {
    let (xx, yy, zz) = (x * x, y * y, z * z)
    let r = S.sqrt(xx + yy + zz)
    let alongX = S.asinh(x / S.sqrt(yy + zz))
    let alongY = S.asinh(y / S.sqrt(xx + zz))
    let alongZ = S.asinh(z / S.sqrt(xx + yy))
    /// a·Sa
    func face(_ a: S, _ b: S, _ c: S, _ alongB: S, _ alongC: S) -> S {
      let edges: S = b * alongC + c * alongB
      return a * (edges - a * S.atan(b * c / (a * r)))
    }
    var sum = face(x, y, z, alongY, alongZ)
    sum = sum + face(y, z, x, alongZ, alongX)
    sum = sum + face(z, x, y, alongX, alongY)
    return 0.5 * sum
  }

  /// The integral of 1/r over a line from `lower` to `upper`, 0 ≤ lower < upper, at the distance ρ
  /// from its axis, given by its square: asinh(upper/ρ) − asinh(lower/ρ).
  ///
  /// It is written as a logarithm of 1 + a sum of positive terms, without cancellation.
  @inlinable
  static func line<S: RealScalar>(_ lower: S, _ upper: S, _ length: S, across square: S) -> S {
    let near = S.sqrt(square + lower * lower)
    let far = S.sqrt(square + upper * upper)
    let slope: S = (lower + upper) / (near + far)
    return S.log(onePlus: length * (1.0 + slope) / (lower + near))
  }

  /// The integral of 1/|r| over a cell with sides h at r, far from it: hx·hy·hz/r·(1 + T2 + T4 +
  /// T6), the Taylor series of the average over the cell.
  ///
  /// `x`, `y`, `z` are squares of coordinates, `h` squares of sides. The relative error is at most
  /// 1.1e-3·(h/r)⁸ for the largest side h: 2.6e-13 at 16 h.
  @inlinable
  static func far<S: RealScalar>(_ x: S, _ y: S, _ z: S, _ h: (x: S, y: S, z: S), volume: S) -> S {
    let inverse: S = 1.0 / (x + y + z)
    let a: S = x * inverse
    let b: S = y * inverse
    let c: S = z * inverse
    let p: S = h.x * inverse
    let q: S = h.y * inverse
    let s: S = h.z * inverse
    // Each term is the mean of a harmonic polynomial over the cell: even orders only.
    func line(_ a: S) -> S { 3.0 * a - 1.0 }
    var second: S = p * line(a)
    second = second + q * line(b)
    second = second + s * line(c)

    func square(_ a: S) -> S { S.polynomial(a, [9, -90, 105]) }
    func mixed(_ a: S, _ b: S) -> S {
      let product: S = 105.0 * (a * b)
      return product - 15.0 * (a + b) + 3.0
    }
    var squares: S = p * p * square(a)
    squares = squares + q * q * square(b)
    squares = squares + s * s * square(c)
    var mixtures: S = p * q * mixed(a, b)
    mixtures = mixtures + q * s * mixed(b, c)
    mixtures = mixtures + s * p * mixed(c, a)

    func cube(_ a: S) -> S { S.polynomial(a, [-225, 4725, -14175, 10395]) }
    func squareTimes(_ a: S, _ b: S) -> S {
      let quadratic: S = 10395.0 * b - 945.0
      let linear: S = 630.0 - 5670.0 * b
      let constant: S = 315.0 * b - 45.0
      return (quadratic * a + linear) * a + constant
    }
    var cubes: S = p * p * p * cube(a)
    cubes = cubes + q * q * q * cube(b)
    cubes = cubes + s * s * s * cube(c)
    var sextics: S = p * p * (q * squareTimes(a, b) + s * squareTimes(a, c))
    sextics = sextics + q * q * (s * squareTimes(b, c) + p * squareTimes(b, a))
    sextics = sextics + s * s * (p * squareTimes(c, a) + q * squareTimes(c, b))
    // With a + b + c = 1.
    let pairs: S = a * b + (b + a) * c
    let triple: S = 10395.0 * (a * b * c) - 945.0 * pairs + 90.0

    let fourth: S = (1.0 / 1920) * squares + (1.0 / 576) * mixtures
    let product: S = p * q * s * triple
    var sum: S = (1.0 / 24) * second + fourth
    sum = sum + (1.0 / 322_560) * cubes
    sum = sum + (1.0 / 46_080) * sextics
    sum = sum + (1.0 / 13_824) * product
    return volume * S.sqrt(inverse) * (1.0 + sum)
  }
}
