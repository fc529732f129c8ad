/// A pattern of names: `*` stands for any characters, `?` for one, `[abc]`, `[a-z]` and `[!abc]` for
/// one among some, or not among them. All else stands for itself.
struct NamePattern: Sendable {
  /// Whether it has no sign that stands for other characters.
  let isName: Bool
  private let text: [Character]

  init(_ text: String) {
    self.text = Array(text)
    isName = !text.contains { "*?[".contains($0) }
  }

  /// Whether the whole name fits.
  func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (i, j) = (0, 0)
    // Where the last * stood, and how much of the name it has taken.
    var star: (pattern: Int, name: Int)?
    while j < name.count {
      if i < text.count, text[i] == "*" {
        star = (i, j)
        i += 1
      } else if let next = step(i, name[j]) {
        (i, j) = (next, j + 1)
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (i, j) = (last.pattern + 1, last.name + 1)
      } else {
        return false
      }
    }
    return text[i...].allSatisfy { $0 == "*" }
  }

  /// The position behind what stands for a character at position `i`; nil if that stands for another.
  private func step(_ i: Int, _ character: Character) -> Int? {
    guard i < text.count else { return nil }
    if text[i] == "?" { return i + 1 }
    // A bracket that is not closed stands for itself.
    guard text[i] == "[", let end = text[i...].dropFirst(2).firstIndex(of: "]") else {
      return text[i] == character ? i + 1 : nil
    }
    let isExcluding = text[i + 1] == "!"
    var k = i + (isExcluding ? 2 : 1)
    var isAmong = false
    while k < end {
      if k + 2 < end, text[k + 1] == "-" {
        if text[k] <= character, character <= text[k + 2] { isAmong = true }
        k += 3
      } else {
        if text[k] == character { isAmong = true }
        k += 1
      }
    }
    return isAmong != isExcluding ? end + 1 : nil
  }
}
