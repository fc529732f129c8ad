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
    /// The squared mass of the sample that it is a function of, by its number.
    let mass: Int
    /// For each slot of the lineshape (``DynamicLineshape/Slot``) the place of the model's
    /// parameter.
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

  /// A decay chain of one resonance. Each exchange of identical particles is a term of its own.
  struct Term: Sendable {
    /// The lineshapes whose product is the dynamic factor.
    let curves: [Int]
    /// The fixed factor of the sample that multiplies the term, by its number; nil if there is
    /// none.
    let factor: Int?
    let entries: [Entry]
    /// The resonance to which it belongs. Terms of one resonance always interfere.
    let resonance: Int
  }

  /// The coefficient of the density of a background that does not interfere.
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

  /// A grouping: terms within one group interfere, the intensities of the groups are added.
  struct Grouping: Sendable, Equatable {
    /// Terms of each group.
    let groups: [[Int]]
    /// Whether the background is added.
    let hasBackground: Bool
  }

  /// All terms together: the intensity of the model.
  var coherent: Grouping { Grouping(groups: [Array(terms.indices)], hasBackground: true) }

  /// All terms together, without the background.
  var signal: Grouping { only(Set(resonances.indices)) }

  /// The grouping of the likelihood's integral. If the background is given by its fraction, it is
  /// the signal alone: the strength of the background follows from its integral
  /// (``ChannelIntegral``).
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
  /// Derivatives to a fraction f have the relative accuracy 2⁻⁵²/(1 − f): near 1 the signal is lost
  /// in the rounding of the background.
  var range: ClosedRange<Double> {
    switch self {
    case .strength: .everything
    case .fraction: 0...0.999999
    }
  }
}
