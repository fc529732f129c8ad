import Communication

extension Communicator {
  /// Lets the first process do something, such as writing files, and fails in all processes if that fails.
  ///
  /// - Returns: What `body` returns; nil in the other processes.
  /// - Throws: As `together(failing:_:)` of ``DataFileError``.
  @discardableResult
  public func inFirst<Value>(_ body: () throws -> Value) throws -> Value? {
    try together(failing: DataFileError.self) { isFirst ? try body() : nil }
  }
}
