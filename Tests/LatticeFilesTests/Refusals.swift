import Documents

/// What is said to input that is refused; nothing if it is read.
func refusals(_ read: () throws -> Void) -> [String] {
  do {
    try read()
    return []
  } catch let error as InvalidInput {
    return error.diagnostics.map(\.description)
  } catch {
    return ["\(error)"]
  }
}
