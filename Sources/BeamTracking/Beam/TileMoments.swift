import AutoDiff
import BeamMaps
import LinearAlgebra

extension Moments {
  /// The moments of the living particles of `tile`.
  ///
  /// Sums are of differences to one of the particles, the heaviest: Σw(ζ − c)² = M + W(c − ⟨ζ⟩)²
  /// with W(c − ⟨ζ⟩)² ≤ (W/w_c)·M ≤ nM. The subtraction that gives M therefore loses at most a
  /// factor of n = 512 in precision, if c is far outside all others, and almost nothing otherwise,
  /// for any distance of the beam from the axis. Sums are always of double precision.
  ///
  /// - Parameters:
  ///   - tile: The tile.
  ///   - hasUniformWeights: True if all particles of the bunch have the same weight.
  public init<Word: ParticleWord>(of tile: borrowing Tile<Word>, hasUniformWeights: Bool) {
    self.init(
      words: tile.base, count: tile.count, hasUniformWeights: hasUniformWeights,
      isIntact: tile.isIntact, aliveCount: tile.aliveCount)
  }

  /// The moments of the living among `count` particles in the words of a tile; `aliveCount` is
  /// counted if nil.
  init<Word: ParticleWord>(
    words base: UnsafePointer<Word>, count: Int, hasUniformWeights: Bool, isIntact: Bool = false,
    aliveCount: Int? = nil
  ) {
    // The type is tested once per tile, so that the loops are compiled for it even where the caller
    // is generic.
    let words = UnsafeRawPointer(base)
    if Word.self == Double.self {
      let doubles = words.assumingMemoryBound(to: Double.self)
      self.init(doubles: doubles, count, hasUniformWeights, isIntact, aliveCount)
    } else if Word.self == Float.self {
      let floats = words.assumingMemoryBound(to: Float.self)
      self.init(floats: floats, count, hasUniformWeights, isIntact, aliveCount)
    } else {
      preconditionFailure("particles are stored as Double or Float")
    }
  }

  @inline(never)
  private init(
    doubles base: UnsafePointer<Double>, _ count: Int, _ hasUniformWeights: Bool,
    _ isIntact: Bool, _ aliveCount: Int?
  ) {
    self.init(DoubleReader(base: base), count, hasUniformWeights, isIntact, aliveCount)
  }

  @inline(never)
  private init(
    floats base: UnsafePointer<Float>, _ count: Int, _ hasUniformWeights: Bool,
    _ isIntact: Bool, _ aliveCount: Int?
  ) {
    self.init(FloatReader(base: base), count, hasUniformWeights, isIntact, aliveCount)
  }

  @inline(__always)
  private init<Reader: PlaneReader>(
    _ reader: Reader, _ count: Int, _ hasUniformWeights: Bool, _ isIntact: Bool,
    _ aliveCount: Int?
  ) {
    self.init()
    let alive = aliveCount ?? Self.countLiving(reader, count)
    guard alive > 0 else { return }
    self.count = alive
    let weightPlane = Reader.plane(6)
    let alivePlane = Reader.plane(7)
    var heaviest = -1
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
      collect(WholeTile(reader: reader), count, heaviest)
    } else {
      let members = PartialTile(reader: reader, hasUniformWeights: hasUniformWeights)
      collect(members, count, heaviest)
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

  /// Sums mean, extrema and products; differences are to the living particle `centre`.
  @inline(__always)
  private mutating func collect<Members: TileMembers>(
    _ members: Members, _ count: Int, _ centre: Int
  ) {
    let sums = TileSums(members, count, centre)
    take(sums.x, .x)
    take(sums.y, .y)
    take(sums.t, .t)
    guard weight > 0 else { return }
    take(sums.xy, sums.x.first, sums.y.first, .x, .y)
    take(sums.xt, sums.x.first, sums.t.first, .x, .t)
    take(sums.yt, sums.y.first, sums.t.first, .y, .t)
  }

  /// Stores the moments of one plane, with the products moved from the centre to the mean.
  @inline(__always)
  private mutating func take(_ sums: PlaneSums<Double>, _ plane: Plane) {
    let q = plane.coordinate
    minimum[q] = sums.low.q
    maximum[q] = sums.high.q
    minimum[q + 1] = sums.low.p
    maximum[q + 1] = sums.high.p
    guard weight > 0 else { return }
    let shift = (q: sums.first.q / weight, p: sums.first.p / weight)
    mean[q] = sums.centre.q + shift.q
    mean[q + 1] = sums.centre.p + shift.p
    products[Self.index(q, q)] = sums.qq.addingProduct(-shift.q, sums.first.q)
    products[Self.index(q, q + 1)] = sums.qp.addingProduct(-shift.q, sums.first.p)
    products[Self.index(q + 1, q + 1)] = sums.pp.addingProduct(-shift.p, sums.first.p)
  }

  /// Stores the products of two planes, moved from the centre to the mean.
  @inline(__always)
  private mutating func take(
    _ mixed: MixedSums<Double>, _ first: PlanePair<Double>, _ second: PlanePair<Double>,
    _ planeA: Plane,
    _ planeB: Plane
  ) {
    let (a, b) = (planeA.coordinate, planeB.coordinate)
    let shift = (q: -first.q / weight, p: -first.p / weight)
    products[Self.index(a, b)] = mixed.qq.addingProduct(shift.q, second.q)
    products[Self.index(a, b + 1)] = mixed.qp.addingProduct(shift.q, second.p)
    products[Self.index(a + 1, b)] = mixed.pq.addingProduct(shift.p, second.q)
    products[Self.index(a + 1, b + 1)] = mixed.pp.addingProduct(shift.p, second.p)
  }
}
