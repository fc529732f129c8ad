import AutoDiff
import BeamDynamics
import CKernels
import Communication

/// The hand-written C kernel of the chromatic quadrupole: the limit of the machine.
///
/// It passes tile after tile through a line of quadrupoles. Each tile is a copy of the same 512
/// particles, so that they come from the cache: the limit knows no main memory.
struct CKernel<Word: CKernelWord> {
  /// How particles go through one quadrupole; see CKernels.h.
  typealias Function = (UnsafeMutablePointer<Word>?, Int, UnsafePointer<ck_quadrupole>?) -> Bool

  private let quadrupoles: [ck_quadrupole]
  private let start: [Word]
  private let function: Function

  /// A line of `quadrupoles`, for the first 512 particles of `bunch`.
  init(
    _ quadrupoles: [Quadrupole], _ bunch: Bunch<Word>, _ function: @escaping Function = Word.kernel
  ) {
    let reference = bunch.reference
    self.quadrupoles = quadrupoles.map {
      ck_quadrupole_make(
        $0.k1 + $0.gradient / reference.rigidity, $0.length, reference.beta, reference.gamma)
    }
    self.function = function
    let capacity = CK_TILE_CAPACITY
    var words = [Word](repeating: 0, count: 6 * capacity)
    for i in 0..<min(capacity, bunch.count) {
      for coordinate in 0..<6 { words[coordinate * capacity + i] = Word(bunch[i][coordinate]) }
    }
    start = words
  }

  /// The coordinates of one tile at the end of the line, coordinate after coordinate.
  func track() throws -> [Word] {
    var tile = start
    try pass(&tile)
    return tile
  }

  /// The seconds that `tileCount` tiles take.
  func secondsForTiles(_ tileCount: Int) throws -> Double {
    var tile = start
    return try duration {
      for _ in 0..<tileCount {
        tile.withUnsafeMutableBufferPointer { target in
          start.withUnsafeBufferPointer { source in
            for i in 0..<source.count { target[i] = source[i] }
          }
        }
        try pass(&tile)
      }
    }
  }

  private func pass(_ tile: inout [Word]) throws {
    let isInside = tile.withUnsafeMutableBufferPointer { words in
      quadrupoles.withUnsafeBufferPointer { line in
        var isInside = true
        for i in 0..<line.count {
          let moved = function(
            words.baseAddress, CK_TILE_CAPACITY, line.baseAddress?.advanced(by: i))
          isInside = isInside && moved
        }
        return isInside
      }
    }
    if !isInside { throw BenchmarkFailure("a particle is outside the domain of the C kernel") }
  }

  /// The greatest difference between the C kernel and the library after each element of the line,
  /// over the greatest magnitude of the coordinate.
  static func disagreement(_ line: [Quadrupole]) throws -> Double {
    let bunch = HTUBeam.bunch(CK_TILE_CAPACITY, Word.self)
    var worst = 0.0
    for quadrupole in line {
      let ours = try CKernel([quadrupole], bunch).track()
      var theirs = bunch.separateCopy()
      try Tracker(Beamline([quadrupole]), workers: .one).track(&theirs)
      for coordinate in 0..<6 {
        var scale = 0.0
        var difference = 0.0
        for i in 0..<bunch.count {
          let word = Double(ours[coordinate * bunch.count + i])
          scale = max(scale, abs(theirs[i][coordinate]))
          difference = max(difference, abs(word - theirs[i][coordinate]))
        }
        worst = max(worst, difference / scale)
      }
    }
    return worst
  }
}

/// A precision that the C kernel is written for.
protocol CKernelWord: ParticleWord {
  static var kernel: CKernel<Self>.Function { get }
  /// How closely the C kernel and the library agree, in units of the greatest coordinate. They
  /// differ in the order of rounding only, by a few units in the last place.
  static var agreement: Double { get }
}

extension Double: CKernelWord {
  static var kernel: CKernel<Double>.Function { ck_chromatic_quadrupole_double }
  static var agreement: Double { 1e-14 }
}

extension Float: CKernelWord {
  static var kernel: CKernel<Float>.Function { ck_chromatic_quadrupole_float }
  static var agreement: Double { 5e-6 }
}
