import AutoDiff
import BeamMaps

/// The lanes in which moments are summed: always of double precision.
typealias MomentLanes = Lanes<NativeDoubleShape.Shape>

/// A coordinate q and its momentum p.
struct PlanePair<S: RealScalar> {
  var q = S.zero
  var p = S.zero

  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(q: a.q - b.q, p: a.p - b.p) }
}

/// The same of one particle in each lane.
typealias LanePair = PlanePair<MomentLanes>

/// Reads a tile's words as numbers of double precision.
protocol PlaneReader {
  /// The index where the plane of values `i` begins.
  static func plane(_ i: Int) -> Int
  func value(_ place: Int) -> Double
  func load(_ place: Int) -> MomentLanes
}

struct DoubleReader: PlaneReader {
  let base: UnsafePointer<Double>
  @inline(__always) static func plane(_ i: Int) -> Int { i &* Tile<Double>.capacity }
  @inline(__always) func value(_ place: Int) -> Double { base[place] }
  @inline(__always) func load(_ place: Int) -> MomentLanes { .load(base + place, stride: 0) }
}

struct FloatReader: PlaneReader {
  let base: UnsafePointer<Float>
  @inline(__always) static func plane(_ i: Int) -> Int { i &* Tile<Float>.capacity }
  @inline(__always) func value(_ place: Int) -> Double { Double(base[place]) }
  @inline(__always) func load(_ place: Int) -> MomentLanes {
    var numbers = MomentLanes(0.0)
    for lane in 0..<MomentLanes.count { numbers.vector[lane] = Double(base[place &+ lane]) }
    return numbers
  }
}

/// The particles of a tile that count, and their weights.
protocol TileMembers {
  associatedtype Reader: PlaneReader
  var reader: Reader { get }
  /// Whether particles are selected as they are read.
  static var selects: Bool { get }
  /// The coordinates in a plane from particle `k` on; `substitute` for lost particles.
  func load(_ plane: Plane, _ k: Int, _ substitute: LanePair) -> LanePair
  /// `numbers`, from particle `k` on, times the weights.
  func weigh(_ numbers: LanePair, _ k: Int) -> LanePair
}

extension TileMembers {
  /// The coordinates of particle `i` in a plane, in all lanes.
  @inline(__always) func value(_ plane: Plane, of i: Int) -> LanePair {
    let q = Reader.plane(plane.coordinate) &+ i
    let p = Reader.plane(plane.coordinate &+ 1) &+ i
    return PlanePair(q: MomentLanes(reader.value(q)), p: MomentLanes(reader.value(p)))
  }
}

extension PlaneReader {
  @inline(__always) func load(_ plane: Plane, _ k: Int) -> LanePair {
    let q = Self.plane(plane.coordinate) &+ k
    let p = Self.plane(plane.coordinate &+ 1) &+ k
    return PlanePair(q: load(q), p: load(p))
  }
}

/// All particles live and have the same weight.
struct WholeTile<Reader: PlaneReader>: TileMembers {
  let reader: Reader
  @inline(__always) static var selects: Bool { false }
  @inline(__always)
  func load(_ plane: Plane, _ k: Int, _ substitute: LanePair) -> LanePair {
    reader.load(plane, k)
  }
  @inline(__always) func weigh(_ numbers: LanePair, _ k: Int) -> LanePair { numbers }
}

/// Some particles are lost, or the tile is not full, or the weights differ.
///
/// Storage after the last particle of a tile is marked as lost.
struct PartialTile<Reader: PlaneReader>: TileMembers {
  let reader: Reader
  let hasUniformWeights: Bool
  @inline(__always) static var selects: Bool { true }
  @inline(__always)
  func load(_ plane: Plane, _ k: Int, _ substitute: LanePair) -> LanePair {
    let isAlive = MomentLanes.zero < reader.load(Reader.plane(7) &+ k)
    let values = reader.load(plane, k)
    return PlanePair(
      q: .select(isAlive, values.q, substitute.q), p: .select(isAlive, values.p, substitute.p))
  }
  @inline(__always) func weigh(_ numbers: LanePair, _ k: Int) -> LanePair {
    if hasUniformWeights { return numbers }
    let weights = reader.load(Reader.plane(6) &+ k)
    return PlanePair(q: numbers.q * weights, p: numbers.p * weights)
  }
}
