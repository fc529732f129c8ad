import AutoDiff
import BeamMaps
import LinearAlgebra

extension Moments {
  /// The moments of the living particles of `tile`.
  ///
  /// Where the axis is within three standard deviations of the mean, sums are of coordinates, and
  /// products about the mean M = Σwζ² − W⟨ζ⟩² lose at most a factor of ten in precision. Elsewhere they are of differences
  /// to one of the particles, the heaviest: Σw(ζ − c)² = M + W(c − ⟨ζ⟩)²
  /// with W(c − ⟨ζ⟩)² ≤ (W/w_c)·M ≤ nM. The subtraction that gives M therefore loses at most a
  /// factor of n = 496 in precision, if c is far outside all others, and almost nothing otherwise,
  /// for any distance of the beam from the axis. Sums are always of double precision.
  ///
  /// - Parameters:
  ///   - tile: The tile.
  ///   - hasUniformWeights: True if all particles of the bunch have the same weight.
  public init<Word: ParticleWord>(of tile: borrowing Tile<Word>, hasUniformWeights: Bool) {
    self.init()
    collect(tile, hasUniformWeights: hasUniformWeights, kept: .none)
  }

  /// Becomes the moments of a tile, having been any or, where coordinates are kept, those of the same particles
  /// before. (All in place: to hand on such a large value would take a fifth of the time.)
  @inline(__always)
  mutating func collect<Word: ParticleWord>(
    _ tile: borrowing Tile<Word>, hasUniformWeights: Bool, kept: KeptCoordinates
  ) {
    collect(
      words: tile.base, count: tile.count, hasUniformWeights: hasUniformWeights,
      isIntact: tile.isIntact, aliveCount: tile.aliveCount, kept: kept)
  }

  /// The same of the living among `count` particles in the words of a tile; `aliveCount` is
  /// counted if nil.
  mutating func collect<Word: ParticleWord>(
    words base: UnsafePointer<Word>, count: Int, hasUniformWeights: Bool, isIntact: Bool = false,
    aliveCount: Int? = nil, kept: KeptCoordinates = .none
  ) {
    // The type is tested once per tile, so that the loops are compiled for it even where the caller
    // is generic.
    let words = UnsafeRawPointer(base)
    if Word.self == Double.self {
      let doubles = words.assumingMemoryBound(to: Double.self)
      collect(doubles: doubles, count, hasUniformWeights, isIntact, aliveCount, kept)
    } else if Word.self == Float.self {
      let floats = words.assumingMemoryBound(to: Float.self)
      collect(floats: floats, count, hasUniformWeights, isIntact, aliveCount, kept)
    } else {
      preconditionFailure("particles are stored as Double or Float")
    }
  }

  @inline(never)
  private mutating func collect(
    doubles base: UnsafePointer<Double>, _ count: Int, _ hasUniformWeights: Bool,
    _ isIntact: Bool, _ aliveCount: Int?, _ kept: KeptCoordinates
  ) {
    collect(DoubleReader(base: base), count, hasUniformWeights, isIntact, aliveCount, kept)
  }

  @inline(never)
  private mutating func collect(
    floats base: UnsafePointer<Float>, _ count: Int, _ hasUniformWeights: Bool,
    _ isIntact: Bool, _ aliveCount: Int?, _ kept: KeptCoordinates
  ) {
    collect(FloatReader(base: base), count, hasUniformWeights, isIntact, aliveCount, kept)
  }

  @inline(__always)
  private mutating func collect<Reader: PlaneReader>(
    _ reader: Reader, _ count: Int, _ hasUniformWeights: Bool, _ isIntact: Bool,
    _ aliveCount: Int?, _ kept: KeptCoordinates
  ) {
    let alive = aliveCount ?? Self.countLiving(reader, count)
    let kept = isAboutAxis && self.count == alive ? kept : .none
    isAboutAxis = false
    guard alive > 0 else {
      self = Moments()
      return
    }
    self.count = alive
    let weightPlane = Reader.plane(6)
    let alivePlane = Reader.plane(7)
    var heaviest = -1
    weight = 0
    for i in 0..<count where reader.value(alivePlane &+ i) != 0 {
      let w = reader.value(weightPlane &+ i)
      if heaviest < 0 || reader.value(weightPlane &+ heaviest) < w { heaviest = i }
      if hasUniformWeights { break }
      weight += w
    }
    realParticles = weight
    if hasUniformWeights {
      weight = Double(alive)
      realParticles = reader.value(weightPlane &+ heaviest) * Double(alive)
    }
    let isWhole = isIntact || alive == count
    if isWhole && hasUniformWeights && count % (2 * MomentLanes.count) == 0 {
      let members = WholeTile(reader: reader)
      switch kept {
      case .none: collect(members, count, heaviest, NothingKept.self)
      case .energy: collect(members, count, heaviest, EnergyKept.self)
      case .momenta, .all: collect(members, count, heaviest, MomentaKept.self)
      }
    } else {
      let members = PartialTile(reader: reader, hasUniformWeights: hasUniformWeights)
      collect(members, count, heaviest, NothingKept.self)
    }
  }

  @inline(__always)
  private static func countLiving<Reader: PlaneReader>(_ reader: Reader, _ count: Int) -> Int {
    // The flags are 1 or 0, and 0 after the last particle: a sum over whole groups of lanes is
    // exact.
    var total = MomentLanes.zero
    var k = 0
    while k < count {
      total = total + reader.load(Reader.plane(7) &+ k)
      k &+= MomentLanes.count
    }
    return Int(total.sum)
  }

  /// Extrema, and sums: about the axis where that costs few digits, and about the living particle
  /// `heaviest` otherwise. Those of momenta that are kept are there already.
  @inline(__always)
  private mutating func collect<Members: TileMembers, Kept: KeptMomenta>(
    _ members: Members, _ count: Int, _ heaviest: Int, _: Kept.Type
  ) {
    let point = PointOrigin(members, of: heaviest)
    let range = TileRange<Kept>(members, count, point)
    take(range.x, .x, Kept.self)
    take(range.y, .y, Kept.self)
    take(range.t, .t, Kept.self)
    guard weight > 0 else {
      first = Vector6(repeating: 0)
      second = InlineArray(repeating: 0)
      return
    }
    if isAroundAxis {
      take(TileProducts<Kept>(members, count, AxisOrigin()))
      isAboutAxis = true
      if isNearAxis { return }
      isAboutAxis = false
    }
    take(TileSums(members, count, point))
    take(TileProducts<NothingKept>(members, count, point))
    moveToMean(from: point)
  }

  /// Whether 0 is between the extrema of each coordinate.
  private var isAroundAxis: Bool {
    var isAround = true
    for i in 0..<6 { isAround = isAround && minimum[i] <= 0 && 0 <= maximum[i] }
    return isAround
  }

  /// Whether the mean of each coordinate is within three standard deviations of the axis, so that
  /// sums of products about the axis are at most ten times as large as those about the mean.
  private var isNearAxis: Bool {
    var isNear = true
    for i in 0..<6 {
      let square = second[Self.index(i, i)]
      isNear = isNear && square < .infinity && first[i] * first[i] <= 0.9 * (weight * square)
    }
    return isNear
  }

  @inline(__always)
  private mutating func take<Kept: KeptMomenta>(
    _ range: PlaneRange<MomentLanes>, _ plane: Plane, _: Kept.Type
  ) {
    let q = plane.coordinate
    minimum[q] = range.low.q.least
    maximum[q] = range.high.q.greatest
    first[q] = range.sum.q.sum
    if Kept.includes(plane) { return }
    minimum[q + 1] = range.low.p.least
    maximum[q + 1] = range.high.p.greatest
    first[q + 1] = range.sum.p.sum
  }

  @inline(__always)
  private mutating func take(_ sums: TileSums) {
    @inline(__always) func take(_ sum: LanePair, _ plane: Plane) {
      first[plane.coordinate] = sum.q.sum
      first[plane.coordinate + 1] = sum.p.sum
    }
    take(sums.x, .x)
    take(sums.y, .y)
    take(sums.t, .t)
  }

  @inline(__always)
  private mutating func take<Kept: KeptMomenta>(_ products: TileProducts<Kept>) {
    @inline(__always) func take(_ products: PlaneProducts<MomentLanes>, _ plane: Plane) {
      let q = plane.coordinate
      second[Self.index(q, q)] = products.qq.sum
      second[Self.index(q, q + 1)] = products.qp.sum
      if !Kept.includes(plane) { second[Self.index(q + 1, q + 1)] = products.pp.sum }
    }
    @inline(__always) func take(
      _ mixed: MixedProducts<MomentLanes>, _ planeA: Plane, _ planeB: Plane
    ) {
      let (a, b) = (planeA.coordinate, planeB.coordinate)
      second[Self.index(a, b)] = mixed.qq.sum
      second[Self.index(a, b + 1)] = mixed.qp.sum
      second[Self.index(a + 1, b)] = mixed.pq.sum
      if !Kept.includes(planeA, planeB) { second[Self.index(a + 1, b + 1)] = mixed.pp.sum }
    }
    take(products.x, .x)
    take(products.y, .y)
    take(products.t, .t)
    take(products.xy, .x, .y)
    take(products.xt, .x, .t)
    take(products.yt, .y, .t)
  }

  /// Moves sums about `point` to the mean.
  private mutating func moveToMean(from point: PointOrigin) {
    let centre: Vector6<Double> = [
      point.x.q[0], point.x.p[0], point.y.q[0], point.y.p[0], point.t.q[0], point.t.p[0],
    ]
    let shift = Vector6<Double> { i in first[i] / weight }
    second = Self.products(second, first, shift)
    first = Vector6<Double> { i in centre[i] + shift[i] }
  }
}

extension [Moments] {
  /// Appends the moments of a tile, of which those appended last were of coordinates that the living have
  /// kept since.
  @_specialize(exported:false,where Word == Double)
  @_specialize(exported:false,where Word == Float)
  mutating func append<Word: ParticleWord>(
    of tile: borrowing Tile<Word>, hasUniformWeights: Bool, kept: KeptCoordinates
  ) {
    // (Without an optional value in between, which would be copied once more.)
    append(kept > .none && !isEmpty ? self[count - 1] : Moments())
    if kept == .all && self[count - 1].count == tile.aliveCount { return }
    self[count - 1].collect(tile, hasUniformWeights: hasUniformWeights, kept: kept)
  }
}
