import AutoDiff

/// A row of groups at each place for inputs and registers, and one number at each place for constants,
/// which serves all groups.
@frozen @usableFromInline
struct BlockRegisters<S: RealScalar>: RegisterFile {
  @usableFromInline let constants: UnsafePointer<S>
  @usableFromInline let constantCount: Int
  @usableFromInline let rows: UnsafeMutablePointer<S>
  @usableFromInline let truths: UnsafeMutablePointer<S.Mask>
  /// From one row to the next.
  @usableFromInline let pitch: Int
  @usableFromInline let groups: Int

  @inlinable @inline(__always)
  init(
    _ constants: UnsafeBufferPointer<S>, _ fallback: UnsafePointer<S>,
    rows: UnsafeMutablePointer<S>, truths: UnsafeMutablePointer<S.Mask>, pitch: Int, groups: Int
  ) {
    self.constants = constants.baseAddress ?? fallback
    constantCount = constants.count
    self.rows = rows
    self.truths = truths
    self.pitch = pitch
    self.groups = groups
  }

  /// The numbers at a place, and the step from one group's to the next.
  @inlinable @inline(__always)
  func row(_ place: Int32) -> (start: UnsafePointer<S>, step: Int) {
    let i = Int(place)
    return i < constantCount
      ? (constants + i, 0) : (UnsafePointer(rows + (i - constantCount) * pitch), 1)
  }
  @inlinable @inline(__always)
  func register(_ place: Int32) -> UnsafeMutablePointer<S> {
    rows + (Int(place) - constantCount) * pitch
  }
  @inlinable @inline(__always)
  func truth(_ place: Int32) -> UnsafeMutablePointer<S.Mask> { truths + Int(place) * pitch }

  @inlinable @inline(__always)
  func set(_ result: Int32, _ a: Int32, _ f: (S) -> S) {
    let (result, a) = (register(result), row(a))
    for g in 0..<groups { result[g] = f(a.start[g &* a.step]) }
  }
  @inlinable @inline(__always)
  func set(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S, S) -> S) {
    let (result, a, b) = (register(result), row(a), row(b))
    for g in 0..<groups { result[g] = f(a.start[g &* a.step], b.start[g &* b.step]) }
  }
  @inlinable @inline(__always)
  func set(_ result: Int32, _ a: Int32, _ b: Int32, _ c: Int32, _ f: (S, S, S) -> S) {
    let (result, a, b, c) = (register(result), row(a), row(b), row(c))
    for g in 0..<groups {
      result[g] = f(a.start[g &* a.step], b.start[g &* b.step], c.start[g &* c.step])
    }
  }
  @inlinable @inline(__always)
  func setPair(_ first: Int32, _ second: Int32, _ a: Int32, _ f: (S) -> (S, S)) {
    let (first, second, a) = (register(first), register(second), row(a))
    for g in 0..<groups { (first[g], second[g]) = f(a.start[g &* a.step]) }
  }
  @inlinable @inline(__always)
  func setTruth(_ result: Int32, _ a: Int32, _ f: (S) -> S.Mask) {
    let (result, a) = (truth(result), row(a))
    for g in 0..<groups { result[g] = f(a.start[g &* a.step]) }
  }
  @inlinable @inline(__always)
  func setTruth(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S, S) -> S.Mask) {
    let (result, a, b) = (truth(result), row(a), row(b))
    for g in 0..<groups { result[g] = f(a.start[g &* a.step], b.start[g &* b.step]) }
  }
  @inlinable @inline(__always)
  func combine(_ result: Int32, _ a: Int32, _ f: (S.Mask) -> S.Mask) {
    let (result, a) = (truth(result), truth(a))
    for g in 0..<groups { result[g] = f(a[g]) }
  }
  @inlinable @inline(__always)
  func combine(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S.Mask, S.Mask) -> S.Mask) {
    let (result, a, b) = (truth(result), truth(a), truth(b))
    for g in 0..<groups { result[g] = f(a[g], b[g]) }
  }
  @inlinable @inline(__always)
  func select(_ result: Int32, _ mask: Int32, _ a: Int32, _ b: Int32) {
    let (result, mask, a, b) = (register(result), truth(mask), row(a), row(b))
    for g in 0..<groups {
      result[g] = S.select(mask[g], a.start[g &* a.step], b.start[g &* b.step])
    }
  }
}
