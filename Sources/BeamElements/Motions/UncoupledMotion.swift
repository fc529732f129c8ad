import AutoDiff
import BeamMaps

/// A linear map of one plane: (q, p) ↦ (qq·q + qp·p, pq·q + pp·p).
public struct PlaneMatrix<C: RealScalar>: Sendable {
  /// The entries of the matrix; qp in [m], pq in [1/m].
  public var qq, qp, pq, pp: C

  /// The matrix with these entries.
  @inlinable
  public init(qq: C, qp: C, pq: C, pp: C) {
    self.qq = qq
    self.qp = qp
    self.pq = pq
    self.pp = pp
  }

  /// The identity.
  @inlinable
  public static var identity: Self { Self(qq: .one, qp: .zero, pq: .zero, pp: .one) }

  /// The matrix of a `length` [m] with focusing strength `g` [1/m²], with Stumpff functions at gL².
  @inlinable
  public static func focusing(_ g: C, over length: C) -> Self {
    let stumpff = Stumpff(g * length * length)
    let sine = length * stumpff.c1
    return Self(qq: stumpff.c0, qp: sine, pq: -(g * sine), pp: stumpff.c0)
  }

  /// The same map in other units of momentum: p in units of `before` and p′ in units of `after`,
  /// both given in one common unit.
  @inlinable
  public func rescaled(momentumUnit before: C, to after: C) -> Self {
    Self(qq: qq, qp: qp * before, pq: pq / after, pp: pp * (before / after))
  }
}

/// A linear map without coupling between the three planes.
public struct UncoupledMotion<S: ParticleScalar>: Motion {
  @usableFromInline let x, y, t: PlaneMatrix<S>

  /// The map with these matrices for (x, px), (y, py) and (t, pt).
  @inlinable
  public init(
    x: PlaneMatrix<S.Constant>, y: PlaneMatrix<S.Constant>, t: PlaneMatrix<S.Constant>
  ) {
    func converted(_ m: PlaneMatrix<S.Constant>) -> PlaneMatrix<S> {
      PlaneMatrix(qq: S(m.qq), qp: S(m.qp), pq: S(m.pq), pp: S(m.pp))
    }
    self.x = converted(x)
    self.y = converted(y)
    self.t = converted(t)
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (x0, y0, t0) = (z.x, z.y, z.t)
    z.x = x.qq * x0 + x.qp * z.px
    z.px = x.pq * x0 + x.pp * z.px
    z.y = y.qq * y0 + y.qp * z.py
    z.py = y.pq * y0 + y.pp * z.py
    z.t = t.qq * t0 + t.qp * z.pt
    z.pt = t.pq * t0 + t.pp * z.pt
    return S.Mask(repeating: true)
  }
}
