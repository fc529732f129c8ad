import AutoDiff

/// The waves of ψ → φ f₀; Zou and Bugg, eqs. 36 and 37.
public enum PhiF0 {
  /// U^μ = v^μ
  public enum SWave: WaveFormula {
    public static let spin = 0
    public static let label = "0 1"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> { e.v }
  }

  /// U^μ = T^(2)μν v_ν
  public enum DWave: WaveFormula {
    public static let spin = 0
    public static let label = "2 1"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.orbital(2).contracted(with: e.v)
    }
  }
}
