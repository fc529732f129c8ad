import Communication

/// The cumulative sums of weights of the events of all processes, by which events are drawn with probabilities
/// proportional to their weights.
///
/// They are made from one fixed tree of pieces: from the sums of pieces, which all processes have, and those within
/// a piece, which only its process has. So an event is drawn by the same random number for any number of processes.
struct CumulativeWeights: Sendable {
  private let share: EventShare
  /// Before each piece of all processes, then the sum of all.
  private let bounds: [Double]
  /// Within its piece, up to and with each event of this process.
  private let sums: [Double]

  /// - Parameters:
  ///   - weights: Those of the events of this process; negative ones count as zero.
  ///   - share: Which events these are.
  ///   - communicator: The processes.
  /// - Throws: What communicating throws.
  init(_ weights: [Double], of share: EventShare, _ communicator: any Communicator) throws {
    self.share = share
    var sums: [Double] = []
    sums.reserveCapacity(weights.count)
    var totals: [Double] = []
    for piece in share.pieces {
      var total = 0.0
      for event in share.events(ofPiece: piece) {
        total += max(weights[event], 0)
        sums.append(total)
      }
      totals.append(total)
    }
    self.sums = sums
    var bounds = [0.0]
    for total in try communicator.allGather(values: totals).flatMap(\.self) {
      bounds.append(bounds[bounds.count - 1] + total)
    }
    self.bounds = bounds
  }

  /// The sum of all weights.
  var total: Double { bounds[bounds.count - 1] }

  /// The first event, counted from the first one of this process, whose cumulative weight is above a number; the
  /// last event of all if there is none. Nil if it is in another process.
  func event(above value: Double) -> Int? {
    let piece = Self.firstPlace(in: bounds[1...], above: value) - 1
    guard share.pieces.contains(piece) else { return nil }
    let events = share.events(ofPiece: piece)
    return Self.firstPlace(in: sums[events], above: value - bounds[piece])
  }

  /// In an ascending list, the index of the first number above `value`; the last index if there is
  /// none.
  private static func firstPlace(in list: ArraySlice<Double>, above value: Double) -> Int {
    var (low, high) = (list.startIndex, list.endIndex - 1)
    while low < high {
      let middle = (low + high) / 2
      if list[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
