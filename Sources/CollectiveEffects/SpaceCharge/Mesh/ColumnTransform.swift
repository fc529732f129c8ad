import AutoDiff
import FourierTransform

/// Fourier transforms along an axis that is padded to twice its length, several at a time, each of consecutive
/// numbers: the transform is twice as fast there as across the mesh.
struct ColumnTransform<C: MeshNumber>: Sendable {
  /// The number of columns that are transformed at once.
  static var block: Int { 16 }

  /// The number of complex numbers of a transform.
  let length: Int
  /// The number of complex numbers from one column to the next. It is not a power of two, for which
  /// all columns would use the same lines of the cache.
  let pitch: Int
  private let forwardPlan: FourierPlan<C.Word>
  private let backwardPlan: FourierPlan<C.Word>

  init(_ cells: Int, _ planning: FourierPlanning) {
    length = 2 * cells
    pitch = 2 * cells + 4
    let layout = FourierLayout(length: length, count: Self.block, stride: 1, distance: pitch)
    forwardPlan = FourierPlan(.forward, layout, planning)
    backwardPlan = FourierPlan(.backward, layout, planning)
  }

  /// The number of words of ``block`` columns.
  var blockWords: Int { words(Self.block) }

  /// The number of words of memory for `count` columns, of which ``block`` are transformed at once.
  func words(_ count: Int) -> Int {
    2 * pitch * ((count + Self.block - 1) / Self.block * Self.block)
  }

  /// The index where a column begins.
  @inline(__always)
  func column(_ i: Int) -> Int { 2 &* pitch &* i }

  /// Transforms `count` columns, of which the first `filled` numbers have been written; the others are zeros.
  func forward(_ columns: UnsafeMutablePointer<C.Word>, _ count: Int, filled: Int) {
    pad(columns, count, from: filled)
    let blocks = (count + Self.block - 1) / Self.block
    pad(columns + column(count), blocks * Self.block - count, from: 0)
    for block in 0..<blocks { forwardPlan(columns + column(block * Self.block)) }
  }

  /// Transforms `count` columns back.
  func backward(_ columns: UnsafeMutablePointer<C.Word>, _ count: Int) {
    for first in stride(from: 0, to: count, by: Self.block) {
      backwardPlan(columns + column(first))
    }
  }

  /// Writes zeros to the numbers of columns from number `first` on.
  private func pad(_ columns: UnsafeMutablePointer<C.Word>, _ count: Int, from first: Int) {
    for i in 0..<count {
      (columns + (column(i) + 2 * first)).update(repeating: 0, count: 2 * (length - first))
    }
  }
}

extension UnsafeMutablePointer where Pointee: FourierWord {
  /// The same memory, as complex numbers.
  @inline(__always)
  var pairs: UnsafeMutablePointer<SIMD2<Pointee>> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: SIMD2<Pointee>.self)
  }
}

/// The discrete cosine transform of type I of n + 1 points, as the real transform of the even
/// sequence of 2n points: twice the arithmetic, but half the time of the library's own.
struct CosineTransform<C: MeshNumber>: Sendable {
  private static var block: Int { 16 }
  private let cells: Int
  private let plan: FourierPlan<C.Word>
  private var pitch: Int { 2 * cells + 4 }

  init(_ cells: Int, _ planning: FourierPlanning) {
    self.cells = cells
    plan = FourierPlan(
      .realToComplex,
      FourierLayout(
        length: 2 * cells, count: Self.block, input: (1, 2 * cells + 4),
        output: (1, cells + 2), inPlace: true), planning)
  }

  /// Transforms `count` sequences in place: number j of sequence m is at j·stride + m·distance.
  func callAsFunction(
    _ words: UnsafeMutablePointer<C.Word>, count: Int, stride: Int, distance: Int
  ) {
    let buffer = AlignedWords<C.Word>(count: pitch * Self.block)
    buffer.words.update(repeating: 0, count: buffer.count)
    var first = 0
    while first < count {
      let here = min(Self.block, count - first)
      let source = words + first * distance
      let (words, pitch) = (buffer.words, pitch)
      for j in 0...cells {
        let (row, place) = (source + j &* stride, words + j)
        for i in 0..<here { place[i &* pitch] = row[i &* distance] }
      }
      for i in 0..<here {
        let row = buffer.words + i * pitch
        for j in 1..<cells { row[2 * cells - j] = row[j] }
      }
      plan(buffer.words)
      for j in 0...cells {
        let (row, place) = (source + j &* stride, words + 2 &* j)
        for i in 0..<here { row[i &* distance] = place[i &* pitch] }
      }
      first += here
    }
  }
}
