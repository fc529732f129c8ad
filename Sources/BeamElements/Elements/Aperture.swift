import AutoDiff
import BeamMaps
import ParameterTables

/// A plate of no length with a hole, or an obstacle in the beam: particles that do not pass are
/// lost, the others are not changed.
///
/// The edge is hard: derivatives are those of the particles that pass, and nothing has a derivative
/// with respect to the shape.
public struct Aperture: Element {
  /// The hole or the obstacle, in the element's frame.
  public var shape: ApertureShape

  /// A plate with the hole, or the obstacle, `shape`.
  public init(_ shape: ApertureShape) { self.shape = shape }

  public init() { self.init(.ellipse(x: 1, y: 1)) }

  public static let kind = "Aperture"
  public static let summary = "A hole that particles pass, or an obstacle that stops them."
  public static let orbitLength = OrbitLength<Self>.none
  public static let parameters = ParameterTable<Self>(
    [
      .word(
        "shape", \.shape.outline.word, among: ApertureShape.Outline.words, "Outline of the hole."),
      .real(
        "x", \.shape.x, unit: "m", in: .nonNegative, fixed: true, "Half width, or half axis, in x."),
      .real(
        "y", \.shape.y, unit: "m", in: .nonNegative, fixed: true, "Half width, or half axis, in y."),
      .real(
        "rx", \.shape.rx, unit: "m", in: .nonNegative, fixed: true,
        "Half axis in x of the ellipse, or of a racetrack's corners."),
      .real(
        "ry", \.shape.ry, unit: "m", in: .nonNegative, fixed: true,
        "Half axis in y of the ellipse, or of a racetrack's corners."),
      .real(
        "angle1", \.shape.angle1, unit: "rad", fixed: true,
        "Angle of an octagon's corner at x, seen from the centre."),
      .real(
        "angle2", \.shape.angle2, unit: "rad", fixed: true,
        "Angle of an octagon's corner at y, seen from the centre."),
      .rows(
        "vertices", \.shape.vertices, width: 2, unit: "m",
        "Corners of a polygon in order; the last joins the first."),
      .vector("offset", \.shape.offset, unit: "m", fixed: true, "Centre, x and y."),
      .vector(
        "repeat", \.shape.period, unit: "m", fixed: true,
        "Periods in x and y of a mask of such holes; 0 for one hole."),
      .word(
        "absorb", \.shape.absorbed.word, among: ApertureShape.Side.words,
        "Which particles are lost, those outside or inside the outline."),
    ],
    variants: ParameterVariants(
      of: "shape",
      [
        "ellipse": ["x", "y"], "rectangle": ["x", "y"], "rectellipse": ["x", "y", "rx", "ry"],
        "racetrack": ["x", "y", "rx", "ry"], "octagon": ["x", "y", "angle1", "angle2"],
        "polygon": ["vertices"],
      ]))

  public var isLinear: Bool { true }
  public var equivalentSlices: EquivalentSlices { .all }
  public var aperture: ApertureShape? { shape }
  public var mistakes: [String] { shape.mistakes }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> { TransferMap(Rest<S>()) }
}
