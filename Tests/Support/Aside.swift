import Foundation

/// Work that mostly waits for other programs: on one thread of its own, one piece after the other, so that the tests
/// that compute go on beside it.
public enum Aside {
  private static let queue = DispatchQueue(label: "aside")

  /// What `body` returns. Expectations belong behind it: on that thread they would not know their test.
  public static func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }
}
