import AutoDiff
import ParameterTables

/// The placement of an element in the beamline: the errors of its alignment and its aperture. It is
/// kept with any element, and no element repeats it.
///
/// The body is moved rigidly and exactly, see ``Displacement``; the reference particle and the
/// frames that coordinates refer to stay where they are.
public struct Placement: Sendable {
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
  /// Rotation about the direction of flight that turns x towards y [rad].
  public var tilt: Double
  /// The point about which the body is turned, and whose axes displacements refer to.
  public var pivot: Pivot
  /// The aperture; nil lets every particle pass.
  public var aperture: PlacedAperture?

  /// A placement with displacements `dx`, `dy`, `dz` [m], rotations `pitch`, `yaw`, `tilt` [rad]
  /// about the `pivot`, and an aperture.
  public init(
    dx: Double = 0, dy: Double = 0, dz: Double = 0, pitch: Double = 0, yaw: Double = 0,
    tilt: Double = 0, pivot: Pivot = .center, aperture: PlacedAperture? = nil
  ) {
    self.dx = dx
    self.dy = dy
    self.dz = dz
    self.pitch = pitch
    self.yaw = yaw
    self.tilt = tilt
    self.pivot = pivot
    self.aperture = aperture
  }

  /// The same with an aperture of this shape, tested at the end of each slice and displaced with the
  /// element.
  public init(
    dx: Double = 0, dy: Double = 0, dz: Double = 0, pitch: Double = 0, yaw: Double = 0,
    tilt: Double = 0, pivot: Pivot = .center, aperture shape: ApertureShape
  ) {
    self.init(
      dx: dx, dy: dy, dz: dz, pitch: pitch, yaw: yaw, tilt: tilt, pivot: pivot,
      aperture: PlacedAperture(shape))
  }

  /// The errors of placement that run files may give of an element of any kind. The aperture is a
  /// separate object.
  public static let parameters = ParameterTable<Self>([
    .real("dx", \.dx, unit: "m", "Displacement along x."),
    .real("dy", \.dy, unit: "m", "Displacement along y."),
    .real("dz", \.dz, unit: "m", "Displacement along the flight."),
    .real("pitch", \.pitch, unit: "rad", "Rotation that moves the downstream end to +y."),
    .real("yaw", \.yaw, unit: "rad", "Rotation that moves the downstream end to +x."),
    .real("tilt", \.tilt, unit: "rad", "Rotation about the direction of flight, x towards y."),
    .word(
      "pivot", \.pivot.word, among: Pivot.words,
      "The point about which the body is turned: its centre, in a bend that of the chord, or entrance."
    ),
  ])

  /// The errors in one value.
  @inlinable
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

  /// True if the element is where the design has it.
  @inlinable
  public var isAligned: Bool {
    DegreeOfFreedom.allCases.allSatisfy { displacement[$0] == 0 }
  }
}

/// A frame that is displaced across the flight and rolled about it, with the transformations into it
/// and out of it.
public struct PlacementFrame<S: RealScalar>: Sendable {
  @usableFromInline let dx: S
  @usableFromInline let dy: S
  @usableFromInline let cosine: S
  @usableFromInline let sine: S

  /// The same frame for another scalar.
  @inlinable package init<C: RealScalar>(_ frame: PlacementFrame<C>) where S.Constant == C {
    dx = S(frame.dx)
    dy = S(frame.dy)
    cosine = S(frame.cosine)
    sine = S(frame.sine)
  }

  /// A frame displaced by `dx`, `dy` [m] and then rotated by `tilt` [rad].
  @inlinable public init(dx: S.Constant, dy: S.Constant, tilt: S.Constant) {
    let (sine, cosine) = S.Constant.sincos(tilt)
    self.dx = S(dx)
    self.dy = S(dy)
    self.sine = S(sine)
    self.cosine = S(cosine)
  }

  @inlinable
  init(dx: S, dy: S, cosine: S, sine: S) {
    self.dx = dx
    self.dy = dy
    self.cosine = cosine
    self.sine = sine
  }

  /// The same frame with each number transformed.
  @inlinable
  package func map<T: RealScalar>(_ transform: (S) -> T) -> PlacementFrame<T> {
    PlacementFrame<T>(
      dx: transform(dx), dy: transform(dy), cosine: transform(cosine), sine: transform(sine))
  }

  /// Transforms from the beamline's frame into the element's.
  @inlinable @inline(__always)
  public func enter(_ z: inout PhaseSpace<S>) {
    let (x, y) = (z.x - dx, z.y - dy)
    let (px, py) = (z.px, z.py)
    z.x = cosine * x + sine * y
    z.y = cosine * y - sine * x
    z.px = cosine * px + sine * py
    z.py = cosine * py - sine * px
  }

  /// Transforms from the element's frame back into the beamline's.
  @inlinable @inline(__always)
  public func leave(_ z: inout PhaseSpace<S>) {
    let (x, y, px, py) = (z.x, z.y, z.px, z.py)
    z.x = (cosine * x - sine * y) + dx
    z.y = (cosine * y + sine * x) + dy
    z.px = cosine * px - sine * py
    z.py = cosine * py + sine * px
  }
}
