import AutoDiff
import BeamMaps
import LinearAlgebra

/// Motion by any 6×6 matrix.
public struct MatrixMotion<S: ParticleScalar>: Motion {
  @usableFromInline let matrix: Matrix6<S>

  /// The motion z ↦ Rz.
  @inlinable
  public init(_ matrix: Matrix6<S.Constant>) { self.matrix = matrix.map { S($0) } }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let before = z
    z = PhaseSpace { i in
      var sum = matrix[i, 0] * before.x
      sum = sum + matrix[i, 1] * before.px
      sum = sum + matrix[i, 2] * before.y
      sum = sum + matrix[i, 3] * before.py
      sum = sum + matrix[i, 4] * before.t
      return sum + matrix[i, 5] * before.pt
    }
    return S.Mask(repeating: true)
  }
}
