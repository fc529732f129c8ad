import AutoDiff

/// The tensors from which the waves of ψ → φ f_J are formed, for one event.
///
/// Squared masses are those of the event; only ψ has its nominal mass, P = (0, 0, 0, M), also if
/// the momenta of the tracks have another sum.
public struct CascadeTensors<S: RealScalar>: Sendable {
  /// P, the momentum of ψ.
  public let parent: FourVector<S>
  /// v = t^(1) of φ → K⁺K⁻
  public let v: Tensor<S>
  /// t = t^(J) of f_J → h⁺h⁻
  public let t: Tensor<S>
  private let orbitals: [Int: Tensor<S>]

  /// - Parameters:
  ///   - tracks: The four-momenta of the tracks [GeV].
  ///   - spin: J of f_J.
  ///   - parentMass: M [GeV].
  ///   - barrier: The barrier factors.
  @specialized(where S == Double)
  public init(
    _ tracks: FourTracks<S>, spin: Int, parentMass: Double, barrier: OrbitalBarrier
  ) {
    let parent = FourVector<S>(atRest: parentMass)
    self.parent = parent
    v = .orbital(
      1, of: tracks.phi, into: (tracks.positiveKaon, tracks.negativeKaon), barrier: barrier)
    t = .orbital(
      spin, of: tracks.f, into: (tracks.positiveHadron, tracks.negativeHadron), barrier: barrier)
    orbitals = Dictionary(
      uniqueKeysWithValues: [2, 4].map { angularMomentum in
        let tensor = Tensor.orbital(
          angularMomentum, of: parent, into: (tracks.phi, tracks.f), barrier: barrier)
        return (angularMomentum, tensor)
      })
  }

  /// T^(L) of ψ → φ f for L = 2 and 4, from r = p_φ − p_f.
  public func orbital(_ angularMomentum: Int) -> Tensor<S> {
    guard let tensor = orbitals[angularMomentum] else {
      preconditionFailure("the waves have orbital tensors of L = 2 and 4 only")
    }
    return tensor
  }

  /// P^(n)(P)·X, the part of X with the total spin n in the rest frame of ψ, with the sign (−1)^n
  /// of the literature's P^(n).
  public func projection(_ tensor: Tensor<S>) -> Tensor<S> {
    let sign = tensor.rank.isMultiple(of: 2) ? 1.0 : -1.0
    return sign * SpinProjection(of: parent).applied(to: tensor)
  }

  /// ε^{μαβγ} P_α X_{βγ}
  public func turned(_ tensor: Tensor<S>) -> Tensor<S> {
    Tensor.leviCivita.contracted(with: Tensor(parent).times(tensor))
  }

  /// ε^{αβγδ} P_γ v_δ, which combines v and an index of t to a vector orthogonal to both.
  public var turnedByV: Tensor<S> {
    Tensor.leviCivita.contracted(with: Tensor(parent).times(v))
  }
}
