import AutoDiff
import BeamMaps
import ParameterTables
import SystemLibrary

/// A current with a plateau and soft edges, as shaped laser pulses give it at a photocathode.
///
/// The current is a rectangle of length 2L with edges that are the integrals of a normal density of
/// width s: t̂ is a uniform number in [−L, L] and a normal one of deviation s, added, with L²/3 + s² =
/// 1. Its density is (Φ((t̂ + L)/s) − Φ((t̂ − L)/s))/(2L), with the integral Φ of the normal density.
/// An edge rises from 10 % to 90 % within 2·1.28155·s (where Φ is 0.9 and 0.1). p̂t is normal.
public struct FlatTopDistribution: Distribution {
  /// What x, px, y and py are.
  public enum Transverse: String, ParameterWord {
    /// Uniform in a disc of x and y, normal in px and py.
    case uniform
    /// Normal in all four.
    case gaussian
    /// Uniform in the ball of radius √6 of all four.
    case waterbag
  }

  /// The time in which an edge rises from 10 % to 90 %, over the length of the plateau between the
  /// middles of its edges: between 0 (a rectangle) and 1.
  public var rise = 0.1
  /// The density in the transverse planes.
  public var transverse = Transverse.uniform

  public static let kind = "flattop"
  public static let summary = "A current with a plateau and soft edges; normal in pt."
  public static let parameters = ParameterTable<Self>([
    .real(
      "rise", \.rise, in: 0...1, fixed: true,
      "Rise of an edge from 10 % to 90 %, over the length between the middles of both edges."),
    .word(
      "transverse", \.transverse.word, among: Transverse.words,
      "In x and y a uniform disc with normal momenta, all normal, or a four-dimensional waterbag."),
  ])
  public static let uniformCount = 7

  public init() {}

  /// A plateau whose edges rise from 10 % to 90 % within `rise` times its length, between 0 and 1.
  public init(rise: Double, transverse: Transverse = .uniform) {
    require((0...1).contains(rise), "the rise is a fraction of the plateau")
    self.rise = rise
    self.transverse = transverse
  }

  /// Where the normal integral Φ is 0.9.
  static let tenthToMiddle = 1.2815515655446004

  /// Half the length of the plateau, L, and the width of the edges, s, for unit variance.
  var lengths: (plateau: Double, edge: Double) {
    // s = ratio·L.
    let ratio = rise / Self.tenthToMiddle
    let plateau = 1 / (1.0 / 3 + ratio * ratio).squareRoot()
    return (plateau, ratio * plateau)
  }

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    let x: PlanePoint
    let y: PlanePoint
    switch transverse {
    case .uniform:
      let position = PlanePoint.ofUniformDisc(uniforms[0], turn: uniforms[1])
      let momentum = PlanePoint.normal(uniforms[2], turn: uniforms[3])
      x = PlanePoint(q: position.q, p: momentum.q)
      y = PlanePoint(q: position.p, p: momentum.p)
    case .gaussian:
      x = .normal(uniforms[0], turn: uniforms[1])
      y = .normal(uniforms[2], turn: uniforms[3])
    case .waterbag:
      let s = Spacings.of(uniforms[0], uniforms[1])
      x = PlanePoint(radius: (6 * s.0).squareRoot(), turn: uniforms[2])
      y = PlanePoint(radius: (6 * s.1).squareRoot(), turn: uniforms[3])
    }
    // Two normal numbers that do not depend on each other: the edge's and that of the energy.
    let normal = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    let (plateau, edge) = lengths
    return PhaseSpace(
      x: x.q, px: x.p, y: y.q, py: y.p,
      t: plateau * (2 * uniforms[4] - 1) + edge * normal.q, pt: normal.p)
  }
}
