/// A number whose operations are recorded on a ``Tape``: reverse-mode differentiation.
///
/// A number that comes from no variable of a tape is a constant: it costs what a `Double` costs and
/// records nothing. Values are those of the same formula over `Double`, to the bit.
///
/// A number takes three words, without reference counting. Each operation checks that its operands
/// are on the same tape, and have not been erased; otherwise the program ends with a message.
///
/// Operations on the numbers of a tape write to the tape. One thread at a time may do so.
@frozen
public struct Adjoint: @unchecked Sendable {
  /// The number itself.
  public let value: Double
  /// The serial number of the operation that gave it; 0 for a constant.
  @usableFromInline let serial: UInt64
  /// The tape; `nil` for a constant.
  @usableFromInline let head: UnsafeMutablePointer<TapeHead>?

  @inlinable @inline(__always)
  init(_ value: Double, serial: UInt64, on head: UnsafeMutablePointer<TapeHead>) {
    self.value = value
    self.serial = serial
    self.head = head
  }

  /// A constant.
  @inlinable @inline(__always)
  public init(_ value: Double) {
    self.value = value
    serial = 0
    head = nil
  }

  /// Whether it depends on no variable of any tape.
  @inlinable @inline(__always)
  public var isConstant: Bool { head == nil }
}

// MARK: The chain rule

extension Adjoint: ChainRuleScalar {
  @inlinable @inline(__always)
  public func mapped(to newValue: Double, derivative: Double) -> Adjoint {
    guard let head else { return Adjoint(newValue) }
    head.check(serial)
    let own = head.place(head.pointee.next)
    let serial = head.append(
      TapeNode(parents: (head.place(serial), own), derivatives: (derivative, 0)))
    return Adjoint(newValue, serial: serial, on: head)
  }

  @inlinable @inline(__always)
  public static func combined(
    _ a: Adjoint, _ b: Adjoint, to newValue: Double, derivatives: (Double, Double)
  ) -> Adjoint {
    if a.head == b.head {
      guard let head = a.head else { return Adjoint(newValue) }
      head.check(a.serial)
      head.check(b.serial)
      let serial = head.append(
        TapeNode(parents: (head.place(a.serial), head.place(b.serial)), derivatives: derivatives))
      return Adjoint(newValue, serial: serial, on: head)
    }
    if b.head == nil { return a.mapped(to: newValue, derivative: derivatives.0) }
    if a.head == nil { return b.mapped(to: newValue, derivative: derivatives.1) }
    refuseMixedTapes()
  }

  /// This number plus a constant. Its derivatives are those of `self`, so nothing is recorded.
  @inlinable @inline(__always)
  func shifted(to newValue: Double) -> Adjoint {
    guard let head else { return Adjoint(newValue) }
    head.check(serial)
    return Adjoint(newValue, serial: serial, on: head)
  }

  /// The number times a constant. The factor 0 gives a constant; it is frequent among the tangents
  /// of a ``Dual``.
  @inlinable @inline(__always)
  func scaled(by factor: Double, to newValue: Double) -> Adjoint {
    factor == 0 ? Adjoint(newValue) : mapped(to: newValue, derivative: factor)
  }

  /// A number whose value and derivatives are known by other means: dy = Σ derivatives[i]·dx[i].
  ///
  /// It takes n − 1 places on the tape for n numbers (one place if n = 1), however many operations
  /// its computation took.
  @inlinable
  public static func known(
    _ value: Double, dependingOn numbers: Span<Adjoint>, derivatives: Span<Double>
  ) -> Adjoint {
    precondition(numbers.count == derivatives.count, "each number needs its derivative")
    if numbers.isEmpty { return Adjoint(value) }
    if numbers.count == 1 { return numbers[0].mapped(to: value, derivative: derivatives[0]) }
    var sum = combined(
      numbers[0], numbers[1], to: value, derivatives: (derivatives[0], derivatives[1]))
    for i in 2..<numbers.count {
      sum = combined(sum, numbers[i], to: value, derivatives: (1, derivatives[i]))
    }
    return sum
  }
}

// MARK: A real scalar

extension Adjoint {
  public typealias Mask = Bool
  public typealias Constant = Adjoint

  @inlinable @inline(__always) public init(_ constant: Adjoint) { self = constant }
  @inlinable @inline(__always) public static var epsilon: Double { Double.epsilon }

  @inlinable @inline(__always) public static prefix func - (x: Adjoint) -> Adjoint {
    x.mapped(to: -x.value, derivative: -1)
  }
  @inlinable @inline(__always) public static func + (a: Adjoint, b: Adjoint) -> Adjoint {
    if b.head == nil { return a + b.value }
    if a.head == nil { return a.value + b }
    return combined(a, b, to: a.value + b.value, derivatives: (1, 1))
  }
  @inlinable @inline(__always) public static func - (a: Adjoint, b: Adjoint) -> Adjoint {
    if b.head == nil { return a - b.value }
    return combined(a, b, to: a.value - b.value, derivatives: (1, -1))
  }
  @inlinable @inline(__always) public static func * (a: Adjoint, b: Adjoint) -> Adjoint {
    if b.head == nil { return a * b.value }
    if a.head == nil { return a.value * b }
    return combined(a, b, to: a.value * b.value, derivatives: (b.value, a.value))
  }
  @inlinable @inline(__always) public static func / (a: Adjoint, b: Adjoint) -> Adjoint {
    if b.head == nil { return a / b.value }
    if a.head == nil { return a.value / b }
    let quotient = a.value / b.value
    let inverse = 1 / b.value
    return combined(a, b, to: quotient, derivatives: (inverse, -quotient * inverse))
  }

  @inlinable @inline(__always) public static func + (a: Double, b: Adjoint) -> Adjoint {
    b.shifted(to: a + b.value)
  }
  @inlinable @inline(__always) public static func + (a: Adjoint, b: Double) -> Adjoint {
    a.shifted(to: a.value + b)
  }
  @inlinable @inline(__always) public static func - (a: Double, b: Adjoint) -> Adjoint {
    b.mapped(to: a - b.value, derivative: -1)
  }
  @inlinable @inline(__always) public static func - (a: Adjoint, b: Double) -> Adjoint {
    a.shifted(to: a.value - b)
  }
  @inlinable @inline(__always) public static func * (a: Double, b: Adjoint) -> Adjoint {
    b.scaled(by: a, to: a * b.value)
  }
  @inlinable @inline(__always) public static func * (a: Adjoint, b: Double) -> Adjoint {
    a.scaled(by: b, to: a.value * b)
  }
  @inlinable @inline(__always) public static func / (a: Double, b: Adjoint) -> Adjoint {
    let quotient = a / b.value
    return b.mapped(to: quotient, derivative: -quotient / b.value)
  }
  @inlinable @inline(__always) public static func / (a: Adjoint, b: Double) -> Adjoint {
    a.mapped(to: a.value / b, derivative: 1 / b)
  }

  @inlinable @inline(__always) public static func < (a: Adjoint, b: Adjoint) -> Bool {
    a.value < b.value
  }
  @inlinable @inline(__always) public static func <= (a: Adjoint, b: Adjoint) -> Bool {
    a.value <= b.value
  }
  @inlinable @inline(__always)
  public static func select(_ mask: Bool, _ a: Adjoint, _ b: Adjoint) -> Adjoint { mask ? a : b }
  /// Only for a negative number an operation is recorded.
  @inlinable @inline(__always) public static func abs(_ x: Adjoint) -> Adjoint {
    x.value < 0 ? -x : x.shifted(to: x.value.magnitude)
  }
}
