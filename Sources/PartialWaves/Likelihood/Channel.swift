/// One decay channel of a fit: its amplitude, its events, and constraints from other measurements.
public struct Channel: Sendable {
  /// A quadratic pull on a parameter: N·strength·(centre − θ)², with N the sum of the channel's
  /// data weights. It equals a Gaussian constraint of width 1/√(2·N·strength).
  public struct Pull: Sendable, Equatable {
    /// The parameter's place.
    public var parameter: Int
    /// The value that the parameter is pulled to, in the parameter's unit.
    public var centre: Double
    /// The strength, in one over the square of the parameter's unit; not negative.
    public var strength: Double

    /// - Parameters:
    ///   - parameter: Place of the parameter among all parameters of the model.
    ///   - centre: The value that it is pulled to.
    ///   - strength: Not negative.
    public init(parameter: Int, centre: Double, strength: Double) {
      self.parameter = parameter
      self.centre = centre
      self.strength = strength
    }
  }

  /// A quadratic pull on the sum of the fit fractions: N·strength·(Σ FF − sum)².
  ///
  /// - SeeAlso: X. Dong et al., Int. J. Mod. Phys. E (2024), for its use against overfitting.
  public struct FractionConstraint: Sendable, Equatable {
    /// The sum that the fractions are pulled to; 1 is 100 %.
    public var sum: Double
    /// The strength, without unit; not negative.
    public var strength: Double

    /// - Parameters:
    ///   - sum: The sum that the fractions are pulled to; 1 is 100 %.
    ///   - strength: Not negative.
    public init(sum: Double, strength: Double) {
      self.sum = sum
      self.strength = strength
    }
  }

  /// The name in the model file.
  public var name: String
  var amplitude: AmplitudeSum
  /// The events that are fitted.
  public var data: EventSample
  /// Monte-Carlo events for the integral of the likelihood.
  public var integration: EventSample
  /// Phase space before detection, for fractions; nil if there is none.
  public var truth: EventSample?
  /// Pulls on parameters, counted once for the channel.
  public var pulls: [Pull] = []
  /// The constraint on the sum of the fit fractions; nil if there is none. It needs ``truth``.
  public var fractionConstraint: FractionConstraint?
  /// The parameter ν that is the expected number of events: an extended likelihood has the further
  /// term ν − N·log ν. Nil if only the distribution of events counts.
  ///
  /// - SeeAlso: R. Barlow, Nucl. Instrum. Methods A 297, 496 (1990), on extended likelihoods.
  public var yield: Int?
  /// Whether errors take the data's weights into account (``Likelihood/covariance(_:at:)``).
  public var correctsForWeights = true
  /// The integral over `integration`, where it is a quadratic form; nil where it is not, or not
  /// known.
  var quadraticIntegral: QuadraticIntegral?
  /// The integral of the background's density over `integration`; nil where it is not known.
  var densityIntegral: Double?
  var condensed = Condensed()
}
