@testable import Documents

/// What came of reading a text: its value, and the messages with their places.
struct Reading {
  var node: JSONNode?
  var messages: [String]

  init(_ text: String) { self.init(Array(text.utf8)) }

  init(_ bytes: [UInt8]) {
    var diagnostics = Diagnostics(file: "f")
    node = JSON.parse(bytes, &diagnostics)
    messages = diagnostics.sorted.map(\.description)
  }

  /// The value written again in one line.
  var line: String? { node.map { JSONText($0).line } }
}
