import PartialWaves

/// Events ψ(2S) → K⁺K⁻h⁺h⁻ with K⁺K⁻ near the φ.
struct Cascades {
  static let parentMass = 3.686
  static let kaonMass = 0.493677

  let sample: PhaseSpaceSample

  init(
    parentMass: Double = Self.parentMass, hadronMass: Double, count: Int, seed: UInt64,
    phiMasses: ClosedRange<Double> = 1.01...1.03, fMasses: ClosedRange<Double>? = nil
  ) throws {
    var windows = [MassWindow(0, 1, masses: phiMasses)]
    if let fMasses { windows.append(MassWindow(2, 3, masses: fMasses)) }
    let decay = try ParticleDecay(
      parentMass: parentMass, masses: [Self.kaonMass, Self.kaonMass, hadronMass, hadronMass],
      windows: windows)
    sample = try PhaseSpaceSample(of: SequentialDecays(decay), count: count, seed: seed)
  }

  var events: [FourTracks<Double>] {
    (0..<sample.count).map {
      FourTracks(
        positiveKaon: sample.momentum(of: 0, event: $0),
        negativeKaon: sample.momentum(of: 1, event: $0),
        positiveHadron: sample.momentum(of: 2, event: $0),
        negativeHadron: sample.momentum(of: 3, event: $0))
    }
  }
}
