import Communication

/// Cells: intervals of a mass variable x ≥ 0. The events of a cell are either condensed, that is
/// replaced by events at the cell's nodes, or kept.
///
/// The cells are the same in all processes: they depend on how many events of all processes lie in them.
struct MassCells: Sendable {
  struct Cell: Sendable {
    let lower: Double
    let upper: Double
    let eventCount: Int
    /// The number of its first node among all nodes; nil if its events are kept.
    let firstNode: Int?
  }

  /// From low to high.
  private(set) var cells: [Cell] = []
  /// Number of nodes of all cells.
  private(set) var nodeCount = 0
  /// Number of nodes of a cell.
  let order: Int
  /// Number of events with x < 0, which belong to no cell.
  private let below: Int

  /// Halves the interval from 0 to `last` until each cell is smooth, or has too few events.
  ///
  /// - Parameters:
  ///   - last: An upper bound of x.
  ///   - places: x of the events of this process, ascending.
  ///   - order: Number of nodes of a cell.
  ///   - worth: Number of events above which a cell is worth condensing.
  ///   - isSmooth: Whether products of lineshapes are polynomials between two values of x.
  ///   - communicator: The processes that share the events.
  /// - Throws: What communicating throws.
  init(
    upTo last: Double, of places: [Double], order: Int, worth: Int,
    isSmooth: (Double, Double) -> Bool, _ communicator: any Communicator
  ) throws {
    self.order = order
    let first = places.firstIndex { $0 >= 0 } ?? places.count
    below = try communicator.allGather(values: first).reduce(0, +)
    try split(places[first...], 0, last, worth, isSmooth, communicator)
  }

  private mutating func split(
    _ places: ArraySlice<Double>, _ lower: Double, _ upper: Double, _ worth: Int,
    _ isSmooth: (Double, Double) -> Bool, _ communicator: any Communicator
  ) throws {
    let count = try communicator.allGather(values: places.count).reduce(0, +)
    let isWorth = count > worth
    guard isWorth, !isSmooth(lower, upper) else {
      cells.append(
        Cell(
          lower: lower, upper: upper, eventCount: count,
          firstNode: isWorth ? nodeCount : nil))
      if isWorth { nodeCount += order }
      return
    }
    let middle = 0.5 * (lower + upper)
    let cut = places.partitioningIndex { $0 >= middle }
    try split(places[..<cut], lower, middle, worth, isSmooth, communicator)
    try split(places[cut...], middle, upper, worth, isSmooth, communicator)
  }

  /// The largest number of events that the condensed sample can have.
  func eventCount(perNode count: Int) -> Int {
    below + nodeCount * count
      + cells.reduce(0) { $0 + ($1.firstNode == nil ? $1.eventCount : 0) }
  }

  /// The cell that x ≥ 0 is in.
  func cell(at x: Double) -> Cell { cells[cells.partitioningIndex { $0.upper > x }] }
}

extension RandomAccessCollection {
  /// The first index whose element satisfies a condition, in a collection in which all elements
  /// after it satisfy the condition too; the end if none does.
  fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Index {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
      if condition(self[middle]) { high = middle } else { low = index(after: middle) }
    }
    return low
  }
}
