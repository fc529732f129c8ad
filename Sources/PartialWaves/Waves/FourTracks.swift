import AutoDiff

/// The tracks of one event ψ → φ f, φ → K⁺K⁻, f → h⁺h⁻ in the rest frame of ψ, the beam along z.
@frozen
public struct FourTracks<S: RealScalar>: Sendable {
  /// From φ.
  public var positiveKaon, negativeKaon: FourVector<S>
  /// From f.
  public var positiveHadron, negativeHadron: FourVector<S>

  /// The tracks with their four-momenta [GeV].
  @inlinable @inline(__always)
  public init(
    positiveKaon: FourVector<S>, negativeKaon: FourVector<S>, positiveHadron: FourVector<S>,
    negativeHadron: FourVector<S>
  ) {
    self.positiveKaon = positiveKaon
    self.negativeKaon = negativeKaon
    self.positiveHadron = positiveHadron
    self.negativeHadron = negativeHadron
  }

  /// The momentum of φ.
  @inlinable @inline(__always) public var phi: FourVector<S> { positiveKaon + negativeKaon }
  /// The momentum of f.
  @inlinable @inline(__always) public var f: FourVector<S> { positiveHadron + negativeHadron }
}
