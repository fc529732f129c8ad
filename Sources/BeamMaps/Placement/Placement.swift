import AutoDiff
import ParameterTables

/// The placement of an element in the beamline: its misalignment and its aperture. It is kept with
/// any element, and no element repeats it.
public struct Placement: Sendable {
  /// Horizontal misalignment [m]; the reference particle ignores it.
  public var dx: Double
  /// Vertical misalignment [m]; the reference particle ignores it.
  public var dy: Double
  /// Roll error, a rotation about the direction of flight [rad].
  public var tilt: Double
  /// The aperture, tested at the end of each slice in the element's frame; nil lets every particle
  /// pass.
  public var aperture: EllipticAperture?

  /// A placement with misalignments `dx`, `dy` [m], roll error `tilt` [rad] and an aperture.
  public init(
    dx: Double = 0, dy: Double = 0, tilt: Double = 0, aperture: EllipticAperture? = nil
  ) {
    self.dx = dx
    self.dy = dy
    self.tilt = tilt
    self.aperture = aperture
  }

  /// The errors of placement that run files may give of an element of any kind. The aperture is a
  /// separate object.
  public static let parameters = ParameterTable<Self>([
    .real("dx", \.dx, unit: "m", "Horizontal error of placement."),
    .real("dy", \.dy, unit: "m", "Vertical error of placement."),
    .real("tilt", \.tilt, unit: "rad", "Error of rotation about the direction of flight."),
  ])

  /// The frame of the misaligned element; nil if there is no misalignment.
  public var frame: PlacementFrame<Double>? { frame(of: Double.self) }
}

extension Placement {
  /// The frame of the misaligned element for another scalar; nil if there is no misalignment.
  @inlinable package func frame<S: RealScalar>(of scalar: S.Type) -> PlacementFrame<S>?
  where S.Constant == S {
    if dx == 0 && dy == 0 && tilt == 0 { return nil }
    return PlacementFrame(dx: S(dx), dy: S(dy), tilt: S(tilt))
  }
}

/// An elliptic aperture, centred on the element's axis.
public struct EllipticAperture: Sendable, Equatable {
  /// Horizontal half axis [m].
  public var x: Double
  /// Vertical half axis [m].
  public var y: Double

  /// An aperture with these half axes [m], both positive.
  public init(x: Double, y: Double) {
    precondition(x > 0 && y > 0, "an aperture has positive half axes")
    self.x = x
    self.y = y
  }
}

/// The frame of a misaligned element, with the transformations into it and out of it.
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
