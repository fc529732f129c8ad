/// Cells: intervals of a mass variable x ≥ 0. The events of a cell are either condensed, that is
/// replaced by events at the cell's nodes, or kept.
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
  ///   - places: x of the events, ascending.
  ///   - order: Number of nodes of a cell.
  ///   - worth: Number of events above which a cell is worth condensing.
  ///   - isSmooth: Whether products of lineshapes are polynomials between two values of x.
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
