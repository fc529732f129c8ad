import BeamTracking
import ParameterTables

/// The smoothed loss at an aperture of a beamline, with the places where the beam is observed for
/// it.
///
/// The hard aperture stays where it is. At a plate (`Element.aperture` of an element without
/// length), and at an aperture at an entrance, the beam is observed as it arrives, before the hard
/// edge has stopped anything. At any other aperture it is observed behind the element: what the hard
/// edge has stopped there counts as lost, and what has passed by the soft edge.
public struct ApertureLoss: Sendable {
  /// The fraction of a particle that is stopped.
  public let loss: SmoothedLoss
  /// The place of the aperture in the beamline.
  public let place: Int
  /// The place after which the beam is that arrives at the element; nil for the start.
  public let arrival: Int?
  /// The place after which the soft edge acts on the beam; nil for the start.
  public let observed: Int?
  /// Whether it stays where it is when the element is displaced.
  private let isFixed: Bool

  /// The smoothed loss at the aperture of the element at a place, its own or that of its placement,
  /// where the element stands with its errors.
  ///
  /// - Parameters:
  ///   - place: The place in the beamline.
  ///   - beamline: The beamline.
  ///   - width: The width of the soft edge, relative to the aperture.
  ///   - turns: The number of turns.
  /// - Throws: ``UnsuitedAperture`` if there is no aperture, or none whose loss can be smoothed.
  public init(
    at place: Int, of beamline: Beamline, width: Double, turns: Int = 1
  ) throws(UnsuitedAperture) {
    func fail(_ reason: String) -> UnsuitedAperture {
      UnsuitedAperture(place: beamline.placeNames[place], reason: reason)
    }
    let item = beamline.asBuilt[place: place]
    let placed = item.placement.aperture
    let own = item.element.aperture
    guard let shape = own ?? placed?.shape else { throw fail("it has no aperture") }
    guard own == nil || placed == nil else {
      throw fail("it has two apertures; put one of them on an element of its own")
    }
    if place == 0 && turns > 1 {
      throw fail(
        "it is the first of the line, and with several turns the beam is observed behind elements "
          + "only; put a Marker before it")
    }
    isFixed = placed?.isFixed ?? false
    var displacement = (dx: 0.0, dy: 0.0, tilt: 0.0)
    if !isFixed {
      if beamline.isOnMovedGirder(place) { throw fail("it stands on a girder that is displaced") }
      guard let own = item.planarDisplacement else {
        throw fail(
          "its displacement is more than \"dx\", \"dy\" and \"tilt\" of a straight element; give "
            + "the aperture's outline where it is, or make it \"fixed\"")
      }
      displacement = own
    }
    do throws(UnsuitedOutline) {
      loss = try SmoothedLoss(
        at: shape, width: width, dx: displacement.dx, dy: displacement.dy, tilt: displacement.tilt)
    } catch {
      throw fail(error.reason)
    }
    self.place = place
    arrival = place == 0 ? nil : place - 1
    let isPlate = own != nil && item.element.length == 0
    observed = isPlate || placed?.position == .entrance ? arrival : place
  }

  /// Whether a number of the beamline moves the aperture: the objective's derivative with respect to
  /// it would lack this.
  public func isMoved(by parameter: BeamlineParameter, of beamline: Beamline) -> Bool {
    if isFixed { return false }
    switch parameter.site {
    case .placed: return parameter.element == beamline.order[place]
    case .girder:
      return beamline.girders[parameter.element].occurrences.contains { $0.contains(place) }
    case .own(let number, _):
      return parameter.element == beamline.order[place]
        && beamline[place: place].element.isRoll(parameter: number)
    }
  }
}

/// The error of an aperture of a beamline whose loss cannot be smoothed.
public struct UnsuitedAperture: Error, Equatable, CustomStringConvertible {
  /// The name of the place.
  public let place: String
  /// What is wrong, and what would be right.
  public let reason: String

  public var description: String { "the aperture of \(quoted(place)): \(reason)" }
}

extension Beamline {
  /// The places whose elements have apertures, their own or by placement.
  public var placesOfApertures: [Int] { order.indices.filter { self[place: $0].hasAperture } }

  /// Whether a place stands on a girder that is displaced, by design or by errors.
  fileprivate func isOnMovedGirder(_ place: Int) -> Bool {
    guard
      let girder = girders.first(where: { $0.occurrences.contains { $0.contains(place) } }),
      let places = girder.occurrences.first(where: { $0.contains(place) })
    else { return false }
    return DegreeOfFreedom.allCases.contains { girder.displacement[$0] != 0 }
      || errors.contains { error in
        if case .girder = error.site { places.contains(error.place) } else { false }
      }
  }
}

extension BeamlineElement {
  /// The displacement of its frame at every place along it [m, m, rad]; nil if it differs from place
  /// to place.
  fileprivate var planarDisplacement: (dx: Double, dy: Double, tilt: Double)? {
    func roll<E: Element>(of element: E) -> Double {
      E.designRoll.map { element[keyPath: $0] } ?? 0
    }
    if placement.isAligned { return (0, 0, roll(of: element)) }
    let isPlanar = DegreeOfFreedom.allCases.allSatisfy {
      $0.isTransverse || placement.displacement[$0] == 0
    }
    guard isPlanar && !element.bendsOrbit else { return nil }
    return (placement.dx, placement.dy, placement.tilt)
  }
}
