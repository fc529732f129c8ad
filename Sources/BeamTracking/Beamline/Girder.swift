import AutoDiff
import BeamMaps
import ParameterTables

/// A girder: a rigid body on which neighbouring elements of a beamline stand, so that they are
/// displaced together.
///
/// The errors of an element's own `Placement` are relative to its girder. Displacements refer to
/// the frame of the pivot: of `entrance`, the nominal frame at the entrance of the first element;
/// of `center`, the middle of the straight line from there to the exit of the last element, with z
/// along that line and x, y turned with it by the least rotation. (F. C. Iselin, The MAD Program:
/// Physical Methods Manual (1994), chapter 1, for rigid displacements; Bmad calls it a girder too.)
public struct Girder: Sendable, Equatable {
  /// The name in parameters such as "g1.dx".
  public var name: String
  /// The places in the beamline that stand on it, without a gap. A girder that occurs several times,
  /// because a line is repeated, has several of these and one displacement.
  public var occurrences: [Range<Int>]
  /// Displacement along x [m].
  public var dx: Double
  /// Displacement along y [m].
  public var dy: Double
  /// Displacement downstream [m].
  public var dz: Double
  /// Rotation that moves the downstream end to +y [rad].
  public var pitch: Double
  /// Rotation that moves the downstream end to +x [rad].
  public var yaw: Double
  /// Rotation about the pivot's z axis that turns x towards y [rad].
  public var tilt: Double
  /// The point about which it is turned, and whose axes displacements refer to.
  public var pivot: Pivot

  /// A girder under the `places` of a beamline.
  public init(
    _ name: String, under places: Range<Int>, dx: Double = 0, dy: Double = 0, dz: Double = 0,
    pitch: Double = 0, yaw: Double = 0, tilt: Double = 0, pivot: Pivot = .center
  ) {
    self.name = name
    occurrences = [places]
    self.dx = dx
    self.dy = dy
    self.dz = dz
    self.pitch = pitch
    self.yaw = yaw
    self.tilt = tilt
    self.pivot = pivot
  }

  /// What run files may give of a girder besides its elements.
  public static let parameters = ParameterTable<Self>([
    .real("dx", \.dx, unit: "m", "Displacement along x."),
    .real("dy", \.dy, unit: "m", "Displacement along y."),
    .real("dz", \.dz, unit: "m", "Displacement along the flight."),
    .real("pitch", \.pitch, unit: "rad", "Rotation that moves the downstream end to +y."),
    .real("yaw", \.yaw, unit: "rad", "Rotation that moves the downstream end to +x."),
    .real("tilt", \.tilt, unit: "rad", "Rotation about the line of flight, x towards y."),
    .word(
      "pivot", \.pivot.word, among: Pivot.words,
      "The point about which it is turned: the middle between its ends, or the entrance."),
  ])

  /// The six numbers in one value.
  public var displacement: Displacement<Double> {
    get {
      Displacement {
        switch $0 {
        case .dx: dx
        case .dy: dy
        case .dz: dz
        case .pitch: pitch
        case .yaw: yaw
        case .tilt: tilt
        }
      }
    }
    set {
      (dx, dy, dz) = (newValue.dx, newValue.dy, newValue.dz)
      (pitch, yaw, tilt) = (newValue.pitch, newValue.yaw, newValue.tilt)
    }
  }

  /// The same girder, `distance` places further on.
  func moved(by distance: Int) -> Self {
    var copy = self
    copy.occurrences = occurrences.map {
      $0.lowerBound + distance..<$0.upperBound + distance
    }
    return copy
  }

  /// Whether both are displaced alike, about the same pivot.
  func isSame(as other: Self) -> Bool {
    var copy = other
    copy.occurrences = occurrences
    return copy == self
  }
}

/// A girder that cannot stand where it is put.
public struct MisplacedGirder: Error, Equatable, CustomStringConvertible {
  /// The girder's name.
  public let name: String
  /// What is wrong, and what would be right.
  public let reason: String

  public var description: String { "girder \(quoted(name)): \(reason)" }
}

extension Beamline {
  /// This beamline with a girder under some of its places.
  ///
  /// - Throws: ``MisplacedGirder`` if it is under no place, or under one that the beamline does not
  ///   have or that stands on another girder; if its name is that of an element or of another girder.
  public func mounted(on girder: Girder) throws(MisplacedGirder) -> Beamline {
    func fail(_ reason: String) -> MisplacedGirder {
      MisplacedGirder(name: girder.name, reason: reason)
    }
    if elements.contains(where: { $0.name == girder.name }) {
      throw fail("an element has this name already; rename one of them")
    }
    if girders.contains(where: { $0.name == girder.name }) {
      throw fail("another girder has this name already; rename one of them")
    }
    var taken: [Int: String] = [:]
    for other in girders {
      for place in other.occurrences.joined() { taken[place] = other.name }
    }
    for range in girder.occurrences {
      if range.isEmpty { throw fail("nothing stands on it; name its elements") }
      guard range.lowerBound >= 0, range.upperBound <= count else {
        throw fail("it is under place \(range.upperBound - 1); the places are 0 to \(count - 1)")
      }
      for place in range {
        if let other = taken.updateValue(girder.name, forKey: place) {
          throw fail(
            other == girder.name
              ? "\(quoted(placeNames[place])) stands on it twice"
              : "\(quoted(placeNames[place])) stands on girder \(quoted(other)) already")
        }
      }
    }
    return with(girders: girders + [girder], errors: errors)
  }

  /// The girder of this name; nil if there is none.
  ///
  /// What is assigned takes its place; nil is ignored. A girder cannot be moved to other places in
  /// this way.
  public subscript(girder name: String) -> Girder? {
    get { girders.first { $0.name == name } }
    set {
      guard var newValue, let index = girders.firstIndex(where: { $0.name == name }) else { return }
      newValue.name = name
      newValue.occurrences = girders[index].occurrences
      replaceGirder(index, with: newValue)
    }
  }
}
