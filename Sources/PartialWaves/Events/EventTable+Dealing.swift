import Communication
import SystemLibrary

extension EventTable {
  /// Gives events new numbers, and each to the process that has its number.
  ///
  /// - Parameters:
  ///   - numbers: The new number of each event of this process. Those of all processes are 0 ..< `total`.
  ///   - total: The number of events of all processes.
  ///   - densities: A further number of each event, which goes with it; nil if there is none.
  ///   - communicator: The processes.
  /// - Returns: The events of this process in the order of their new numbers, with the further numbers.
  /// - Throws: What communicating throws.
  func dealt(
    as numbers: [Int], of total: Int, with densities: [Double]? = nil,
    _ communicator: any Communicator
  ) throws -> (events: Self, densities: [Double]?) {
    require(numbers.count == count, "one new number for each event")
    let columns = 4 * particleCount
    let shares = (0..<communicator.size).map { EventShare(of: total, communicator, rank: $0) }
    // An event goes as its number, its density and its momenta.
    let length = 2 + columns
    var lists = [[Double]](repeating: [], count: shares.count)
    for (event, number) in numbers.enumerated() {
      let owner = shares.firstIndex { $0.events.contains(number) } ?? 0
      lists[owner] += [Double(number), densities?[event] ?? 0]
      for column in 0..<columns { lists[owner].append(components[column * count + event]) }
    }
    let share = shares[communicator.rank]
    var dealt = [Double](repeating: 0, count: columns * share.count)
    var found = [Double](repeating: 0, count: share.count)
    for list in try communicator.exchange(lists: lists) {
      for start in stride(from: 0, to: list.count, by: length) {
        let event = Int(list[start]) - share.events.lowerBound
        found[event] = list[start + 1]
        for column in 0..<columns { dealt[column * share.count + event] = list[start + 2 + column] }
      }
    }
    return (
      Self(share, particleCount: particleCount, components: dealt),
      densities == nil ? nil : found
    )
  }
}
