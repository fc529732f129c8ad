/// A name or a piece of the user's text in quotation marks, fit for one line of an error message.
///
/// Control characters are escaped, and what is longer than 40 characters is cut.
public func quoted(_ text: String) -> String {
  "\"\(oneLine(text))\""
}

/// A user's text without control characters, and cut after 40 scalars.
package func oneLine(_ text: some StringProtocol) -> String {
  let scalars = text.unicodeScalars
  var result = String.UnicodeScalarView()
  for scalar in scalars.prefix(40) {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format:
      result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
    default: result.append(scalar)
    }
  }
  if scalars.dropFirst(40).first != nil { result.append("…") }
  return String(result)
}

/// A number as a person writes it: 4 instead of 4.0.
package func concise(_ number: Double) -> String {
  let text = number.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The names for a sentence such as "it has: length, k1, tilt"; of very many, the first 40.
package func listed(_ names: [String]) -> String {
  let limit = 40
  let shown = names.prefix(limit).map { oneLine($0) }.joined(separator: ", ")
  return names.count > limit ? "\(shown), … and \(names.count - limit) more" : shown
}
