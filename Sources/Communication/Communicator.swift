/// The processes of one computation, and how they exchange numbers.
///
/// Every process calls the same operations in the same order. Results are the same bits in every
/// process, whatever the order in which messages arrive.
public protocol Communicator: Sendable {
  /// This process's number, from 0.
  var rank: Int { get }
  /// The number of processes.
  var size: Int { get }
  /// The lists of all processes, in the order of their ranks; they may differ in length.
  ///
  /// - Throws: An error of the implementation if the processes cannot communicate.
  func allGather(_ values: [Double]) throws -> [[Double]]
  /// Returns when every process has called it.
  ///
  /// - Throws: An error of the implementation if the processes cannot communicate.
  func barrier() throws
}

extension Communicator {
  /// True in the process that writes files and talks to the user.
  public var isFirst: Bool { rank == 0 }

  /// The sum over all processes, entry by entry, added up in one fixed binary tree over the ranks.
  ///
  /// - Precondition: The lists of all processes have the same length.
  /// - Throws: What ``allGather(_:)`` throws.
  public func sum(_ values: [Double]) throws -> [Double] {
    var tree = TreeSum<[Double]>()
    for list in try allGather(values) { tree.append(list) }
    return tree.total ?? values
  }
}

/// A computation in one process.
public struct SingleProcess: Communicator {
  public init() {}
  public var rank: Int { 0 }
  public var size: Int { 1 }
  public func allGather(_ values: [Double]) -> [[Double]] { [values] }
  public func barrier() {}
}
