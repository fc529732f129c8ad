import AutoDiff
import BeamTracking

/// One term of an objective: what is asked for, where, with which weight.
public struct ObjectiveTerm: Sendable {
  /// What a term looks at.
  public enum Subject: Sendable {
    case quantity(Quantity)
    /// The share of the beam that a soft-edged ellipse stops there, with what was lost before.
    case smoothedLoss(SmoothedLoss)
    /// How far the density on a screen is from an image; it takes no target.
    case density(ScreenImage)
  }

  public var subject: Subject
  /// The place after which it is asked for; nil for the start.
  public var place: Int?
  /// The place's name, for messages.
  public var placeName: String
  public var weight: Double
  /// The value that is wanted: the term is weight·(value − target)². Without it, it is
  /// weight·value.
  public var target: Double?

  /// A term of an objective: weight·(subject − target)², or weight·subject without a target.
  ///
  /// - Parameters:
  ///   - place: After which place of the beamline; nil for the start.
  ///   - placeName: The name of the place in tables and messages.
  public init(
    _ subject: Subject, after place: Int?, called placeName: String, weight: Double = 1,
    target: Double? = nil
  ) {
    self.subject = subject
    self.place = place
    self.placeName = placeName
    self.weight = weight
    self.target = target
  }

  /// The name of what it looks at.
  public var name: String {
    switch subject {
    case .quantity(let quantity): quantity.name
    case .smoothedLoss: "smoothed_loss"
    case .density: "density"
    }
  }

  /// In which unit its value is.
  public var unit: String {
    if case .quantity(let quantity) = subject { quantity.unit } else { "" }
  }

  /// Whether it needs particles: an envelope does not say how they are distributed.
  public var needsParticles: Bool {
    if case .quantity = subject { false } else { true }
  }

  /// Whether it is a number of the beam, and not of the design orbit.
  public var needsBeam: Bool {
    if case .quantity(let quantity) = subject { quantity.needsBeam } else { true }
  }

  /// Whether it is a sum of squares.
  var isSumOfSquares: Bool {
    guard weight >= 0 else { return false }
    if case .density(let image) = subject { return image.comparison == .squares }
    return target != nil
  }
}

/// The share of a particle that passes a soft-edged ellipse.
struct SmoothedTransmission: ParticleFunction {
  let loss: SmoothedLoss

  func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S { 1.0 - loss(z) }
}
