import AutoDiff

/// Where the numbers of a program lie while it runs: one number at each place, or a row of them.
///
/// An instruction is a function that is applied to places; what it does is written once, in
/// ``Instruction``, for both.
@usableFromInline
protocol RegisterFile {
  associatedtype S: RealScalar

  func set(_ result: Int32, _ a: Int32, _ f: (S) -> S)
  func set(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S, S) -> S)
  func set(_ result: Int32, _ a: Int32, _ b: Int32, _ c: Int32, _ f: (S, S, S) -> S)
  func setPair(_ first: Int32, _ second: Int32, _ a: Int32, _ f: (S) -> (S, S))
  func setTruth(_ result: Int32, _ a: Int32, _ f: (S) -> S.Mask)
  func setTruth(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S, S) -> S.Mask)
  func combine(_ result: Int32, _ a: Int32, _ f: (S.Mask) -> S.Mask)
  func combine(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S.Mask, S.Mask) -> S.Mask)
  func select(_ result: Int32, _ mask: Int32, _ a: Int32, _ b: Int32)
}

/// One number at each place, all places in a row: constants, inputs, registers.
@frozen @usableFromInline
struct PointRegisters<S: RealScalar>: RegisterFile {
  @usableFromInline let numbers: UnsafeMutablePointer<S>
  @usableFromInline let truths: UnsafeMutablePointer<S.Mask>

  @inlinable @inline(__always)
  init(_ numbers: UnsafeMutablePointer<S>, _ truths: UnsafeMutablePointer<S.Mask>) {
    self.numbers = numbers
    self.truths = truths
  }

  @inlinable @inline(__always)
  func set(_ result: Int32, _ a: Int32, _ f: (S) -> S) {
    numbers[Int(result)] = f(numbers[Int(a)])
  }
  @inlinable @inline(__always)
  func set(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S, S) -> S) {
    numbers[Int(result)] = f(numbers[Int(a)], numbers[Int(b)])
  }
  @inlinable @inline(__always)
  func set(_ result: Int32, _ a: Int32, _ b: Int32, _ c: Int32, _ f: (S, S, S) -> S) {
    numbers[Int(result)] = f(numbers[Int(a)], numbers[Int(b)], numbers[Int(c)])
  }
  @inlinable @inline(__always)
  func setPair(_ first: Int32, _ second: Int32, _ a: Int32, _ f: (S) -> (S, S)) {
    (numbers[Int(first)], numbers[Int(second)]) = f(numbers[Int(a)])
  }
  @inlinable @inline(__always)
  func setTruth(_ result: Int32, _ a: Int32, _ f: (S) -> S.Mask) {
    truths[Int(result)] = f(numbers[Int(a)])
  }
  @inlinable @inline(__always)
  func setTruth(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S, S) -> S.Mask) {
    truths[Int(result)] = f(numbers[Int(a)], numbers[Int(b)])
  }
  @inlinable @inline(__always)
  func combine(_ result: Int32, _ a: Int32, _ f: (S.Mask) -> S.Mask) {
    truths[Int(result)] = f(truths[Int(a)])
  }
  @inlinable @inline(__always)
  func combine(_ result: Int32, _ a: Int32, _ b: Int32, _ f: (S.Mask, S.Mask) -> S.Mask) {
    truths[Int(result)] = f(truths[Int(a)], truths[Int(b)])
  }
  @inlinable @inline(__always)
  func select(_ result: Int32, _ mask: Int32, _ a: Int32, _ b: Int32) {
    numbers[Int(result)] = S.select(truths[Int(mask)], numbers[Int(a)], numbers[Int(b)])
  }
}
