/// Something that is accumulated piece by piece: a sum, moments of a sample.
public protocol Mergeable {
  /// Adds what `later` has accumulated, whose pieces come after those of this one.
  mutating func merge(_ later: Self)
}

extension Double: Mergeable {
  public mutating func merge(_ later: Double) { self += later }
}

extension Array: Mergeable where Element: Mergeable {
  /// Merges entry by entry; both have the same count.
  @inlinable
  public mutating func merge(_ later: Self) {
    precondition(count == later.count, "lists of different lengths cannot be merged")
    for i in 0..<count { self[i].merge(later[i]) }
  }
}

/// A sum over numbered pieces in one fixed binary tree: its bits do not depend on who computed
/// which piece.
///
/// Pieces come in order. A node of level k holds the pieces j·2ᵏ ..< (j + 1)·2ᵏ, as far as they
/// exist, merged from its two halves; a node with only one half is that half. As in a binary
/// counter, a node waits for its other half, so that n pieces need the space of 2·log₂ n.
///
/// A tree may be split anywhere: the trees of consecutive ranges of pieces, appended to each other in order,
/// give the same bits as all the pieces in one. So processes and threads share a sum.
///
/// The relative error of a sum of n positive numbers grows with log₂ n, not with n (N. Higham,
/// Accuracy and Stability of Numerical Algorithms, 2nd ed. (2002), section 4.2: pairwise
/// summation).
public struct TreeSum<Value: Mergeable> {
  /// A node that waits for its other half, or whose other half comes before the first piece.
  @usableFromInline
  struct Node {
    @usableFromInline var value: Value
    @usableFromInline var level: Int
    /// j: the node's number among those of its level.
    @usableFromInline var number: Int

    @inlinable
    init(_ value: Value, level: Int, number: Int) {
      self.value = value
      self.level = level
      self.number = number
    }
  }

  /// In the order of their pieces.
  @usableFromInline var waiting: [Node] = []
  /// The number of the piece that comes next.
  public private(set) var next: Int

  /// A sum that begins with the piece of this number.
  public init(from first: Int = 0) { next = first }

  /// Adds the next piece.
  @inlinable
  public mutating func append(_ piece: Value) {
    append(Node(piece, level: 0, number: next))
    advance(1)
  }

  @usableFromInline
  mutating func advance(_ count: Int) { next += count }

  /// Adds the sum of the next pieces.
  ///
  /// - Precondition: Its first piece is the next one.
  public mutating func append(_ later: Self) {
    if let first = later.waiting.first {
      precondition(
        first.number << first.level == next, "sums are appended in the order of their pieces")
    }
    for node in later.waiting { append(node) }
    next = later.next
  }

  @inlinable
  mutating func append(_ node: Node) {
    waiting.append(node)
    while waiting.count > 1 {
      let (earlier, last) = (waiting.count - 2, waiting.count - 1)
      guard !waiting[last].number.isMultiple(of: 2), waiting[earlier].level == waiting[last].level,
        waiting[earlier].number == waiting[last].number - 1
      else { return }
      let later = waiting.removeLast()
      waiting[earlier].value.merge(later.value)
      waiting[earlier].level += 1
      waiting[earlier].number /= 2
    }
  }

  /// The sum of the pieces so far; nil if there are none.
  @inlinable public var total: Value? {
    guard var value = waiting.last?.value else { return nil }
    for earlier in waiting.dropLast().reversed() {
      let later = value
      value = earlier.value
      value.merge(later)
    }
    return value
  }
}

extension TreeSum: Sendable where Value: Sendable {}
extension TreeSum.Node: Sendable where Value: Sendable {}

extension TreeSum.Node: Packable where Value: Packable {
  @usableFromInline
  func pack(into message: inout [UInt8]) {
    level.pack(into: &message)
    number.pack(into: &message)
    value.pack(into: &message)
  }

  @usableFromInline
  init(unpacking message: inout PackedValues) {
    let level = Int(unpacking: &message)
    let number = Int(unpacking: &message)
    self.init(Value(unpacking: &message), level: level, number: number)
  }
}

extension TreeSum: Packable where Value: Packable {
  public func pack(into message: inout [UInt8]) {
    next.pack(into: &message)
    waiting.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    self.init(from: Int(unpacking: &message))
    waiting = [Node](unpacking: &message)
  }
}

extension Communicator {
  /// The sum over the pieces of all processes, each of which has summed a range of them: the lower its rank,
  /// the lower the numbers of its pieces. A process without pieces gives an empty sum.
  ///
  /// - Returns: The same bits in every process; nil if there are no pieces.
  /// - Throws: What ``allGather(_:)`` throws.
  public func total<Value: Mergeable & Packable>(_ sum: TreeSum<Value>) throws -> Value? {
    size == 1 ? sum.total : try totals([sum])[0]
  }

  /// The sums over the pieces of all processes, in one exchange; as ``total(_:)`` of each.
  ///
  /// - Throws: What ``allGather(_:)`` throws.
  public func totals<Value: Mergeable & Packable>(_ sums: [TreeSum<Value>]) throws -> [Value?] {
    // Closures: key paths are made anew at each call of generic code.
    if size == 1 { return sums.map { $0.total } }
    var wholes = sums.map { _ in TreeSum<Value>() }
    for parts in try allGather(values: sums) {
      for (i, part) in parts.enumerated() where !part.isEmpty { wholes[i].append(part) }
    }
    return wholes.map { $0.total }
  }
}

extension TreeSum {
  /// Whether there are no pieces.
  @inlinable public var isEmpty: Bool { waiting.isEmpty }
}
