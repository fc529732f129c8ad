import AutoDiff
import Documents

/// How the angular part of an amplitude is computed from the momenta of an event.
public enum DecayFormalism: String, Sendable, CaseIterable {
  /// ψ → φ f_J with φ → K⁺K⁻ and f_J → h⁺h⁻ by covariant tensors; particles 1 and 2 come from the
  /// φ, 3 and 4 from the f. The spin projection of ψ on the beam axis z is ±1: the components x and
  /// y of its amplitudes count, and do not interfere.
  case covariantTensor = "covariant-tensor"
  /// A parent without spin that decays to three particles without spin through resonances in pairs
  /// of them.
  case isobar

  /// The spin of the parents whose decays it describes.
  var parentSpin: Int { self == .covariantTensor ? 1 : 0 }

  /// Why it has no amplitudes for a decay, in words; nil if it has.
  ///
  /// - Parameters:
  ///   - parent: Nil for a particle that is not known, whose spin is not checked.
  func objection(toParent parent: Particle?) -> String? {
    guard let parent, parent.twiceSpin != 2 * parentSpin else { return nil }
    return "\(quoted(parent.name)) has spin \(parent.spinText), and the amplitudes of "
      + "\(quoted(rawValue)) are those of a parent of spin \(parentSpin): further ones would be dropped"
  }

  /// Why it has no amplitudes for a particle in the final state; nil if it has.
  func objection(toProduct particle: Particle) -> String? {
    guard particle.twiceSpin != 0 else { return nil }
    return "\(quoted(particle.name)) has spin \(particle.spinText), and the amplitudes of "
      + "\(quoted(rawValue)) are those of a final state without spin: its helicities would be dropped"
  }

  /// Components of an amplitude that do not interfere.
  var components: Int { self == .covariantTensor ? 2 : 1 }

  /// How many particles there are in the final state.
  var particleCount: Int { self == .covariantTensor ? 4 : 3 }

  /// The spins that resonances may have.
  var spins: [Int] { self == .covariantTensor ? WaveCatalog.spins : Array(0...4) }

  /// Names of a resonance's waves, "L S" in order; of an isobar there is only one.
  func labels(spin: Int) -> [String] {
    self == .covariantTensor ? WaveCatalog.labels(spin: spin) : ["\(spin) 0"]
  }
}

/// A wave amplitude that a model needs of each event.
struct WaveRequest: Sendable, Equatable {
  let spin: Int
  let label: String
  /// The two particles that the resonance decays to, counted from 0.
  let pair: [Int]
  /// The particle of the event in each place of the decay chain.
  let order: [Int]

  /// Whether both are the same wave, up to an exchange of identical particles.
  func isExchange(of other: Self) -> Bool {
    spin == other.spin && label == other.label && places == other.places
  }

  /// The places of the decay chain to which the resonance decays.
  private var places: [Int?] { pair.map { order.firstIndex(of: $0) } }
}

/// A squared mass that a model needs of each event: of two particles, counted from 0.
struct MassRequest: Sendable, Equatable {
  let pair: [Int]

  init(_ pair: [Int]) { self.pair = pair.sorted() }
}
