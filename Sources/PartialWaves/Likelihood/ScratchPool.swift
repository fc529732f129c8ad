import Synchronization

/// Scratch memory that threads borrow and give back.
final class ScratchPool<Scratch: AnyObject>: Sendable {
  /// Memory that is passed between threads; only the thread that borrows it uses it.
  private struct Handed: @unchecked Sendable { let scratch: Scratch }

  private let idle = Mutex<[Handed]>([])
  private let make: @Sendable () -> Scratch

  init(_ make: @escaping @Sendable () -> Scratch) { self.make = make }

  func withScratch<Result>(_ body: (Scratch) throws -> Result) rethrows -> Result {
    let scratch = idle.withLock { $0.popLast() } ?? Handed(scratch: make())
    defer { idle.withLock { $0.append(scratch) } }
    return try body(scratch.scratch)
  }
}
