/// The error of processes beside one that has failed, where its error cannot be sent.
public struct FailureElsewhere: Error, Equatable, CustomStringConvertible {
  /// The rank of the process that failed.
  public let rank: Int
  /// Its error in words.
  public let description: String
}

extension Communicator {
  /// Does in every process what may fail in some of them, and fails in all if it does: no process waits for one
  /// that has ended.
  ///
  /// - Parameters:
  ///   - kind: The errors that are sent as they are.
  ///   - body: What each process does, without messages to others except in matching calls.
  /// - Returns: What `body` returns in this process.
  /// - Throws: In every process the error of the lowest rank that has one: as it is if it is of this kind or an
  ///   ``Interruption``; otherwise ``FailureElsewhere`` with its description, in the processes where it did not
  ///   happen. What ``allGather(_:)`` throws.
  public func together<Value, Failure: Error & Packable>(
    failing kind: Failure.Type, _ body: () throws -> Value
  ) throws -> Value {
    if size == 1 { return try body() }
    let result = Result { try body() }
    let outcomes = try allGather(values: Outcome<Failure>(result))
    for (rank, outcome) in outcomes.enumerated() {
      switch outcome {
      case .success: continue
      case .failure(let failure): throw failure
      case .interruption: throw Interruption()
      case .other(let description):
        if rank == self.rank { return try result.get() }
        throw FailureElsewhere(rank: rank, description: description)
      }
    }
    return try result.get()
  }
}

/// How something ended in one process.
private enum Outcome<Failure: Error & Packable>: Packable {
  case success
  case failure(Failure)
  case interruption
  case other(String)

  init<Value>(_ result: Result<Value, any Error>) {
    switch result {
    case .success: self = .success
    case .failure(let failure as Failure): self = .failure(failure)
    case .failure(is Interruption): self = .interruption
    case .failure(let error): self = .other("\(error)")
    }
  }

  func pack(into message: inout [UInt8]) {
    switch self {
    case .success: 0.pack(into: &message)
    case .failure(let failure):
      1.pack(into: &message)
      failure.pack(into: &message)
    case .interruption: 2.pack(into: &message)
    case .other(let description):
      3.pack(into: &message)
      description.pack(into: &message)
    }
  }

  init(unpacking message: inout PackedValues) {
    switch Int(unpacking: &message) {
    case 0: self = .success
    case 1: self = .failure(Failure(unpacking: &message))
    case 2: self = .interruption
    default: self = .other(String(unpacking: &message))
    }
  }
}
