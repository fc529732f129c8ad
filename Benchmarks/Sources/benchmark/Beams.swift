import AutoDiff
import BeamDynamics

/// The beam of the BELLA HTU beamline: 100 MeV electrons of total energy.
enum HTUBeam {
  static let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 99.48900105)

  /// Standard deviations of x, px, y, py, t, pt.
  static let sigmas = [3.9154e-6, 1.9577e-3, 3.9154e-6, 1.9577e-3, 1e-6, 0.025]

  /// `count` particles, the same ones for every precision.
  static func bunch<Word: ParticleWord>(
    _ count: Int, _ word: Word.Type = Word.self
  ) -> Bunch<Word> {
    Bunch(gaussian: count, sigmas: sigmas, reference: reference)
  }
}

extension Bunch {
  /// Uncorrelated gaussian coordinates.
  init(gaussian count: Int, sigmas: [Double], reference: ReferenceParticle<Double>) {
    self.init(count: count, reference: reference)
    var numbers = NormalNumbers(seed: 1)
    for i in 0..<count {
      var z = PhaseSpace<Double>.zero
      for coordinate in 0..<6 { z[coordinate] = sigmas[coordinate] * numbers.next() }
      self[i] = z
    }
  }

  /// A copy with memory of its own: the copying is over when this returns.
  func separateCopy() -> Self {
    var copy = self
    if count > 0 { copy.setAlive(0, to: isAlive(0)) }
    return copy
  }
}

/// Normally distributed numbers: G. Marsaglia's polar method over S. Vigna's splitmix64.
private struct NormalNumbers {
  private var state: UInt64
  private var spare: Double?

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    while true {
      let (u, v) = (uniform(), uniform())
      let square = u * u + v * v
      if square < 1 && square > 0 {
        let factor = (-2 * .log(square) / square).squareRoot()
        spare = v * factor
        return u * factor
      }
    }
  }

  /// Between −1 and 1.
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-52 - 1
  }
}
