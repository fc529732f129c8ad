import Communication

/// A mistake that one process finds in a file is one for all.
extension DataFileError: Packable {
  public func pack(into message: inout [UInt8]) {
    path.pack(into: &message)
    mistakes.pack(into: &message)
    omitted.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    self.init(
      path: String(unpacking: &message), mistakes: [Mistake](unpacking: &message),
      omitted: Int(unpacking: &message))
  }
}

extension DataFileError.Mistake: Packable {
  public func pack(into text: inout [UInt8]) {
    message.pack(into: &text)
    line.pack(into: &text)
    column.pack(into: &text)
  }

  public init(unpacking text: inout PackedValues) {
    self.init(
      String(unpacking: &text), line: Int?(unpacking: &text), column: Int?(unpacking: &text))
  }
}
