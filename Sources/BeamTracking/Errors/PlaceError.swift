import BeamMaps

/// An error of one number of the element at one place of a beamline: what the element there has
/// more than by design.
///
/// Errors of one number add up. A relative error is a factor times the design value of a number,
/// so that it follows when that varies, and derivatives know of it.
public struct PlaceError: Sendable, Equatable {
  /// What a relative error is a part of.
  public enum Whole: Sendable, Equatable {
    /// A number of the same element, by design.
    case number(BeamlineParameter.Site)
    /// The curvature of the design orbit in the element, its angle over its length [1/m].
    case curvature
  }

  /// The place, an index into ``Beamline/order``; of an error of a girder, one that stands on it.
  public var place: Int
  /// The number that has the error.
  public var site: BeamlineParameter.Site
  /// The error in the number's unit, or, of a relative error, the factor.
  public var amount: Double
  /// What the factor of a relative error multiplies; nil for an absolute error.
  public var whole: Whole?
  /// The name of the family that it belongs to.
  public var family: String

  /// Whether it is an error of the girder under the place.
  var isOfGirder: Bool { if case .girder = site { true } else { false } }

  /// An error of `amount` at one place, absolute unless it is a part of a `whole`.
  public init(
    atPlace place: Int, _ site: BeamlineParameter.Site, _ amount: Double, of whole: Whole? = nil,
    family: String = ""
  ) {
    self.place = place
    self.site = site
    self.amount = amount
    self.whole = whole
    self.family = family
  }
}
