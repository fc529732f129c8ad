import AutoDiff

/// The waves of ψ → φ f₂; Zou and Bugg, eqs. 41–45.
public enum PhiF2 {
  /// U^μ = t^μν v_ν
  public enum SWave: WaveFormula {
    public static let spin = 2
    public static let label = "0 1"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.t.contracted(with: e.v)
    }
  }

  /// U^μ = T^(2)μα t_αν v^ν
  public enum DWaveOfSpin1: WaveFormula {
    public static let spin = 2
    public static let label = "2 1"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.orbital(2).contracted(with: e.t.contracted(with: e.v))
    }
  }

  /// U^μ = ε^μαβγ P_α T^(2)δ_β (C_γδ + C_δγ), where C_γδ = ε_γλσν t^λ_δ P^σ v^ν
  public enum DWaveOfSpin2: WaveFormula {
    public static let spin = 2
    public static let label = "2 2"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      let spin2 = 2.0 * e.turnedByV.contracted(with: e.t, over: 1).symmetrized
      return e.turned(e.orbital(2).contracted(with: spin2, over: 1))
    }
  }

  /// U^μ = P^(3)μαβ;γδν T^(2)_αβ t_γδ v_ν
  public enum DWaveOfSpin3: WaveFormula {
    public static let spin = 2
    public static let label = "2 3"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.projection(e.t.times(e.v)).contracted(with: e.orbital(2))
    }
  }

  /// U^μ = T^(4)μναβ v_ν t_αβ
  public enum GWave: WaveFormula {
    public static let spin = 2
    public static let label = "4 3"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.orbital(4).contracted(with: e.v.times(e.t))
    }
  }
}
