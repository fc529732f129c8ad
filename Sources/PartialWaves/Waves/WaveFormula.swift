import AutoDiff

/// The formula of a partial wave, written with all its tensors as in the literature and generic
/// over the scalar.
public protocol WaveFormula: Sendable {
  /// J, the spin of f_J.
  static var spin: Int { get }
  /// L and S, as in "2 1".
  static var label: String { get }
  /// U^μ. ψ from electrons and positrons along z has the spin projections ±1 on z, which select the
  /// components x and y.
  static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S>
}
