import AutoDiff

/// The integral of 1/r over the cells of a mesh: the potential of a cell that is uniformly charged,
/// at the nodes around it.
///
/// J. Qiang, S. Lidia, R. D. Ryne, C. Limborg-Deprey, Phys. Rev. ST Accel. Beams 9, 044204 (2006),
/// doi:10.1103/PhysRevSTAB.9.044204, eq. (2); J. Qiang et al., J. Softw. Eng. Appl. 17 (2024),
/// doi:10.4236/jsea.2024.179039.
///
/// Near the cell it is the eightfold difference of an antiderivative over the corners. That
/// difference cancels: its relative error is about 3ε r³/(hx·hy·hz). Farther away it is a Taylor
/// series of the cell's average, whose error falls with the distance.
package enum IntegratedGreenFunction {
  /// F with ∂³F/∂x∂y∂z = 1/r, for x, y, z > 0; odd in each of them.
  ///
  /// F = yz·Lx + xz·Ly + xy·Lz − ½(x²·Ax + y²·Ay + z²·Az), where Lx = ln((x + r)/√(y² + z²)) and
  /// Ax = atan(yz/(xr)) (R. D. Ryne, arXiv:1111.4971, eq. (3)). As Ax + Ay + Az = π/2, two of the
  /// arcus tangents are enough.
  @inlinable
  static func antiderivative<S: RealScalar>(_ x: S, _ y: S, _ z: S) -> S {
    let (xx, yy, zz) = (x * x, y * y, z * z)
    let r = S.sqrt(xx + yy + zz)
    func logarithm(_ along: S, _ across: S) -> S {
      let sum = along + r
      return 0.5 * S.log(sum * sum / across)
    }
    var logarithms: S = y * z * logarithm(x, yy + zz)
    logarithms = logarithms + x * z * logarithm(y, xx + zz)
    logarithms = logarithms + x * y * logarithm(z, xx + yy)
    let angleX = S.atan(y * z / (x * r))
    let angleY = S.atan(x * z / (y * r))
    let angleZ = (0.5 * Double.pi) - angleX - angleY
    return logarithms - 0.5 * (xx * angleX + yy * angleY + zz * angleZ)
  }

  /// The integral of 1/|r| over a cell with sides h at r, far from it: hx·hy·hz/r·(1 + T2 + T4 +
  /// T6), the Taylor series of the average over the cell.
  ///
  /// `x`, `y`, `z` are squares of coordinates, `h` squares of sides. The relative error is at most
  /// 1.1e-3·(h/r)⁸ for the largest side h.
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

  /// The distance, in units of the largest side, from where the series is better than the
  /// difference: both err by the same there, by 1e-12 for a cube.
  static func seam(_ h: [Double]) -> Double {
    let largest = h.max() ?? 1
    let flatness = h.reduce(1) { $0 * $1 / largest }
    // 1.1e-3·R⁻⁸ = 3ε·R³/flatness, with ε = 2⁻⁵³.
    return max(4, Double.pow(1.1e-3 * flatness / (3 * 0x1p-53), 1.0 / 11))
  }
}
