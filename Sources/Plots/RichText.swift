/// A line of text with raised and lowered parts: `m^{2}(K_{S}π)`.
struct RichText: Equatable {
  /// The parts from left to right.
  let runs: [Run]

  /// A part whose letters have the same height.
  struct Run: Equatable {
    var text: String
    var level: Level
  }

  enum Level: Equatable {
    case line, raised, lowered
  }

  /// The size of raised and lowered letters, as a fraction of the size of the others.
  static let smallSize = 0.72
  /// How far they are moved, as a fraction of the size of the others.
  static let shift = 0.36

  /// Parses `^{…}` and `_{…}` as raised and lowered parts; a brace that is not closed is plain
  /// text.
  init(_ text: String) {
    var runs: [Run] = []
    func append(_ text: Substring, _ level: Level) {
      if !text.isEmpty { runs.append(Run(text: String(text), level: level)) }
    }
    var rest = text[...]
    var plainStart = rest.startIndex
    while let mark = rest.firstIndex(where: { $0 == "^" || $0 == "_" }) {
      let brace = text.index(after: mark)
      guard brace < text.endIndex, text[brace] == "{", let end = text[brace...].firstIndex(of: "}")
      else {
        rest = text[brace...]
        continue
      }
      append(text[plainStart..<mark], .line)
      append(text[text.index(after: brace)..<end], text[mark] == "^" ? .raised : .lowered)
      plainStart = text.index(after: end)
      rest = text[plainStart...]
    }
    append(text[plainStart...], .line)
    self.runs = runs
  }

  /// An estimate of the width at a size of letters: the font of the viewer is not known. A tenth is
  /// added, since most substitutes of Helvetica are wider.
  func width(size: Double) -> Double {
    let ems = runs.map { run in
      let thousandths = run.text.unicodeScalars.reduce(0) { $0 + Self.width($1) }
      return Double(thousandths) / 1000 * (run.level == .line ? 1 : Self.smallSize)
    }
    return 1.1 * size * ems.reduce(0, +)
  }

  /// The width of a letter of Helvetica in thousandths of its size (Adobe's font metrics).
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    let index = Int(scalar.value) - 0x20
    return asciiWidths.indices.contains(index) ? asciiWidths[index] : 600
  }

  private static let asciiWidths = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
}
