import AutoDiff

/// z ↦ R z + d: several linear elements in one.
struct AffineMotion<S: ParticleScalar>: Motion {
  /// The rows of R, one after the other.
  let matrix: InlineArray<36, S>
  let offset: InlineArray<6, S>

  /// The value and the derivatives of `image`, the image of the origin, are d and R.
  init(_ image: PhaseSpace<Dual<6, Double>>) {
    matrix = InlineArray { i in S(image[i / 6].tangent[i % 6]) }
    offset = InlineArray { i in S(image[i].value) }
  }

  @inline(__always)
  func advance(_ z: inout PhaseSpace<S>) -> S.Mask {
    let from = z
    z.x = row(0, from)
    z.px = row(1, from)
    z.y = row(2, from)
    z.py = row(3, from)
    z.t = row(4, from)
    z.pt = row(5, from)
    return S.Mask(repeating: true)
  }

  @inline(__always)
  private func row(_ i: Int, _ z: PhaseSpace<S>) -> S {
    var sum = offset[i] + matrix[6 * i] * z.x
    sum = sum + matrix[6 * i + 1] * z.px
    sum = sum + matrix[6 * i + 2] * z.y
    sum = sum + matrix[6 * i + 3] * z.py
    sum = sum + matrix[6 * i + 4] * z.t
    return sum + matrix[6 * i + 5] * z.pt
  }
}

extension PhaseSpace<Dual<6, Double>> {
  /// The origin, with the six coordinates as independent variables.
  static var variables: Self {
    var z = Self.zero
    for i in 0..<6 { z[i] = Dual(0, variable: i) }
    return z
  }

  /// True if nothing has happened to the ``variables``.
  var isIdentity: Bool {
    for i in 0..<6 {
      if self[i].value != 0 { return false }
      for j in 0..<6 where self[i].tangent[j] != (i == j ? 1 : 0) { return false }
    }
    return true
  }
}
