import Communication

/// Which events of a sample this process has, of those of all processes.
///
/// A sample is cut into pieces of ``eventsPerPiece`` events, and a process has a range of pieces. Sums are made over
/// each piece and then over all pieces in one fixed tree, so that they have the same bits for any number of
/// threads and processes.
public struct EventShare: Sendable, Equatable {
  /// The number of events of all processes.
  public let total: Int
  /// The numbers of the events that this process has, among those of all processes.
  public let events: Range<Int>

  /// Number of blocks in a piece, the unit of parallel work.
  static let blocksPerPiece = 16
  /// Number of events in a piece; the last piece may have fewer.
  public static let eventsPerPiece = blocksPerPiece * EventBlock.capacity

  /// All events of a sample.
  public init(allOf total: Int) {
    self.total = total
    events = 0..<total
  }

  /// The part of a sample that the process of a rank has.
  ///
  /// - Parameters:
  ///   - total: The number of events of all processes.
  ///   - communicator: The processes.
  ///   - rank: That of the process; nil for this one.
  public init(of total: Int, _ communicator: any Communicator, rank: Int? = nil) {
    self.total = total
    let pieces = communicator.share(
      of: Self.pieceCount(total), rank: rank ?? communicator.rank)
    events =
      min(
        pieces.lowerBound * Self.eventsPerPiece, total)..<min(
        pieces.upperBound * Self.eventsPerPiece, total)
  }

  /// The number of events that this process has.
  public var count: Int { events.count }

  /// The numbers of the pieces that this process has, among those of all processes.
  var pieces: Range<Int> {
    // A process that has no events has no pieces, even behind a piece that is not full.
    events.isEmpty
      ? Self.pieceCount(events.lowerBound)..<Self.pieceCount(events.lowerBound)
      : events.lowerBound / Self.eventsPerPiece..<Self.pieceCount(events.upperBound)
  }

  /// The events of a piece, counted from the first event of this process.
  ///
  /// - Parameter piece: Its number among the pieces of all processes.
  func events(ofPiece piece: Int) -> Range<Int> {
    let first = piece * Self.eventsPerPiece - events.lowerBound
    return first..<min(first + Self.eventsPerPiece, count)
  }

  private static func pieceCount(_ events: Int) -> Int {
    (events + eventsPerPiece - 1) / eventsPerPiece
  }
}

extension EventShare {
  /// The sums of four numbers over the events of all processes.
  ///
  /// - Parameters:
  ///   - workers: The threads and processes.
  ///   - term: The numbers of an event, counted from the first one of this process.
  /// - Returns: The same bits in every process and for any number of processes and threads; zeros without events.
  /// - Throws: `Interruption`; what communicating throws.
  public func sums(
    _ workers: Workers, _ term: @Sendable (Int) -> SIMD4<Double>
  ) throws -> SIMD4<Double> {
    try workers.sum(pieces) { piece in
      var sum = FourSums()
      for event in events(ofPiece: piece) { sum.numbers += term(event) }
      return sum
    }?.numbers ?? .zero
  }

  /// The sum of a number over the events of all processes; as ``sums(_:_:)``.
  ///
  /// - Throws: `Interruption`; what communicating throws.
  public func sum(_ workers: Workers, _ term: @Sendable (Int) -> Double) throws -> Double {
    try workers.sum(pieces) { piece in
      var sum = 0.0
      for event in events(ofPiece: piece) { sum += term(event) }
      return sum
    } ?? 0
  }

  /// The sum of a value over the pieces of all processes.
  ///
  /// - Parameter value: That of some events, counted from the first one of this process.
  /// - Returns: The same bits in every process and for any number of processes and threads; nil without events.
  /// - Throws: `Interruption`; what communicating throws.
  package func sumOverPieces<Value: Mergeable & Packable & Sendable>(
    _ workers: Workers, _ value: @Sendable (Range<Int>) -> Value
  ) throws -> Value? {
    try workers.sum(pieces) { value(events(ofPiece: $0)) }
  }

  /// The first event, among those of all processes, for which `isFound` returns true, with a number
  /// of it; nil if there is none.
  ///
  /// - Parameters:
  ///   - communicator: The processes.
  ///   - isFound: Whether it is the event of this number, counted from the first one of this process.
  ///   - number: Its number, such as its weight.
  /// - Throws: What communicating throws.
  public func first(
    _ communicator: any Communicator, where isFound: (Int) -> Bool, _ number: (Int) -> Double
  ) throws -> (event: Int, number: Double)? {
    let own = (0..<count).first(where: isFound).map {
      [Double($0 + events.lowerBound), number($0)]
    }
    return try communicator.allGather(values: own).compactMap(\.self).first.map {
      (Int($0[0]), $0[1])
    }
  }

  /// How many events of all processes there are for which `isCounted` returns true.
  ///
  /// - Throws: What communicating throws.
  public func count(
    _ communicator: any Communicator, where isCounted: (Int) -> Bool
  ) throws -> Int {
    try communicator.allGather(values: (0..<count).count(where: isCounted)).reduce(0, +)
  }

  /// The smallest and the largest of some numbers of all processes; nil if there are none. NaN is left out.
  ///
  /// - Throws: What communicating throws.
  public static func extremes(
    _ communicator: any Communicator, of numbers: some Sequence<Double>
  ) throws -> (smallest: Double, largest: Double)? {
    var (lower, upper) = (Double.infinity, -Double.infinity)
    var isEmpty = true
    for number in numbers where !number.isNaN {
      lower = min(lower, number)
      upper = max(upper, number)
      isEmpty = false
    }
    let all = try communicator.allGather(values: isEmpty ? [] : [lower, upper]).flatMap(\.self)
    return all.min().flatMap { lower in all.max().map { (lower, $0) } }
  }
}

/// Four sums over the same events.
private struct FourSums: Mergeable, Packable, Sendable {
  var numbers = SIMD4<Double>.zero

  mutating func merge(_ later: Self) { numbers += later.numbers }
}
