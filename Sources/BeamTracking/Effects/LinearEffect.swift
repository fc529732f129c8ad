import AutoDiff
import BeamMaps
import LinearAlgebra

/// An effect that also acts on envelopes: its kick is linear in the coordinates, with a matrix that
/// may depend on the beam's centroid and sizes.
///
/// The matrix is written once, generic over the scalar; derivatives come from a tape of it. The
/// action on particles is defined separately, by `CollectiveEffect.begin(_:)`.
public protocol LinearEffect: CollectiveEffect {
  /// True, the default, if the matrix acts on coordinates relative to the centroid, as the forces
  /// of a beam on itself do; the centroid then does not change. Otherwise it acts on the
  /// coordinates.
  var isAboutMean: Bool { get }
  /// The matrix K of the kick in the coordinates of tracking: ζ ← K·ζ.
  ///
  /// - Parameters:
  ///   - mean: The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt.
  ///   - covariance: ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩
  ///   - slice: The inputs of the effect. Its charge is the signed charge of the whole bunch [C],
  ///     or the current of a continuous beam [A].
  func kickMatrix<T: RealScalar>(
    mean: Vector6<T>, covariance: Matrix6<T>, _ slice: EffectSlice<T>
  ) -> Matrix6<T>
}

extension LinearEffect {
  public var isAboutMean: Bool { true }
}
