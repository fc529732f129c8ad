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
