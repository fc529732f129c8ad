/// The two-body decay of a resonance, for which its lineshape is evaluated.
public struct TwoBodyDecay: Sendable, Equatable {
  /// Nominal masses of the decay products [GeV].
  public var masses: (Double, Double)
  /// Spin of the resonance: the orbital angular momentum between spinless products.
  public var spin: Int
  /// Interaction radius of barrier factors [fm].
  public var radius: Double

  /// - Parameters:
  ///   - masses: Nominal masses of the decay products [GeV].
  ///   - spin: Spin of the resonance.
  ///   - radius: Interaction radius of barrier factors [fm].
  public init(masses: (Double, Double), spin: Int, radius: Double = 1) {
    self.masses = masses
    self.spin = spin
    self.radius = radius
  }

  /// The sum of the products' masses [GeV].
  public var threshold: Double { masses.0 + masses.1 }

  public static func == (a: Self, b: Self) -> Bool {
    a.masses == b.masses && a.spin == b.spin && a.radius == b.radius
  }
}
