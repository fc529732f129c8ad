import AutoDiff
import BeamMaps

/// The sums over a tile, as differences to the centre.
///
/// What counts is arithmetic: 12 extrema, 6 differences, and 27 sums of which 21 are fused
/// multiply-adds. With the 32 registers of AVX-512 there are two loops, and no difference is
/// computed twice: the few sums that find no register cost less. With 16 registers most would find
/// none; there is then a loop for each plane and each two planes, unless reading takes longer.
struct TileSums {
  var x: PlaneSums<Double>
  var y: PlaneSums<Double>
  var t: PlaneSums<Double>
  var xy: MixedSums<Double>
  var xt: MixedSums<Double>
  var yt: MixedSums<Double>

  @inline(__always)
  init<Members: TileMembers>(_ members: Members, _ count: Int, _ centre: Int) {
    var x = PlaneSums(centre: members.value(.x, of: centre))
    var y = PlaneSums(centre: members.value(.y, of: centre))
    var t = PlaneSums(centre: members.value(.t, of: centre))
    guard MomentLanes.count == 8 || Members.selects else {
      self.x = x.overAll(members, count, .x)
      self.y = y.overAll(members, count, .y)
      self.t = t.overAll(members, count, .t)
      xy = .init(members, count, (.x, x.centre), (.y, y.centre))
      xt = .init(members, count, (.x, x.centre), (.t, t.centre))
      yt = .init(members, count, (.y, y.centre), (.t, t.centre))
      return
    }
    var k = 0
    while k < count {
      x.include(members.load(.x, k, x.centre))
      y.include(members.load(.y, k, y.centre))
      t.include(members.load(.t, k, t.centre))
      k &+= MomentLanes.count
    }
    var xy = MixedSums<MomentLanes>()
    var xt = MixedSums<MomentLanes>()
    var yt = MixedSums<MomentLanes>()
    k = 0
    while k < count {
      let dx = members.load(.x, k, x.centre) - x.centre
      let dy = members.load(.y, k, y.centre) - y.centre
      let dt = members.load(.t, k, t.centre) - t.centre
      let (wx, wy, wt) = (members.weigh(dx, k), members.weigh(dy, k), members.weigh(dt, k))
      x.add(wx, dx)
      y.add(wy, dy)
      t.add(wt, dt)
      xy.add(wx, dy)
      xt.add(wx, dt)
      yt.add(wy, dt)
      k &+= MomentLanes.count
    }
    (self.x, self.y, self.t) = (x.overLanes, y.overLanes, t.overLanes)
    (self.xy, self.xt, self.yt) = (xy.overLanes, xt.overLanes, yt.overLanes)
  }
}

/// The extrema and the sums over a coordinate q and its momentum p.
struct PlaneSums<S: RealScalar> {
  let centre: PlanePair<S>
  var low: PlanePair<S>
  var high: PlanePair<S>
  var first = PlanePair<S>()
  var qq = S.zero
  var qp = S.zero
  var pp = S.zero

  @inline(__always)
  init(centre: PlanePair<S>) {
    self.centre = centre
    low = centre
    high = centre
  }
}

extension PlaneSums<MomentLanes> {
  @inline(__always)
  mutating func include(_ values: LanePair) {
    low = PlanePair(q: .minimum(values.q, low.q), p: .minimum(values.p, low.p))
    high = PlanePair(q: .maximum(values.q, high.q), p: .maximum(values.p, high.p))
  }

  /// Adds differences to the centre; `w` is these times the weights.
  @inline(__always)
  mutating func add(_ w: LanePair, _ d: LanePair) {
    first = PlanePair(q: first.q + w.q, p: first.p + w.p)
    qq = qq + w.q * d.q
    qp = qp + w.q * d.p
    pp = pp + w.p * d.p
  }

  @inline(__always) var overLanes: PlaneSums<Double> {
    var sums = PlaneSums<Double>(centre: PlanePair(q: centre.q[0], p: centre.p[0]))
    sums.low = PlanePair(q: low.q.least, p: low.p.least)
    sums.high = PlanePair(q: high.q.greatest, p: high.p.greatest)
    sums.first = PlanePair(q: first.q.sum, p: first.p.sum)
    (sums.qq, sums.qp, sums.pp) = (qq.sum, qp.sum, pp.sum)
    return sums
  }

  /// All particles in one loop, which needs 13 registers: 9 sums and extrema, 2 values, 2 centres.
  @inline(__always)
  func overAll<Members: TileMembers>(
    _ members: Members, _ count: Int, _ plane: Plane
  ) -> PlaneSums<Double> {
    var sums = self
    var k = 0
    while k < count {
      let values = members.load(plane, k, centre)
      sums.include(values)
      let d = values - centre
      sums.add(members.weigh(d, k), d)
      k &+= MomentLanes.count
    }
    return sums.overLanes
  }
}

/// The products of one plane's (q, p) with another's.
struct MixedSums<S: RealScalar> {
  var qq = S.zero
  var qp = S.zero
  var pq = S.zero
  var pp = S.zero
}

extension MixedSums<MomentLanes> {
  /// Adds products of differences to the centre; `w` is the first plane's times the weights.
  @inline(__always)
  mutating func add(_ w: LanePair, _ d: LanePair) {
    qq = qq + w.q * d.q
    qp = qp + w.q * d.p
    pq = pq + w.p * d.q
    pp = pp + w.p * d.p
  }

  @inline(__always) var overLanes: MixedSums<Double> {
    .init(qq: qq.sum, qp: qp.sum, pq: pq.sum, pp: pp.sum)
  }
}

extension MixedSums<Double> {
  /// All particles in one loop; `count` is rounded up to a multiple of two groups of lanes. Each
  /// product has two sums, because one sum would wait for its own last addition.
  @inline(__always)
  init<Members: TileMembers>(
    _ members: Members, _ count: Int, _ first: (plane: Plane, centre: LanePair),
    _ second: (plane: Plane, centre: LanePair)
  ) {
    var even = MixedSums<MomentLanes>()
    var odd = MixedSums<MomentLanes>()
    var k = 0
    while k < count {
      let a = members.load(first.plane, k, first.centre) - first.centre
      let b = members.load(second.plane, k, second.centre) - second.centre
      even.add(members.weigh(a, k), b)
      k &+= MomentLanes.count
      let a2 = members.load(first.plane, k, first.centre) - first.centre
      let b2 = members.load(second.plane, k, second.centre) - second.centre
      odd.add(members.weigh(a2, k), b2)
      k &+= MomentLanes.count
    }
    let sums = MixedSums<MomentLanes>(
      qq: even.qq + odd.qq, qp: even.qp + odd.qp, pq: even.pq + odd.pq, pp: even.pp + odd.pp)
    self = sums.overLanes
  }
}

// Over the lanes, by halves: of loops over single lanes the compiler makes so many shuffles that
// they take a tenth of the time of the loops over particles.

private typealias Two = Lanes<DoubleX2>
private typealias Four = Lanes<DoubleX4>

extension Lanes<DoubleX2> {
  @inline(__always) var sum: Double { vector[0] + vector[1] }
  @inline(__always) var least: Double { Swift.min(vector[0], vector[1]) }
  @inline(__always) var greatest: Double { Swift.max(vector[0], vector[1]) }
}

extension Lanes<DoubleX4> {
  @inline(__always) private var halves: (Two, Two) {
    (Two(vector: vector.lowHalf), Two(vector: vector.highHalf))
  }
  @inline(__always) var sum: Double { (halves.0 + halves.1).sum }
  @inline(__always) var least: Double { Two.minimum(halves.0, halves.1).least }
  @inline(__always) var greatest: Double { Two.maximum(halves.0, halves.1).greatest }
}

extension Lanes<DoubleX8> {
  @inline(__always) private var halves: (Four, Four) {
    (Four(vector: vector.lowHalf), Four(vector: vector.highHalf))
  }
  @inline(__always) var sum: Double { (halves.0 + halves.1).sum }
  @inline(__always) var least: Double { Four.minimum(halves.0, halves.1).least }
  @inline(__always) var greatest: Double { Four.maximum(halves.0, halves.1).greatest }
}
