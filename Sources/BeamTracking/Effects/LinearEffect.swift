import AutoDiff
import BeamMaps
import LinearAlgebra

/// An effect that acts on envelopes, too: its kick is linear in the coordinates, by a matrix that may
/// depend on the beam's middle and sizes.
///
/// The matrix is written once, generic over the scalar; derivatives come by themselves, from a tape of
/// it. What the effect does to particles is its own, in ``CollectiveEffect/begin(_:)``.
public protocol LinearEffect: CollectiveEffect {
  /// Whether the matrix acts on the distances from the beam's middle, as forces of a beam on itself do;
  /// then the middle stays. Otherwise on the coordinates. True unless it says otherwise.
  var isAboutMean: Bool { get }
  /// The kick K, in the coordinates of tracking: ζ ← K·ζ.
  ///
  /// - Parameters:
  ///   - mean: ⟨ζ⟩ of the order x, px, y, py, t, pt.
  ///   - covariance: ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩
  ///   - slice: Its charge is that of the whole bunch, with its sign, or the current [A] of a continuous
  ///     beam.
  func kickMatrix<T: RealScalar>(
    mean: Vector6<T>, covariance: Matrix6<T>, _ slice: EffectSlice<T>
  ) -> Matrix6<T>
}

extension LinearEffect {
  public var isAboutMean: Bool { true }
}
