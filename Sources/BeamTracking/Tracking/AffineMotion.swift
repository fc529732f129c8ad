import AutoDiff
import BeamMaps
import LinearAlgebra

/// The motion z ↦ R z + d: several linear elements in one.
struct AffineMotion<S: ParticleScalar>: Motion {
  /// R, row by row.
  let matrix: InlineArray<36, S>
  let offset: InlineArray<6, S>

  init(_ map: AffineMap<S.Constant>) {
    matrix = InlineArray { i in S(map.matrix.entries[i]) }
    offset = InlineArray { i in S(map.offset[i]) }
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
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

/// The same for scalars with several components: row by row in a loop. Written out, 42 numbers with
/// two nested tangents took the compiler half a minute.
struct RowwiseAffineMotion<S: ParticleScalar>: Motion {
  /// R, row by row.
  let matrix: InlineArray<36, S>
  let offset: InlineArray<6, S>

  init(_ map: AffineMap<S.Constant>) {
    matrix = InlineArray { i in S(map.matrix.entries[i]) }
    offset = InlineArray { i in S(map.offset[i]) }
  }

  @inline(__always)
  func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let from = z
    var to = offset
    for i in 0..<6 {
      var sum = to[unchecked: i] + matrix[unchecked: 6 * i] * from.x
      sum = sum + matrix[unchecked: 6 * i + 1] * from.px
      sum = sum + matrix[unchecked: 6 * i + 2] * from.y
      sum = sum + matrix[unchecked: 6 * i + 3] * from.py
      sum = sum + matrix[unchecked: 6 * i + 4] * from.t
      to[unchecked: i] = sum + matrix[unchecked: 6 * i + 5] * from.pt
    }
    z = PhaseSpace(x: to[0], px: to[1], y: to[2], py: to[3], t: to[4], pt: to[5])
    return S.Mask(repeating: true)
  }
}
