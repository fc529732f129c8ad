import AutoDiff
import BeamMaps

// What counts is arithmetic: for each particle 12 extrema, 6 sums and 21 products, and 6 differences where these
// are not about the axis. With the 32 registers of AVX-512 there are two loops; extrema and sums, then products, whose sums and
// the six coordinates are 27 numbers. With 16 registers most would find none; there is then a loop for each plane and each two
// planes, unless reading takes longer.

/// Whether a loop may have all planes.
@inline(__always)
private func joinsPlanes<Members: TileMembers>(_: Members.Type) -> Bool {
  MomentLanes.count == 8 || Members.selects
}

/// The momenta whose sums are known, because they have been kept since these were made.
protocol KeptMomenta {
  static func includes(_ plane: Plane) -> Bool
}

extension KeptMomenta {
  @inline(__always) static func includes(_ first: Plane, _ second: Plane) -> Bool {
    includes(first) && includes(second)
  }
}

enum NothingKept: KeptMomenta {
  @inline(__always) static func includes(_ plane: Plane) -> Bool { false }
}

enum EnergyKept: KeptMomenta {
  @inline(__always) static func includes(_ plane: Plane) -> Bool { plane == .t }
}

enum MomentaKept: KeptMomenta {
  @inline(__always) static func includes(_ plane: Plane) -> Bool { true }
}

/// What is known of a tile before its products: the extrema, and the sums of the coordinates.
struct TileRange<Kept: KeptMomenta> {
  var x: PlaneRange<MomentLanes>
  var y: PlaneRange<MomentLanes>
  var t: PlaneRange<MomentLanes>

  /// Of the particles that count; `point` is one of them.
  @inline(__always)
  init<Members: TileMembers>(_ members: Members, _ count: Int, _ point: PointOrigin) {
    x = PlaneRange(low: point.x, high: point.x)
    y = PlaneRange(low: point.y, high: point.y)
    t = PlaneRange(low: point.t, high: point.t)
    guard joinsPlanes(Members.self) else {
      x.include(members, count, .x, point, Kept.self)
      y.include(members, count, .y, point, Kept.self)
      t.include(members, count, .t, point, Kept.self)
      return
    }
    var (x, y, t) = (x, y, t)
    var k = 0
    while k < count {
      x.include(members, .x, k, point, Kept.self)
      y.include(members, .y, k, point, Kept.self)
      t.include(members, .t, k, point, Kept.self)
      k &+= MomentLanes.count
    }
    (self.x, self.y, self.t) = (x, y, t)
  }
}

/// The extrema of a coordinate q and its momentum p, and their sums.
struct PlaneRange<S: RealScalar> {
  var low: PlanePair<S>
  var high: PlanePair<S>
  var sum = PlanePair<S>()
}

extension PlaneRange<MomentLanes> {
  /// The particles from `k` on; not the momenta that are kept.
  @inline(__always)
  mutating func include<Members: TileMembers, Kept: KeptMomenta>(
    _ members: Members, _ plane: Plane, _ k: Int, _ point: PointOrigin, _: Kept.Type
  ) {
    let values = members.load(plane, k, point.substitute(plane))
    let summands = members.weigh(members.load(plane, k, PlanePair()), k)
    low.q = .minimum(values.q, low.q)
    high.q = .maximum(values.q, high.q)
    sum.q = sum.q + summands.q
    if Kept.includes(plane) { return }
    low.p = .minimum(values.p, low.p)
    high.p = .maximum(values.p, high.p)
    sum.p = sum.p + summands.p
  }

  /// All particles in one loop.
  @inline(__always)
  mutating func include<Members: TileMembers, Kept: KeptMomenta>(
    _ members: Members, _ count: Int, _ plane: Plane, _ point: PointOrigin, _: Kept.Type
  ) {
    var range = self
    var k = 0
    while k < count {
      range.include(members, plane, k, point, Kept.self)
      k &+= MomentLanes.count
    }
    self = range
  }
}

/// The point to which differences are summed.
protocol SumOrigin {
  /// What stands for lost particles, whose difference is 0.
  func substitute(_ plane: Plane) -> LanePair
  func difference(_ values: LanePair, _ plane: Plane) -> LanePair
}

extension SumOrigin {
  /// The differences of the particles from `k` on.
  @inline(__always)
  func difference<Members: TileMembers>(
    _ members: Members, _ plane: Plane, _ k: Int
  ) -> LanePair {
    difference(members.load(plane, k, substitute(plane)), plane)
  }
}

struct AxisOrigin: SumOrigin {
  @inline(__always) func substitute(_ plane: Plane) -> LanePair { PlanePair() }
  @inline(__always) func difference(_ values: LanePair, _ plane: Plane) -> LanePair { values }
}

/// The coordinates of a particle, in all lanes.
struct PointOrigin: SumOrigin {
  let x: LanePair
  let y: LanePair
  let t: LanePair

  @inline(__always)
  init<Members: TileMembers>(_ members: Members, of particle: Int) {
    x = members.value(.x, of: particle)
    y = members.value(.y, of: particle)
    t = members.value(.t, of: particle)
  }

  @inline(__always) func substitute(_ plane: Plane) -> LanePair {
    switch plane {
    case .x: x
    case .y: y
    case .t: t
    }
  }

  @inline(__always) func difference(_ values: LanePair, _ plane: Plane) -> LanePair {
    values - substitute(plane)
  }
}

/// The sums over a tile of differences to an origin.
struct TileSums {
  let x: LanePair
  let y: LanePair
  let t: LanePair

  @inline(__always)
  init<Members: TileMembers, Origin: SumOrigin>(
    _ members: Members, _ count: Int, _ origin: Origin
  ) {
    @inline(__always) func sum(_ plane: Plane) -> LanePair {
      var sum = LanePair()
      var k = 0
      while k < count {
        let d = members.weigh(origin.difference(members, plane, k), k)
        sum = PlanePair(q: sum.q + d.q, p: sum.p + d.p)
        k &+= MomentLanes.count
      }
      return sum
    }
    (x, y, t) = (sum(.x), sum(.y), sum(.t))
  }
}

/// The sums over a tile of products of differences to an origin.
struct TileProducts<Kept: KeptMomenta> {
  var x = PlaneProducts<MomentLanes>()
  var y = PlaneProducts<MomentLanes>()
  var t = PlaneProducts<MomentLanes>()
  var xy = MixedProducts<MomentLanes>()
  var xt = MixedProducts<MomentLanes>()
  var yt = MixedProducts<MomentLanes>()

  @inline(__always)
  init<Members: TileMembers, Origin: SumOrigin>(
    _ members: Members, _ count: Int, _ origin: Origin
  ) {
    guard joinsPlanes(Members.self) else {
      x = .init(members, count, origin, .x, Kept.self)
      y = .init(members, count, origin, .y, Kept.self)
      t = .init(members, count, origin, .t, Kept.self)
      xy = .init(members, count, origin, .x, .y, Kept.self)
      xt = .init(members, count, origin, .x, .t, Kept.self)
      yt = .init(members, count, origin, .y, .t, Kept.self)
      return
    }
    var k = 0
    while k < count {
      let dx = origin.difference(members, .x, k)
      let dy = origin.difference(members, .y, k)
      let dt = origin.difference(members, .t, k)
      let (wx, wy, wt) = (members.weigh(dx, k), members.weigh(dy, k), members.weigh(dt, k))
      x.add(wx, dx, withoutMomenta: Kept.includes(.x))
      y.add(wy, dy, withoutMomenta: Kept.includes(.y))
      t.add(wt, dt, withoutMomenta: Kept.includes(.t))
      xy.add(wx, dy, withoutMomenta: Kept.includes(.x, .y))
      xt.add(wx, dt, withoutMomenta: Kept.includes(.x, .t))
      yt.add(wy, dt, withoutMomenta: Kept.includes(.y, .t))
      k &+= MomentLanes.count
    }
  }
}

/// Sums over all particles, a group of lanes at a time, in two sums by turns: one would wait for its own last
/// addition. `count` is rounded up to a multiple of two groups.
@inline(__always)
private func inTwoSums<Sums>(
  _ zero: Sums, _ count: Int, _ add: (inout Sums, _ k: Int) -> Void
) -> (Sums, Sums) {
  var (even, odd) = (zero, zero)
  var k = 0
  while k < count {
    add(&even, k)
    add(&odd, k &+ MomentLanes.count)
    k &+= 2 &* MomentLanes.count
  }
  return (even, odd)
}

/// The products of a coordinate q and its momentum p.
struct PlaneProducts<S: RealScalar> {
  var qq = S.zero
  var qp = S.zero
  var pp = S.zero
}

extension PlaneProducts<MomentLanes> {
  /// Adds products of differences; `w` is these times the weights.
  @inline(__always)
  mutating func add(_ w: LanePair, _ d: LanePair, withoutMomenta: Bool) {
    qq = qq + w.q * d.q
    qp = qp + w.q * d.p
    if !withoutMomenta { pp = pp + w.p * d.p }
  }

  /// All particles in one loop.
  @inline(__always)
  init<Members: TileMembers, Origin: SumOrigin, Kept: KeptMomenta>(
    _ members: Members, _ count: Int, _ origin: Origin, _ plane: Plane, _: Kept.Type
  ) {
    let (even, odd) = inTwoSums(Self(), count) { sums, k in
      let d = origin.difference(members, plane, k)
      sums.add(members.weigh(d, k), d, withoutMomenta: Kept.includes(plane))
    }
    self.init(qq: even.qq + odd.qq, qp: even.qp + odd.qp, pp: even.pp + odd.pp)
  }
}

/// The products of one plane's (q, p) with another's.
struct MixedProducts<S: RealScalar> {
  var qq = S.zero
  var qp = S.zero
  var pq = S.zero
  var pp = S.zero
}

extension MixedProducts<MomentLanes> {
  /// Adds products of differences; `w` is the first plane's times the weights.
  @inline(__always)
  mutating func add(_ w: LanePair, _ d: LanePair, withoutMomenta: Bool) {
    qq = qq + w.q * d.q
    qp = qp + w.q * d.p
    pq = pq + w.p * d.q
    if !withoutMomenta { pp = pp + w.p * d.p }
  }

  /// All particles in one loop, as for one plane.
  @inline(__always)
  init<Members: TileMembers, Origin: SumOrigin, Kept: KeptMomenta>(
    _ members: Members, _ count: Int, _ origin: Origin, _ first: Plane, _ second: Plane,
    _: Kept.Type
  ) {
    let (even, odd) = inTwoSums(Self(), count) { sums, k in
      sums.add(
        members.weigh(origin.difference(members, first, k), k),
        origin.difference(members, second, k), withoutMomenta: Kept.includes(first, second))
    }
    self.init(
      qq: even.qq + odd.qq, qp: even.qp + odd.qp, pq: even.pq + odd.pq, pp: even.pp + odd.pp)
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
