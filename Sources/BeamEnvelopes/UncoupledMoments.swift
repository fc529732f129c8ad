import AutoDiff
import BeamTracking

/// ⟨q²⟩, ⟨qp⟩ and ⟨p²⟩ of one plane; or the derivatives of an objective with respect to them.
struct PlaneMoments<C: SweepScalar> {
  var qq, qp, pp: C

  @inline(__always) static var zero: Self { Self(qq: .zero, qp: .zero, pp: .zero) }

  @inline(__always)
  func dot(_ b: Self) -> C { C.multiplyAdd(pp, b.pp, C.multiplyAdd(qp, b.qp, qq * b.qq)) }

  /// p ← p + a·q
  @inline(__always)
  mutating func kick(_ a: C) {
    pp = C.multiplyAdd(a, C.multiplyAdd(a, qq, 2.0 * qp), pp)
    qp = C.multiplyAdd(a, qq, qp)
  }

  /// Propagates derivatives backward through a kick; these are the moments before it.
  ///
  /// - Returns: The derivative with respect to a.
  @inline(__always)
  func pullBackKick(_ a: C, _ cotangent: inout Self) -> C {
    let kicked = C.multiplyAdd(a, qq, qp)
    let slope = C.multiplyAdd(cotangent.pp, 2.0 * kicked, cotangent.qp * qq)
    cotangent.qq = C.multiplyAdd(
      a, C.multiplyAdd(a, cotangent.pp, cotangent.qp), cotangent.qq)
    cotangent.qp = C.multiplyAdd(2.0 * a, cotangent.pp, cotangent.qp)
    return slope
  }

  @inline(__always)
  func scaled(by a: C, plus b: Self) -> Self {
    Self(
      qq: C.multiplyAdd(a, qq, b.qq), qp: C.multiplyAdd(a, qp, b.qp),
      pp: C.multiplyAdd(a, pp, b.pp))
  }

  @inline(__always)
  static func * (a: C, b: Self) -> Self { Self(qq: a * b.qq, qp: a * b.qp, pp: a * b.pp) }
}

/// The action of a map of one plane on its second moments: for each moment the coefficients of
/// those before the map.
struct PlaneMap<C: SweepScalar> {
  var toQQ, toQP, toPP: PlaneMoments<C>

  @inline(__always) static var zero: Self { Self(toQQ: .zero, toQP: .zero, toPP: .zero) }

  @inline(__always)
  init(toQQ: PlaneMoments<C>, toQP: PlaneMoments<C>, toPP: PlaneMoments<C>) {
    self.toQQ = toQQ
    self.toQP = toQP
    self.toPP = toPP
  }

  /// The action of q ← aq + bp, p ← cq + dp, which begins at entry (i, i) of the matrix at `r`.
  @inline(__always)
  init(_ i: Int, of r: UnsafePointer<Double>) {
    let (a, b): (C, C) = (entry(i, i, of: r), entry(i, i + 1, of: r))
    let (c, d): (C, C) = (entry(i + 1, i, of: r), entry(i + 1, i + 1, of: r))
    toQQ = PlaneMoments(qq: a * a, qp: 2.0 * (a * b), pp: b * b)
    toQP = PlaneMoments(qq: a * c, qp: a * d + b * c, pp: b * d)
    toPP = PlaneMoments(qq: c * c, qp: 2.0 * (c * d), pp: d * d)
  }

  @inline(__always)
  func moments(_ s: PlaneMoments<C>) -> PlaneMoments<C> {
    PlaneMoments(qq: toQQ.dot(s), qp: toQP.dot(s), pp: toPP.dot(s))
  }

  /// The moments after a kick p ← p + a·q and this map.
  ///
  /// ⟨q²⟩, for which the kick of the next slice waits, is a polynomial in a whose coefficients do not wait for a.
  @inline(__always)
  func moments(_ s: PlaneMoments<C>, afterKick a: C) -> PlaneMoments<C> {
    let slope = C.multiplyAdd(2.0 * toQQ.pp, s.qp, toQQ.qp * s.qq)
    let qq = C.multiplyAdd(a, C.multiplyAdd(a, toQQ.pp * s.qq, slope), toQQ.dot(s))
    var kicked = s
    kicked.kick(a)
    return PlaneMoments(qq: qq, qp: toQP.dot(kicked), pp: toPP.dot(kicked))
  }

  @inline(__always)
  func pullBack(_ cotangent: PlaneMoments<C>) -> PlaneMoments<C> {
    let first = cotangent.qq * toQQ
    return toPP.scaled(by: cotangent.pp, plus: toQP.scaled(by: cotangent.qp, plus: first))
  }

  /// Adds the derivatives with respect to the coefficients; `cotangent` are those with respect to
  /// the moments after the map.
  @inline(__always)
  mutating func add(_ cotangent: PlaneMoments<C>, _ s: PlaneMoments<C>) {
    toQQ = s.scaled(by: cotangent.qq, plus: toQQ)
    toQP = s.scaled(by: cotangent.qp, plus: toQP)
    toPP = s.scaled(by: cotangent.pp, plus: toPP)
  }

  /// Adds the derivatives with respect to a, b, c and d, where these are those with respect to the
  /// coefficients.
  func add(to rCotangent: UnsafeMutablePointer<Double>, _ i: Int, of r: UnsafePointer<Double>) {
    func add(_ i: Int, _ j: Int, _ change: C) {
      ((entry(i, j, of: UnsafePointer(rCotangent)) as C) + change).store(
        to: rCotangent + (6 * j + i), stride: 36)
    }
    let (a, b): (C, C) = (entry(i, i, of: r), entry(i, i + 1, of: r))
    let (c, d): (C, C) = (entry(i + 1, i, of: r), entry(i + 1, i + 1, of: r))
    add(i, i, 2.0 * (a * toQQ.qq + b * toQQ.qp) + (c * toQP.qq + d * toQP.qp))
    add(i, i + 1, 2.0 * (a * toQQ.qp + b * toQQ.pp) + (c * toQP.qp + d * toQP.pp))
    add(i + 1, i, 2.0 * (c * toPP.qq + d * toPP.qp) + (a * toQP.qq + b * toQP.qp))
    add(i + 1, i + 1, 2.0 * (c * toPP.qp + d * toPP.pp) + (a * toQP.qp + b * toQP.pp))
  }
}

/// The moments of x, y and t without coupling.
struct UncoupledMoments<C: SweepScalar> {
  var x, y, t: PlaneMoments<C>

  @inline(__always)
  init(x: PlaneMoments<C>, y: PlaneMoments<C>, t: PlaneMoments<C>) {
    self.x = x
    self.y = y
    self.t = t
  }

  /// The moments of Σ at `sigma`.
  @inline(__always)
  init(of sigma: UnsafePointer<Double>) {
    func plane(_ i: Int) -> PlaneMoments<C> {
      PlaneMoments(
        qq: entry(i, i, of: sigma), qp: entry(i, i + 1, of: sigma),
        pp: entry(i + 1, i + 1, of: sigma))
    }
    self.init(x: plane(0), y: plane(2), t: plane(4))
  }

  /// The derivatives with respect to the moments, from Σ̄ at `sigmaCotangent`, which counts each entry
  /// separately.
  @inline(__always)
  init(derivativesAt sigmaCotangent: UnsafePointer<Double>) {
    func plane(_ i: Int) -> PlaneMoments<C> {
      let mixed: (C, C) = (entry(i, i + 1, of: sigmaCotangent), entry(i + 1, i, of: sigmaCotangent))
      return PlaneMoments(
        qq: entry(i, i, of: sigmaCotangent), qp: mixed.0 + mixed.1,
        pp: entry(i + 1, i + 1, of: sigmaCotangent))
    }
    self.init(x: plane(0), y: plane(2), t: plane(4))
  }

  /// True if no entry of the matrix at `matrix` couples x, y and t.
  static func areAll(of matrix: UnsafePointer<Double>) -> Bool {
    for j in 0..<6 {
      for i in 0..<6 where i / 2 != j / 2 {
        if !(entry(i, j, of: matrix) as C).hasSameWords(as: .zero) { return false }
      }
    }
    return true
  }

  /// Writes Σ.
  @inline(__always)
  func store(to sigma: UnsafeMutablePointer<Double>) {
    for k in 0..<MatrixColumn<C>.matrixSize { sigma[k] = 0 }
    func store(_ plane: PlaneMoments<C>, _ i: Int) {
      plane.qq.store(to: sigma + 7 * i, stride: 36)
      plane.qp.store(to: sigma + (7 * i + 1), stride: 36)
      plane.qp.store(to: sigma + (7 * i + 6), stride: 36)
      plane.pp.store(to: sigma + (7 * i + 7), stride: 36)
    }
    store(x, 0)
    store(y, 2)
    store(t, 4)
  }

  /// Writes Σ̄.
  func store(derivativesTo sigmaCotangent: UnsafeMutablePointer<Double>) {
    func halved(_ plane: PlaneMoments<C>) -> PlaneMoments<C> {
      PlaneMoments(qq: plane.qq, qp: 0.5 * plane.qp, pp: plane.pp)
    }
    Self(x: halved(x), y: halved(y), t: halved(t)).store(to: sigmaCotangent)
  }

  /// The covariance of (x, y, t).
  @inline(__always)
  var extent: SymmetricMatrix3<C> {
    SymmetricMatrix3(xx: x.qq, xy: .zero, yy: y.qq, xt: .zero, yt: .zero, tt: t.qq)
  }

  /// Kicks by a matrix without coupling.
  @inline(__always)
  mutating func kick(_ a: SymmetricMatrix3<C>) {
    x.kick(a.xx)
    y.kick(a.yy)
    t.kick(a.tt)
  }

  /// Propagates derivatives backward through the kick.
  ///
  /// - Returns: The derivatives with respect to its matrix.
  @inline(__always)
  func pullBackKick(_ a: SymmetricMatrix3<C>, _ cotangent: inout Self) -> SymmetricMatrix3<C> {
    SymmetricMatrix3(
      xx: x.pullBackKick(a.xx, &cotangent.x), xy: .zero, yy: y.pullBackKick(a.yy, &cotangent.y),
      xt: .zero,
      yt: .zero, tt: t.pullBackKick(a.tt, &cotangent.t))
  }
}

/// The action of a map that does not couple x, y and t on their moments.
struct UncoupledMap<C: SweepScalar> {
  var x, y, t: PlaneMap<C>

  @inline(__always) static var zero: Self { Self(x: .zero, y: .zero, t: .zero) }

  @inline(__always)
  init(x: PlaneMap<C>, y: PlaneMap<C>, t: PlaneMap<C>) {
    self.x = x
    self.y = y
    self.t = t
  }

  /// The action of the matrix at `r`.
  @inline(__always)
  init(of r: UnsafePointer<Double>) {
    self.init(x: PlaneMap(0, of: r), y: PlaneMap(2, of: r), t: PlaneMap(4, of: r))
  }

  @inline(__always)
  func moments(_ s: UncoupledMoments<C>) -> UncoupledMoments<C> {
    UncoupledMoments(x: x.moments(s.x), y: y.moments(s.y), t: t.moments(s.t))
  }

  /// The moments after a kick by a matrix without coupling and this map.
  @inline(__always)
  func moments(_ s: UncoupledMoments<C>, afterKick a: SymmetricMatrix3<C>) -> UncoupledMoments<C> {
    UncoupledMoments(
      x: x.moments(s.x, afterKick: a.xx), y: y.moments(s.y, afterKick: a.yy),
      t: t.moments(s.t, afterKick: a.tt))
  }

  @inline(__always)
  func pullBack(_ cotangent: UncoupledMoments<C>) -> UncoupledMoments<C> {
    UncoupledMoments(
      x: x.pullBack(cotangent.x), y: y.pullBack(cotangent.y), t: t.pullBack(cotangent.t))
  }

  /// Adds the derivatives with respect to the coefficients; `cotangent` are those with respect to
  /// the moments after the map.
  @inline(__always)
  mutating func add(_ cotangent: UncoupledMoments<C>, _ s: UncoupledMoments<C>) {
    x.add(cotangent.x, s.x)
    y.add(cotangent.y, s.y)
    t.add(cotangent.t, s.t)
  }

  /// Adds to R̄ at `rCotangent`, where these are the derivatives with respect to the coefficients.
  func add(to rCotangent: UnsafeMutablePointer<Double>, of r: UnsafePointer<Double>) {
    x.add(to: rCotangent, 0, of: r)
    y.add(to: rCotangent, 2, of: r)
    t.add(to: rCotangent, 4, of: r)
  }
}
