/// Intervals of a mass variable x from 0 on, in which events are condensed or kept.
struct MassCells: Sendable {
  struct Cell: Sendable {
    let lower: Double
    let upper: Double
    let eventCount: Int
    /// The number of its first node; nil if its events are kept.
    let firstNode: Int?
  }

  /// From low to high.
  private(set) var cells: [Cell] = []
  /// Nodes of all cells.
  private(set) var nodeCount = 0
  /// Nodes of a cell.
  let order: Int
  /// Events that no cell has: x is negative.
  private let below: Int

  /// Halves [0, upTo] until every cell is smooth, or not worth it.
  ///
  /// - Parameters:
  ///   - places: x of the events, ascending.
  ///   - worth: How many events a cell that is condensed has more than.
  init(
    upTo last: Double, of places: [Double], order: Int, worth: Int,
    isSmooth: (Double, Double) -> Bool
  ) {
    self.order = order
    below = places.firstIndex { $0 >= 0 } ?? places.count
    split(places[below...], 0, last, worth, isSmooth)
  }

  private mutating func split(
    _ places: ArraySlice<Double>, _ lower: Double, _ upper: Double, _ worth: Int,
    _ isSmooth: (Double, Double) -> Bool
  ) {
    let isWorth = places.count > worth
    guard isWorth, !isSmooth(lower, upper) else {
      cells.append(
        Cell(
          lower: lower, upper: upper, eventCount: places.count,
          firstNode: isWorth ? nodeCount : nil))
      if isWorth { nodeCount += order }
      return
    }
    let middle = 0.5 * (lower + upper)
    let cut = places.partitioningIndex { $0 >= middle }
    split(places[..<cut], lower, middle, worth, isSmooth)
    split(places[cut...], middle, upper, worth, isSmooth)
  }

  /// How many events there will be at most.
  func eventCount(perNode count: Int) -> Int {
    below + nodeCount * count
      + cells.reduce(0) { $0 + ($1.firstNode == nil ? $1.eventCount : 0) }
  }

  /// The cell that x ≥ 0 is in.
  func cell(at x: Double) -> Cell { cells[cells.partitioningIndex { $0.upper > x }] }
}

extension RandomAccessCollection {
  /// Where a collection whose elements first do not and then do satisfy a condition is cut; its end if
  /// none does.
  fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Index {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
      if condition(self[middle]) { high = middle } else { low = index(after: middle) }
    }
    return low
  }
}
