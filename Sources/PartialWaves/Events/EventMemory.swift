import SystemLibrary

/// Memory for the numbers of many events, written once and read from then on.
///
/// Large samples are stored in large pages, where the system has them: a pass over the events then
/// needs few look-ups of the page table.
final class EventMemory<Number: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral>:
  @unchecked Sendable
{
  let base: UnsafeMutablePointer<Number>
  let count: Int
  private let bytes: UnsafeMutableRawPointer

  /// `count` zeros.
  init(count: Int) {
    self.count = count
    bytes = LargePages.allocate(byteCount: max(count, 1) * MemoryLayout<Number>.stride)
    base = bytes.bindMemory(to: Number.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: count)
  }

  convenience init(_ numbers: [Number]) {
    self.init(count: numbers.count)
    for (i, number) in numbers.enumerated() { base[i] = number }
  }

  deinit { bytes.deallocate() }
}

extension UnsafeMutablePointer {
  /// Memory for at least one element, aligned to the lines of the cache, so that no SIMD vector
  /// crosses the end of a line.
  static func allocateLines(for count: Int) -> Self {
    UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(count, 1) * MemoryLayout<Pointee>.stride, alignment: 64
    )
    .bindMemory(to: Pointee.self, capacity: Swift.max(count, 1))
  }
}
