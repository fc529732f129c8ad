import AutoDiff

/// Jₘ = ∫₀^∞ sᵐ·det(Ŝ + s)^(−3/2) ds for m = 0, 1, 2: what the field of a uniform ellipsoid is made
/// of.
///
/// With s = eᵘ the integrand is analytic in the strip |Im u| < π and decays at both ends, so that a
/// sum over a regular grid of step 1/2 misses the integral by about 2·exp(−2π²/0.5) = 1e-17,
/// relative. The grid is cut where what is left out is below 1e-16 of the field: at 10⁻¹⁶·w₋ and at
/// 10¹¹·w₊, where the eigenvalues of Ŝ lie between w₋ and w₊. That makes 125 nodes, and 4 more for
/// each power of e in the ratio of the axes. Unlike R_D by duplication (B. C. Carlson, Numer. Math.
/// 33, 1 (1979)) it knows no preferred axes: the ellipsoid may be tilted, and axes may be equal.
struct EllipsoidIntegrals<C: EnvelopeScalar> {
  var j0, j1, j2: C

  init(j0: C, j1: C, j2: C) {
    self.j0 = j0
    self.j1 = j1
    self.j2 = j2
  }

  @inline(__always)
  init(_ invariants: EllipsoidInvariants<C>) {
    let trace = C.Four(invariants.trace)
    let minors = C.Four(invariants.minors)
    let determinant = C.Four(invariants.determinant)
    var (sum0, sum1, sum2) = (C.Four.zero, C.Four.zero, C.Four.zero)
    EllipsoidGrid(invariants).forEachNode { s in
      let det = ((s + trace) * s + minors) * s + determinant
      let weight = s / (det * .sqrt(det))
      sum0 += weight
      sum1 += s * weight
      sum2 += s * s * weight
    }
    j0 = EllipsoidGrid<C>.step * Self.total(sum0)
    j1 = EllipsoidGrid<C>.step * Self.total(sum1)
    j2 = EllipsoidGrid<C>.step * Self.total(sum2)
  }

  /// The sum of four numbers.
  @inline(__always)
  static func total(_ four: C.Four) -> C {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * C.componentCount) { words in
      guard let base = words.baseAddress else { return .zero }
      four.store(to: base, stride: 4)
      let pairs = (
        C.load(base, stride: 4) + C.load(base + 1, stride: 4),
        C.load(base + 2, stride: 4) + C.load(base + 3, stride: 4)
      )
      return pairs.0 + pairs.1
    }
  }
}

/// The nodes s = s₀·e^(k/2) of ``EllipsoidIntegrals``, four at a time.
struct EllipsoidGrid<C: EnvelopeScalar> {
  private let start: Double
  private let groups: Int

  @inline(__always) static var step: Double { 0.5 }

  /// Of values alone: where the grid lies does not change the integral.
  @inline(__always)
  init(_ invariants: EllipsoidInvariants<C>) {
    let largest = invariants.trace.plainValue
    let smallest = invariants.determinant.plainValue / invariants.minors.plainValue
    start = 1e-16 * smallest
    // A beam without volume has no field; its Jₘ are not numbers, and are found out elsewhere.
    let span = Double.log(1e27 * largest / smallest) / (4 * Self.step)
    groups = span < 500 ? Int(span) + 1 : 0
  }

  @inline(__always)
  func forEachNode(_ body: (C.Four) -> Void) {
    let first = Double.exp(Self.step)
    var s = InlineArray<8, Double>(repeating: 0)
    s[0] = start
    for k in 1..<4 { s[k] = s[k - 1] * first }
    let four = s.span.withUnsafeBufferPointer { words in
      words.baseAddress.map { C.Four.load($0, stride: 4) } ?? .zero
    }
    let factor = first * first * first * first
    var scale = 1.0
    for _ in 0..<groups {
      body(scale * four)
      scale *= factor
    }
  }
}
