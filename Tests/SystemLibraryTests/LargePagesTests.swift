import SystemLibrary
import Testing

/// Memory in large pages is memory.
@Suite struct LargePagesTests {
  @Test(arguments: [1, 64, (1 << 21) - 1, 1 << 21, (1 << 22) + 4097])
  func memoryBeginsAtALineAndHoldsWhatIsWritten(byteCount: Int) {
    let memory = LargePages.allocate(byteCount: byteCount)
    defer { memory.deallocate() }
    #expect(UInt(bitPattern: memory) % 64 == 0)
    let bytes = UnsafeMutableRawBufferPointer(start: memory, count: byteCount)
    // Not every byte, but each page, and the last byte.
    let places = Array(stride(from: 0, to: byteCount, by: 509)) + [byteCount - 1]
    for i in places { bytes[i] = UInt8(truncatingIfNeeded: i &* 7) }
    #expect(places.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: $0 &* 7) })
  }

  /// Also for a part of an array, which begins anywhere.
  @Test func adviceChangesNothing() {
    var numbers = [Double](repeating: 1, count: 1 << 19)
    numbers.withUnsafeMutableBytes { bytes in
      LargePages.advise(UnsafeMutableRawBufferPointer(rebasing: bytes[8...]))
      LargePages.advise(UnsafeMutableRawBufferPointer(rebasing: bytes[..<64]))
      LargePages.advise(UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
    #expect(numbers == [Double](repeating: 1, count: 1 << 19))
  }
}
