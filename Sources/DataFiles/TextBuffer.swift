/// A text that grows in memory, in which numbers are put into digits in place.
struct TextBuffer: Sendable {
  /// The text, and zeros behind it.
  private var memory: [UInt8]
  /// The number of bytes of the text.
  private(set) var count = 0

  /// An empty text, with room for one of this size.
  init(capacity: Int = 0) { memory = Array(repeating: 0, count: capacity) }

  /// Appends the shortest decimal that reads back to the same bits.
  ///
  /// - Precondition: The value is finite.
  @inline(__always)
  mutating func append(_ value: Double) {
    makeRoom(DecimalText.room)
    let start = count
    count += memory.withUnsafeMutableBytes { DecimalText.write(value, to: $0, at: start) }
  }

  /// Appends an integer.
  @inline(__always)
  mutating func append(_ value: Int) {
    makeRoom(DecimalText.room)
    let start = count
    count += memory.withUnsafeMutableBytes { DecimalText.write(value, to: $0, at: start) }
  }

  /// Appends one byte.
  @inline(__always)
  mutating func append(byte: UInt8) {
    makeRoom(1)
    memory[count] = byte
    count += 1
  }

  /// Appends a text in UTF-8.
  mutating func append(_ text: String) {
    for byte in text.utf8 { append(byte: byte) }
  }

  /// Removes the text, and keeps its memory.
  mutating func removeAll() { count = 0 }

  /// Calls `body` with the bytes of the text.
  func withBytes<Result, Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try memory.withUnsafeBufferPointer { (memory) throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count]))
    }
  }

  @inline(__always)
  private mutating func makeRoom(_ size: Int) {
    if memory.count - count < size { grow() }
  }

  /// Twice the memory, and at least that of a number.
  @inline(never)
  private mutating func grow() {
    memory += [UInt8](repeating: 0, count: max(memory.count, 4 * DecimalText.room))
  }
}
