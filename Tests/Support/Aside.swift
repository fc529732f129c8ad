import Foundation

/// Work that mostly waits for other programs: on two threads of its own, so that the tests that compute go on beside it.
public enum Aside {
  private static let queue: OperationQueue = {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 2
    return queue
  }()

  /// What `body` returns. Expectations belong behind it: on those threads they would not know their test.
  public static func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { continuation.resume(with: Result { try body() }) }
    }
  }
}
