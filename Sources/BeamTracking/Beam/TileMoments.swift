import AutoDiff
import BeamMaps
import LinearAlgebra

/// The lanes in which moments are summed: always of double precision.
private typealias Numbers = Lanes<NativeDoubleShape.Shape>

extension Moments {
  /// The moments of the living particles of `tile`.
  ///
  /// There is one loop over each coordinate and one over all, in a tile that is in the first-level
  /// cache. Sums are of differences to one of the particles, the heaviest: Σw(ζ − c)² = M + W(c −
  /// ⟨ζ⟩)² with W(c − ⟨ζ⟩)² ≤ (W/w_c)·M ≤ nM. The subtraction that gives M therefore loses at most
  /// a factor of n = 512 in precision, if c is far outside all others, and almost nothing
  /// otherwise, for any distance of the beam from the axis. Sums are always of double precision.
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
    if isWhole && hasUniformWeights && count % (2 * Numbers.count) == 0 {
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
    var total = Numbers.zero
    var k = 0
    while k < count {
      total = total + reader.load(Reader.plane(7) &+ k)
      k &+= Numbers.count
    }
    return Int(total.sum)
  }

  /// Sums mean, extrema and products; differences are to the living particle `centre`.
  @inline(__always)
  private mutating func collect<Members: TileMembers>(
    _ members: Members, _ count: Int, _ centre: Int
  ) {
    let x = PlaneSums(members, count, centre, .x)
    let y = PlaneSums(members, count, centre, .y)
    let t = PlaneSums(members, count, centre, .t)
    take(x, .x)
    take(y, .y)
    take(t, .t)
    guard weight > 0 else { return }
    take(MixedSums(members, count, centre, .x, .y), x, y, .x, .y)
    take(MixedSums(members, count, centre, .x, .t), x, t, .x, .t)
    take(MixedSums(members, count, centre, .y, .t), y, t, .y, .t)
  }

  /// Stores the moments of one plane, with the products moved from the centre to the mean.
  @inline(__always)
  private mutating func take(_ sums: PlaneSums, _ plane: Plane) {
    let q = plane.coordinate
    minimum[q] = sums.minimum.q
    maximum[q] = sums.maximum.q
    minimum[q + 1] = sums.minimum.p
    maximum[q + 1] = sums.maximum.p
    guard weight > 0 else { return }
    let shift = (q: sums.sum.q / weight, p: sums.sum.p / weight)
    mean[q] = sums.centre.q + shift.q
    mean[q + 1] = sums.centre.p + shift.p
    products[Self.index(q, q)] = sums.qq.addingProduct(-shift.q, sums.sum.q)
    products[Self.index(q, q + 1)] = sums.qp.addingProduct(-shift.q, sums.sum.p)
    products[Self.index(q + 1, q + 1)] = sums.pp.addingProduct(-shift.p, sums.sum.p)
  }

  /// Stores the products of two planes, moved from the centre to the mean.
  @inline(__always)
  private mutating func take(
    _ mixed: MixedSums, _ first: PlaneSums, _ second: PlaneSums, _ planeA: Plane, _ planeB: Plane
  ) {
    let (a, b) = (planeA.coordinate, planeB.coordinate)
    let shift = (q: -first.sum.q / weight, p: -first.sum.p / weight)
    products[Self.index(a, b)] = mixed.qq.addingProduct(shift.q, second.sum.q)
    products[Self.index(a, b + 1)] = mixed.qp.addingProduct(shift.q, second.sum.p)
    products[Self.index(a + 1, b)] = mixed.pq.addingProduct(shift.p, second.sum.q)
    products[Self.index(a + 1, b + 1)] = mixed.pp.addingProduct(shift.p, second.sum.p)
  }
}

/// The sums over a coordinate q and its momentum p, as differences to the centre.
///
/// The loop needs 13 vector registers: 9 sums and extrema, 2 values, 2 centres; AVX2 has 16.
private struct PlaneSums {
  var centre: (q: Double, p: Double)
  var sum: (q: Double, p: Double)
  var minimum: (q: Double, p: Double)
  var maximum: (q: Double, p: Double)
  var qq: Double
  var qp: Double
  var pp: Double

  @inline(__always)
  init<Members: TileMembers>(
    _ members: Members, _ count: Int, _ centreParticle: Int, _ plane: Plane
  ) {
    let q = Members.plane(plane.coordinate)
    let p = Members.plane(plane.coordinate + 1)
    let centreQ = Numbers(members.value(q &+ centreParticle))
    let centreP = Numbers(members.value(p &+ centreParticle))
    var (sumQ, sumP) = (Numbers.zero, Numbers.zero)
    var (sumQQ, sumQP, sumPP) = (Numbers.zero, Numbers.zero, Numbers.zero)
    var (lowQ, highQ) = (centreQ, centreQ)
    var (lowP, highP) = (centreP, centreP)
    var k = 0
    while k < count {
      // A lost particle is replaced by the centre, which changes neither the sums nor the extrema.
      let valueQ = members.load(q, k, centreQ)
      let valueP = members.load(p, k, centreP)
      lowQ = .minimum(valueQ, lowQ)
      highQ = .maximum(valueQ, highQ)
      lowP = .minimum(valueP, lowP)
      highP = .maximum(valueP, highP)
      let dq = valueQ - centreQ
      let dp = valueP - centreP
      let wq = members.weigh(dq, k)
      let wp = members.weigh(dp, k)
      sumQ = sumQ + wq
      sumP = sumP + wp
      sumQQ = sumQQ + wq * dq
      sumQP = sumQP + wq * dp
      sumPP = sumPP + wp * dp
      k &+= Numbers.count
    }
    centre = (members.value(q &+ centreParticle), members.value(p &+ centreParticle))
    sum = (sumQ.sum, sumP.sum)
    minimum = (lowQ.least, lowP.least)
    maximum = (highQ.greatest, highP.greatest)
    qq = sumQQ.sum
    qp = sumQP.sum
    pp = sumPP.sum
  }
}

/// The products of one plane's (q, p) with another's, summed as differences to the centre.
private struct MixedSums {
  var qq: Double
  var qp: Double
  var pq: Double
  var pp: Double

  /// `count` is rounded up to a multiple of two groups of lanes. Each product has two sums, because
  /// one sum would wait for its own last addition.
  @inline(__always)
  init<Members: TileMembers>(
    _ members: Members, _ count: Int, _ centre: Int, _ first: Plane, _ second: Plane
  ) {
    let a = PlaneDifferences(members, centre, first)
    let b = PlaneDifferences(members, centre, second)
    var (qq, qp, pq, pp) = (Numbers.zero, Numbers.zero, Numbers.zero, Numbers.zero)
    var (qq2, qp2, pq2, pp2) = (Numbers.zero, Numbers.zero, Numbers.zero, Numbers.zero)
    var k = 0
    while k < count {
      let wq = members.weigh(a.q(members, k), k)
      let wp = members.weigh(a.p(members, k), k)
      let (dq, dp) = (b.q(members, k), b.p(members, k))
      qq = qq + wq * dq
      qp = qp + wq * dp
      pq = pq + wp * dq
      pp = pp + wp * dp
      k &+= Numbers.count
      let wq2 = members.weigh(a.q(members, k), k)
      let wp2 = members.weigh(a.p(members, k), k)
      let (dq2, dp2) = (b.q(members, k), b.p(members, k))
      qq2 = qq2 + wq2 * dq2
      qp2 = qp2 + wq2 * dp2
      pq2 = pq2 + wp2 * dq2
      pp2 = pp2 + wp2 * dp2
      k &+= Numbers.count
    }
    self.qq = (qq + qq2).sum
    self.qp = (qp + qp2).sum
    self.pq = (pq + pq2).sum
    self.pp = (pp + pp2).sum
  }
}

/// Reads the coordinates of one plane as differences to the centre; zero for lost particles.
private struct PlaneDifferences {
  let placeQ: Int
  let placeP: Int
  let centreQ: Numbers
  let centreP: Numbers

  @inline(__always)
  init<Members: TileMembers>(_ members: Members, _ centre: Int, _ plane: Plane) {
    placeQ = Members.plane(plane.coordinate)
    placeP = Members.plane(plane.coordinate + 1)
    centreQ = Numbers(members.value(placeQ &+ centre))
    centreP = Numbers(members.value(placeP &+ centre))
  }

  @inline(__always)
  func q<Members: TileMembers>(_ members: Members, _ k: Int) -> Numbers {
    members.load(placeQ, k, centreQ) - centreQ
  }

  @inline(__always)
  func p<Members: TileMembers>(_ members: Members, _ k: Int) -> Numbers {
    members.load(placeP, k, centreP) - centreP
  }
}

/// Reads a tile's words as numbers of double precision.
private protocol PlaneReader {
  /// The index where the plane of values `i` begins.
  static func plane(_ i: Int) -> Int
  func value(_ place: Int) -> Double
  func load(_ place: Int) -> Numbers
}

private struct DoubleReader: PlaneReader {
  let base: UnsafePointer<Double>
  @inline(__always) static func plane(_ i: Int) -> Int { i &* Tile<Double>.capacity }
  @inline(__always) func value(_ place: Int) -> Double { base[place] }
  @inline(__always) func load(_ place: Int) -> Numbers { .load(base + place, stride: 0) }
}

private struct FloatReader: PlaneReader {
  let base: UnsafePointer<Float>
  @inline(__always) static func plane(_ i: Int) -> Int { i &* Tile<Float>.capacity }
  @inline(__always) func value(_ place: Int) -> Double { Double(base[place]) }
  @inline(__always) func load(_ place: Int) -> Numbers {
    var numbers = Numbers(0.0)
    for lane in 0..<Numbers.count { numbers.vector[lane] = Double(base[place &+ lane]) }
    return numbers
  }
}

/// The particles of a tile that count, and their weights.
private protocol TileMembers {
  static func plane(_ i: Int) -> Int
  func value(_ place: Int) -> Double
  /// Values of the plane that begins at `plane`, from particle `k` on; `substitute` for lost
  /// particles.
  func load(_ plane: Int, _ k: Int, _ substitute: Numbers) -> Numbers
  /// `numbers`, from particle `k` on, times the weights.
  func weigh(_ numbers: Numbers, _ k: Int) -> Numbers
}

/// All particles live and have the same weight.
private struct WholeTile<Reader: PlaneReader>: TileMembers {
  let reader: Reader
  @inline(__always) static func plane(_ i: Int) -> Int { Reader.plane(i) }
  @inline(__always) func value(_ place: Int) -> Double { reader.value(place) }
  @inline(__always) func load(_ plane: Int, _ k: Int, _ substitute: Numbers) -> Numbers {
    reader.load(plane &+ k)
  }
  @inline(__always) func weigh(_ numbers: Numbers, _ k: Int) -> Numbers { numbers }
}

/// Some particles are lost, or the tile is not full, or the weights differ.
///
/// Storage after the last particle of a tile is marked as lost.
private struct PartialTile<Reader: PlaneReader>: TileMembers {
  let reader: Reader
  let hasUniformWeights: Bool
  @inline(__always) static func plane(_ i: Int) -> Int { Reader.plane(i) }
  @inline(__always) func value(_ place: Int) -> Double { reader.value(place) }
  @inline(__always) func load(_ plane: Int, _ k: Int, _ substitute: Numbers) -> Numbers {
    let isAlive = Numbers.zero < reader.load(Reader.plane(7) &+ k)
    return .select(isAlive, reader.load(plane &+ k), substitute)
  }
  @inline(__always) func weigh(_ numbers: Numbers, _ k: Int) -> Numbers {
    hasUniformWeights ? numbers : numbers * reader.load(Reader.plane(6) &+ k)
  }
}

extension Lanes where Shape.Storage.Scalar == Double {
  /// The sum over the lanes, in their order.
  @inline(__always) fileprivate var sum: Double {
    var total = vector[0]
    for i in 1..<Self.count { total += vector[i] }
    return total
  }
  @inline(__always) fileprivate var least: Double {
    var result = vector[0]
    for i in 1..<Self.count { result = vector[i] < result ? vector[i] : result }
    return result
  }
  @inline(__always) fileprivate var greatest: Double {
    var result = vector[0]
    for i in 1..<Self.count { result = result < vector[i] ? vector[i] : result }
    return result
  }
}
