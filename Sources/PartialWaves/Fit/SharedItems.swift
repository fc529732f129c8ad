import Communication
import DataFiles
import Optimization

/// Numbered fits that are shared out whole over processes: random starts, toys.
extension Communicator {
  /// The items in rounds: in each a process has one item at most.
  package func rounds(of items: [Int]) -> [[Int]] {
    stride(from: 0, to: items.count, by: size).map {
      Array(items[$0..<min($0 + size, items.count)])
    }
  }

  /// Does the items of a round, each in a process of its own.
  ///
  /// - Returns: The results in the order of the items, in all processes.
  /// - Throws: The error of the first item that failed, in all processes; what communicating throws.
  package func shareOut<Value: Packable>(
    _ round: [Int], _ body: (Int) throws -> Value
  ) throws -> [Value] {
    let own = try together(failing: DataFileError.self) {
      rank < round.count ? try body(round[rank]) : nil
    }
    return try allGather(values: own).compactMap(\.self)
  }
}

extension FitAttempt: Packable {
  public func pack(into message: inout [UInt8]) {
    index.pack(into: &message)
    start.pack(into: &message)
    point.pack(into: &message)
    value.pack(into: &message)
    reason.rawValue.pack(into: &message)
    isOutOfTime.pack(into: &message)
    message.appendMemory(of: counts)
    seconds.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    index = Int(unpacking: &message)
    start = [Double](unpacking: &message)
    point = [Double](unpacking: &message)
    value = Double?(unpacking: &message)
    // The sender has the same reasons.
    reason = StoppingReason(rawValue: String(unpacking: &message)) ?? .observer
    isOutOfTime = Bool(unpacking: &message)
    counts = message.takeMemory(of: EvaluationCounts.self)
    seconds = Double(unpacking: &message)
  }
}
