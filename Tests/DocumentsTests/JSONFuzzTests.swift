import Support
import Testing

@testable import Documents

@Suite struct JSONFuzzTests {
  private let document = """
    { // a run
      "beam": {"species": "electron", "charge": 25e-12, "particles": 1000, "seed": 1,
               "mean": [0, 0, 1.5e-3, -0.25], "name": "é \\u00e9\\ud83d\\ude00\\n"},
      "lattice": {"elements": {"q1": {"kind": "Quadrupole", "length": 0.06, "k1": "-kq"}}}, /* c */
      "on": true, "off": null,
    }
    """

  /// Reads the document as a program would, every value by every function.
  private func read(_ node: JSONNode, _ diagnostics: inout Diagnostics) {
    guard var reader = ObjectReader(node, describedAs: "the run", &diagnostics) else { return }
    for key in ["on", "seed"] { _ = reader.boolean(key, &diagnostics) }
    guard var beam = reader.object("beam", describedAs: "the beam", required: true, &diagnostics)
    else { return }
    _ = beam.choice("species", among: ["electron", "proton"], required: true, &diagnostics)
    _ = beam.number("charge", in: 0...1, &diagnostics)
    _ = beam.integer("particles", in: 1...1_000_000, &diagnostics)
    _ = beam.numbers("mean", count: 4, &diagnostics)
    _ = beam.string("name", &diagnostics)
    _ = beam.strings("names", &diagnostics)
    _ = beam.exactlyOne(of: ["seed", "seeds"], &diagnostics)
    beam.finish(known: ["file"], &diagnostics)
    reader.finish(&diagnostics)
  }

  @Test func noMutationCrashesTheReader() {
    var generator = SeededGenerator(seed: 2)
    let original = Array(document.utf8)
    let alphabet = Array("{}[]\",:/*\\u09eE+-.\n\r\t tfnNI\u{0}é".utf8)
    var read = 0
    for _ in 0..<30_000 {
      let bytes = generator.mutated(original, alphabet: alphabet)
      var diagnostics = Diagnostics(file: "fuzz.json")
      if let node = JSON.parse(bytes, &diagnostics) {
        self.read(node, &diagnostics)
        read += 1
        if !diagnostics.hasErrors {
          // What was accepted can be written and read again.
          #expect(Reading(JSONText(node).pretty).messages.isEmpty)
        }
      } else {
        #expect(diagnostics.hasErrors, "neither a value nor a reason")
      }
      for entry in diagnostics.sorted {
        let isOneLine = !entry.message.unicodeScalars.contains { $0.value < 0x20 }
        #expect(isOneLine && entry.message.count < 500)
      }
    }
    // Neither all nor none: the mutations reach behind the parser.
    #expect(read > 1_000 && read < 29_000)
  }

  @Test func noSequenceOfTokensCrashesTheParser() {
    var generator = SeededGenerator(seed: 3)
    let tokens = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-1.5e3", "true", "null", "NaN", "x",
      "//",
      "/*", "*/", "\n", " ", "\"", "\\", "=", "'", "é",
    ]
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...24, using: &generator)
      let text = (0..<count).map { _ in tokens.randomElement(using: &generator) ?? "" }.joined()
      let reading = Reading(text)
      #expect(reading.node != nil || !reading.messages.isEmpty, "\(text)")
    }
  }
}
