import AutoDiff

/// The structure of an amplitude that is a sum over decay chains:
///
/// A_k(event; θ) = Σ_t D_t(s; θ) Σ_i c_{t,i}(θ) U_i^k(event),
///
/// with a dynamic factor D of each term (a product of lineshapes), complex couplings c and wave
/// amplitudes U that do not depend on the parameters θ. The intensity is Σ_k |A_k|², plus a
/// background that does not interfere.
struct AmplitudeSum: Sendable {
  /// A lineshape at one of the events' squared masses.
  struct CurveUse: Sendable {
    let lineshape: DynamicLineshape
    /// Which of the sample's squared masses it is a function of.
    let mass: Int
    /// The parameter that each slot of the lineshape is.
    let parameters: [Int]
  }

  /// A complex number made of two parameters.
  struct Coupling: Sendable {
    enum Form: Sendable { case cartesian, polar }
    let form: Form
    /// Real part or magnitude.
    let first: Int
    /// Imaginary part or phase [rad].
    let second: Int
  }

  /// A coupling times a wave amplitude.
  struct Entry: Sendable {
    let coupling: Int
    let wave: Int
  }

  /// A decay chain of one resonance; one of several, if particles are exchanged.
  struct Term: Sendable {
    /// Which lineshapes are multiplied.
    let curves: [Int]
    /// Which of the sample's fixed factors is multiplied too.
    let factor: Int?
    let entries: [Entry]
    /// The resonance that it belongs to: terms of one resonance always interfere.
    let resonance: Int
  }

  /// What the density of a background that does not interfere is multiplied by.
  struct Background: Sendable, Equatable {
    enum Form: String, Sendable, CaseIterable {
      /// b in the intensity S + b·B.
      case strength
      /// f in (1 − f)·S/I_S + f·B/I_B, with the integrals of signal and background.
      case fraction
    }
    let form: Form
    /// The parameter that is the strength, or the fraction.
    let parameter: Int
  }

  var components: Int
  var curves: [CurveUse] = []
  var couplings: [Coupling] = []
  var terms: [Term] = []
  /// Names of the resonances.
  var resonances: [String] = []
  var background: Background?

  /// Which terms interfere with each other, and whether the background counts.
  struct Grouping: Sendable, Equatable {
    /// Terms of each group.
    let groups: [[Int]]
    let hasBackground: Bool
  }

  /// All terms together: the intensity of the model.
  var coherent: Grouping { Grouping(groups: [Array(terms.indices)], hasBackground: true) }

  /// All terms together, without the background.
  var signal: Grouping { only(Set(resonances.indices)) }

  /// What a likelihood integrates anew for other parameters: beside a fraction the signal alone, whose
  /// integral tells the background's.
  var integrated: Grouping { hasFraction ? signal : coherent }

  /// Whether a background is given by its fraction.
  var hasFraction: Bool { background?.form == .fraction }

  /// Each resonance by itself: the sum of their intensities.
  var incoherent: Grouping {
    Grouping(groups: resonances.indices.map { terms(of: [$0]) }, hasBackground: false)
  }

  /// Some resonances, without the others.
  func only(_ resonances: Set<Int>) -> Grouping {
    Grouping(groups: [terms(of: resonances)], hasBackground: false)
  }

  private func terms(of resonances: Set<Int>) -> [Int] {
    terms.indices.filter { resonances.contains(terms[$0].resonance) }
  }
}

extension AmplitudeSum.Background.Form {
  /// The values that a model file may give, and a fit may reach.
  ///
  /// Derivatives to a fraction f are known to a part of 2⁻⁵²/(1 − f): near 1 the signal is a rounding error
  /// beside the background.
  var range: ClosedRange<Double> {
    switch self {
    case .strength: .everything
    case .fraction: 0...0.999999
    }
  }
}
