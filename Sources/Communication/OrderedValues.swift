extension Communicator {
  /// Brings values of all processes to the first one, as ``collect(chunks:_:take:)`` does with bytes; one process
  /// by itself packs nothing.
  ///
  /// - Parameters:
  ///   - count: How many values this process has.
  ///   - value: The value of this process with a number below `count`.
  ///   - take: Called in the first process with each value. After an error it is not called again.
  /// - Throws: As ``collect(chunks:_:take:)``.
  public func collect<Value: Packable>(
    values count: Int, _ value: (Int) -> Value, take: (Value) throws -> Void
  ) throws {
    if size == 1 {
      for number in 0..<count { try take(value(number)) }
      return
    }
    try collect(
      chunks: count, { value($0).packed }, take: { try take(Value(packed: $0)) })
  }

  /// Lets the first process do something that takes the values of all processes in its midst, such as to write a
  /// member of an archive. If it fails before it takes them, the others can send them all the same.
  ///
  /// - Parameters:
  ///   - count: How many values this process has.
  ///   - value: The value of this process with a number below `count`.
  ///   - body: Called in the first process; it calls its argument once, with what is to be called with each value.
  /// - Throws: In the first process what `body` throws. What ``gather(_:)`` throws.
  public func collect<Value: Packable>(
    values count: Int, _ value: @escaping (Int) -> Value,
    within body: (_ collect: ((Value) throws -> Void) throws -> Void) throws -> Void
  ) throws {
    guard isFirst else { return try collect(values: count, value, take: { _ in }) }
    var isCollected = false
    do {
      try body { take in
        isCollected = true
        try collect(values: count, value, take: take)
      }
    } catch {
      if !isCollected { try collect(values: count, value, take: { _ in }) }
      throw error
    }
  }
}
