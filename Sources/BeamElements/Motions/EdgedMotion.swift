import AutoDiff
import BeamMaps

/// A motion between two thin lenses, the faces of a bend.
public struct EdgedMotion<Body: Motion>: Motion {
  public typealias S = Body.S
  @inlinable public static var kept: KeptCoordinates { min(Body.kept, .energy) }

  @usableFromInline let body: Body
  @usableFromInline let before: (x: S, y: S)
  @usableFromInline let after: (x: S, y: S)

  /// `edges` are the lenses at the element's entrance and exit, if they belong to the slice. In a
  /// backward slice the lens of the exit is first, and both are reversed.
  @inlinable
  public init(
    _ body: Body, _ edges: ((x: S.Constant, y: S.Constant)?, (x: S.Constant, y: S.Constant)?),
    _ slice: Slice
  ) {
    self.body = body
    let ordered = slice.isBackward ? (edges.1, edges.0) : edges
    func lens(_ edge: (x: S.Constant, y: S.Constant)?) -> (x: S, y: S) {
      guard let edge else { return (.zero, .zero) }
      return (S(slice.kick(edge.x)), S(slice.kick(edge.y)))
    }
    before = lens(ordered.0)
    after = lens(ordered.1)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    z.px = z.px + before.x * z.x
    z.py = z.py + before.y * z.y
    let isInside = body.move(&z)
    z.px = z.px + after.x * z.x
    z.py = z.py + after.y * z.y
    return isInside
  }
}
