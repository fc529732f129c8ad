import AutoDiff
import BeamTracking

/// One term of an objective: its subject, its place and its weight.
public struct ObjectiveTerm: Sendable {
  /// The subject of a term.
  public enum Subject: Sendable {
    /// A quantity of the beam or of the reference particle.
    case quantity(Quantity)
    /// The fraction of the beam that an aperture with a soft edge stops there, including earlier
    /// losses.
    case smoothedLoss(SmoothedLoss)
    /// The same at an aperture of the beamline, which knows its place.
    case smoothedLossAtAperture(ApertureLoss)
    /// The sum over apertures of the beamline: of the beam that arrives at each, the part that its
    /// soft edge stops, relative to the whole beam. For sharp edges it is the fraction of the beam
    /// that is lost at all of them; soft edges stop a particle at one aperture in part and at the
    /// next again, so that it is not bounded by 1.
    case smoothedLossAtApertures([ApertureLoss])
    /// The difference of the density on a screen from an image; it takes no target.
    case density(ScreenImage)
  }

  /// The subject of the term.
  public var subject: Subject
  /// The place after which the beam is observed; nil for the start. Apertures of the beamline have
  /// places of their own.
  public var place: Int?
  /// The place's name, for messages.
  public var placeName: String
  /// The factor of the term in the objective.
  public var weight: Double
  /// The target value: the term is weight·(value − target)². If it is nil, the term is
  /// weight·value.
  public var target: Double?

  /// A term of an objective: weight·(subject − target)², or weight·subject without a target.
  ///
  /// - Parameters:
  ///   - subject: What the term is of.
  ///   - place: After which place of the beamline; nil for the start.
  ///   - placeName: The name of the place in tables and messages.
  ///   - weight: The weight.
  ///   - target: The value that the subject should have; nil to add the subject as it is.
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

  /// The name of the subject.
  public var name: String {
    switch subject {
    case .quantity(let quantity): quantity.name
    case .smoothedLoss, .smoothedLossAtAperture, .smoothedLossAtApertures: "smoothed_loss"
    case .density: "density"
    }
  }

  /// The unit of the value; empty for a pure number.
  public var unit: String {
    if case .quantity(let quantity) = subject { quantity.unit } else { "" }
  }

  /// Whether it needs particles: an envelope does not contain their distribution.
  public var needsParticles: Bool {
    if case .quantity = subject { false } else { true }
  }

  /// Whether it is a property of the beam, and not of the design orbit.
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

/// The fraction of a particle that passes an aperture with a soft edge.
struct SmoothedTransmission: ParticleFunction {
  let loss: SmoothedLoss

  func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S { 1.0 - loss(z) }
}

/// The whole particle: its average is the living part of the beam.
struct LivingPart: ParticleFunction {
  func callAsFunction<S: RealScalar>(_ z: PhaseSpace<S>) -> S { .one }
}
