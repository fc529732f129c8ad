import AutoDiff

/// The waves of ψ → φ f₄ with L ≤ 4.
///
/// They follow the rules by which Zou and Bugg form those of φ f₂: v and t^(4) combine to a total
/// spin S of 3 (one contraction), 4 (one ε) or 5 (the product), which combines with T^(L) to 1.
/// Their signs and normalisation are a choice of this module. ⟨6 5| is left out: barrier factors
/// are known to L = 4.
public enum PhiF4 {
  /// U^μ = T^(2)_αβ [P^(3) t·v]^μαβ
  public enum DWave: WaveFormula {
    public static let spin = 4
    public static let label = "2 3"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      // In the rest frame of ψ, t·v has traces in space. They would contribute with T^(2), though
      // not with T^(4): the projection removes them.
      e.projection(e.t.contracted(with: e.v)).contracted(with: e.orbital(2))
    }
  }

  /// U^μ = T^(4)μαβγ t_αβγν v^ν
  public enum GWaveOfSpin3: WaveFormula {
    public static let spin = 4
    public static let label = "4 3"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.orbital(4).contracted(with: e.t.contracted(with: e.v))
    }
  }

  /// U^μ = ε^μαβγ P_α T^(4)_β^δκλ W_γδκλ, where W sums ε_γλ'σν t^λ'_δκλ P^σ v^ν over the four
  /// places of its first index
  public enum GWaveOfSpin4: WaveFormula {
    public static let spin = 4
    public static let label = "4 4"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      let spin4 = 4.0 * e.turnedByV.contracted(with: e.t, over: 1).symmetrized
      return e.turned(e.orbital(4).contracted(with: spin4, over: 3))
    }
  }

  /// U^μ = T^(4)_αβγδ [P^(5) t v]^μαβγδ
  public enum GWaveOfSpin5: WaveFormula {
    public static let spin = 4
    public static let label = "4 5"
    public static func amplitude<S: RealScalar>(_ e: CascadeTensors<S>) -> Tensor<S> {
      e.projection(e.t.times(e.v)).contracted(with: e.orbital(4))
    }
  }
}
