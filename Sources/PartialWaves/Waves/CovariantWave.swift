import AutoDiff

/// A partial wave ⟨φ f_J | L S⟩ of ψ → φ f_J in covariant form, the reference for tests of the fast
/// forms of ``RestFrameWaves``.
///
/// L is the orbital angular momentum of φ and f_J, S their total spin; L and S add up to the spin 1
/// of ψ, and parity requires an even L.
///
/// The initialiser knows the type of the formula, so that the compiler specialises it for plain
/// numbers, and then erases the type: called through a protocol, all arithmetic would be a hundred
/// times slower.
public struct CovariantWave: Sendable {
  /// J, the spin of f_J.
  public let spin: Int
  /// L and S, as in "2 1".
  public let label: String
  private let onPoint: @Sendable (CascadeTensors<Double>) -> Tensor<Double>

  init<Formula: WaveFormula>(_ formula: Formula.Type) {
    spin = Formula.spin
    label = Formula.label
    onPoint = { e in Formula.amplitude(e) }
  }

  /// U^μ of one event.
  public func amplitude(_ e: CascadeTensors<Double>) -> FourVector<Double> { onPoint(e).vector }
}
