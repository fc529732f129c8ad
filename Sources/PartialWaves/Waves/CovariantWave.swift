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

/// All waves of ψ → φ f_J.
public enum WaveCatalog {
  /// In the order of columns and couplings: by spin, then as listed.
  public static let waves = [
    CovariantWave(PhiF0.SWave.self),
    CovariantWave(PhiF0.DWave.self),
    CovariantWave(PhiF2.SWave.self),
    CovariantWave(PhiF2.DWaveOfSpin1.self),
    CovariantWave(PhiF2.DWaveOfSpin2.self),
    CovariantWave(PhiF2.DWaveOfSpin3.self),
    CovariantWave(PhiF2.GWave.self),
    CovariantWave(PhiF4.DWave.self),
    CovariantWave(PhiF4.GWaveOfSpin3.self),
    CovariantWave(PhiF4.GWaveOfSpin4.self),
    CovariantWave(PhiF4.GWaveOfSpin5.self),
  ]

  /// The spins J for which there are waves, ascending.
  public static let spins = Set(waves.map(\.spin)).sorted()

  /// The waves of φ f_J.
  public static func waves(spin: Int) -> [CovariantWave] { waves.filter { $0.spin == spin } }

  /// L and S of the waves of φ f_J, in order.
  public static func labels(spin: Int) -> [String] { waves(spin: spin).map(\.label) }
}
