import AutoDiff
import BeamMaps

/// The kick of sector multipoles, which follow a bend of curvature h, over a length τ.
///
/// T. Zolkin, Phys. Rev. Accel. Beams 20, 043501 (2017), in the form of his McMillan radial
/// functions expanded about the orbit, which is analytic in h:
///
///     f_n = xⁿ Σ_j a_{n,j}(hx)^j,  g_n = xⁿ Σ_j b_{n,j}(hx)^j,
///     (1 + hx)·f_n′ = n·g_{n−1},  g_n′ = n(1 + hx)·f_{n−1}
///
/// The kick is a polynomial in x and y. The series is cut after (hx)¹⁶, with a relative error below
/// |hx|¹⁷, 1e-17 up to |hx| = 0.1. Closed forms with logarithms would instead cancel 1 down to
/// (hx)².
public struct SectorMultipoleKick<S: ParticleScalar>: ScaledMotion {
  @inlinable
  static var terms: Int { 17 }

  @usableFromInline let curvature: S
  /// Coefficients of yᵖ·xʲ in −Δpx/(1 + hx) and in Δpy: `columns` powers of x for each power of y.
  @usableFromInline let horizontal: [S]
  @usableFromInline let vertical: [S]
  @usableFromInline let rows: Int
  @usableFromInline let columns: Int

  /// A kick with coefficients `normal` kn_m and `skew` ks_m; those of index 0 belong to the bend
  /// itself and are ignored.
  @inlinable
  public init(
    normal: [S.Constant], skew: [S.Constant], curvature h: S.Constant, strength: S.Constant
  ) {
    let orders = max(normal.count, skew.count, 1)
    let radial = RadialSeries(orders: orders + 1, terms: Self.terms)
    let rows = orders + 1
    let columns = orders + 1 + Self.terms
    var powers = [S.Constant.one]
    for _ in 1..<Self.terms { powers.append(powers[powers.count - 1] * h) }

    var dpx = [S.Constant](repeating: .zero, count: rows * columns)
    var dpy = dpx
    // Adds coefficient·y^p·(f or g)_n(x), with the function given by its series.
    func add(
      _ coefficient: S.Constant, y p: Int, _ series: [[Double]], _ n: Int,
      to polynomial: inout [S.Constant]
    ) {
      for j in 0..<Self.terms where series[n][j] != 0 {
        polynomial[p * columns + n + j] =
          polynomial[p * columns + n + j] + coefficient * powers[j] * series[n][j]
      }
    }
    for m in 1..<max(orders, 1) {
      let kn = strength * (m < normal.count ? normal[m] : .zero)
      let ks = strength * (m < skew.count ? skew[m] : .zero)
      let n = m + 1
      var factorial = 1.0
      for i in 1...n { factorial *= Double(i) }
      var binomial = 1.0
      for i in 0...n {
        // i counts the powers of y in the potential; binomial = C(n, i).
        let sign = (i / 2) % 2 == 0 ? 1.0 : -1.0
        let weight = sign * binomial / factorial
        if i % 2 == 1 {
          add(kn * (weight * Double(i)), y: i - 1, radial.f, n - i, to: &dpx)
          if n > i { add(kn * (weight * Double(n - i)), y: i, radial.g, n - i - 1, to: &dpy) }
        } else {
          if i > 0 { add(ks * (weight * Double(i)), y: i - 1, radial.f, n - i, to: &dpx) }
          if n > i { add(ks * (weight * Double(n - i)), y: i, radial.g, n - i - 1, to: &dpy) }
        }
        binomial = binomial * Double(n - i) / Double(i + 1)
      }
    }
    self.rows = rows
    self.columns = columns
    curvature = S(h)
    horizontal = dpx.map { S($0) }
    vertical = dpy.map { S($0) }
  }

  /// - Returns: False beyond the centre of curvature, |hx| ≥ 1, where the field is not defined.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>, times fraction: S) -> S.Mask {
    let u = curvature * z.x
    let dpx = evaluate(horizontal, z.x, z.y)
    let dpy = evaluate(vertical, z.x, z.y)
    z.px = z.px - fraction * ((1.0 + u) * dpx)
    z.py = z.py + fraction * dpy
    return S.abs(u) < S(1.0)
  }

  @inlinable @inline(__always)
  func evaluate(_ polynomial: [S], _ x: S, _ y: S) -> S {
    var sum = S.zero
    for row in 0..<rows {
      let start = (rows - 1 - row) * columns
      var inner = S.zero
      for j in 0..<columns {
        inner = inner * x + polynomial[start + columns - 1 - j]
      }
      sum = sum * y + inner
    }
    return sum
  }
}

/// The coefficients of the radial functions f_n and g_n of sector multipoles.
@usableFromInline struct RadialSeries {
  @usableFromInline private(set) var f: [[Double]]
  @usableFromInline private(set) var g: [[Double]]

  /// f_0 … f_orders and g_0 … g_orders, `terms` terms each.
  @usableFromInline
  init(orders: Int, terms: Int) {
    let unit = [1.0] + [Double](repeating: 0, count: terms - 1)
    f = [unit]
    g = [unit]
    for n in 1...max(orders, 1) {
      // g_n′ = n(1 + u)f_{n−1} and (1 + u)f_n′ = n·g_{n−1}, solved power by power.
      var a = [Double](repeating: 0, count: terms)
      var b = a
      var quotient = 0.0
      for j in 0..<terms {
        b[j] = Double(n) * (f[n - 1][j] + (j > 0 ? f[n - 1][j - 1] : 0)) / Double(n + j)
        quotient = g[n - 1][j] - quotient
        a[j] = Double(n) * quotient / Double(n + j)
      }
      f.append(a)
      g.append(b)
    }
  }
}
