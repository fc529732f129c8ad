import Documents
import Foundation
import PartialWaves
import Testing

@Suite("A mistake in a model file is named with its place and the remedy")
struct ModelMistakeTests {
  /// One line for each part, so that places are easy to count.
  private static let model = """
    {
      "parent": {"name": "psi(2S)", "mass": 3.686, "polarization": "transverse"},
      "channels": {"phikk": {
        "final_state": ["K+", "K-", "K+", "K-"], "symmetrize": false,
        "data": {"phase_space": 300, "seed": 1}, "integration": {"phase_space": 3000},
        "resonances": {"f0": {
          "spin": 0, "lineshape": "breit-wigner",
          "mass": {"value": 1.7}, "width": {"value": 0.15},
          "couplings": {"0 1": {"re": 1, "im": 0}}}}}}
    }
    """

  /// What replaces what, and what the message must have.
  static let mistakes: [(String, String, [String])] = [
    (
      "breit-wigner", "breit-wiger",
      [":7:31: ", "\"lineshape\"", "did you mean \"breit-wigner\"?"]
    ),
    ("\"0 1\"", "\"0 2\"", [":9:21: ", "has no wave \"0 2\"", "0 1, 2 1"]),
    (
      "\"width\"", "\"widht\"",
      [":8:31: ", "has no parameter \"widht\"", "did you mean \"width\"?"]
    ),
    ("\"parent\"", "\"parrent\"", [":2:3: ", "did you mean \"parent\"?"]),
    ("\"K-\"],", "\"k-\"],", [":4:5: ", "the particle \"k-\" is not known; did you mean \"K-\"?"]),
    ("{\"value\": 0.15}", "{\"same_as\": \"f0.mas\"}", [":8:41: ", "did you mean \"f0.mass\"?"]),
    (
      "{\"value\": 0.15}", "{\"same_as\": \"f0.width\"}",
      [":8:41: ", "bound in a circle: f0.width → f0.width", "value of its own"]
    ),
    ("1.7", "-1.7", [":8:15: ", "\"f0.mass\"", "-1.7 is not possible"]),
    ("1.7}", "1.7, \"pull\": 3}", [":8:38: ", "\"pull\"", "2 numbers"]),
    ("1.7}", "1.7, \"min\": 2, \"max\": 1}", [":8:30: ", "\"min\" is above \"max\""]),
    ("1.7}", "1.7, \"min\": 2}", [":8:15: ", "1.7 is not within"]),
    ("1.7}", "1.7, \"offset\": 2}", [":8:30: ", "needs \"same_as\""]),
    ("1.7}", "1.7, \"pull\": [1.7, -1]}", [":8:30: ", "strength of a pull", "push away"]),
    (
      "{\"value\": 0.15}", "{\"same_as\": \"f0.mass\", \"min\": 1}",
      [":8:63: ", "\"min\"", "beside the value"]
    ),
    (
      "{\"value\": 0.15}", "{\"same_as\": \"f0.mass\", \"max\": 2}",
      [":8:63: ", "\"max\"", "beside the value"]
    ),
    (
      "{\"value\": 0.15}", "{\"same_as\": \"f0.mass\", \"fixed\": true}",
      [":8:63: ", "\"fixed\"", "beside the value"]
    ),
    (
      "{\"value\": 0.15}", "{\"same_as\": \"f0.mass\", \"offset\": -2}",
      [":8:41: ", "\"f0.width\"", "not possible"]
    ),
    ("0.15}", "-0.15}", [":8:40: ", "\"f0.width\"", "-0.15 is not possible"]),
    ("\"spin\": 0", "\"spin\": 1", [":7:7: ", "spin 0, 2, 4"]),
    ("\"re\": 1, ", "", [":9:28: ", "\"re\""]),
    ("\"re\": 1", "\"magnitude\": 1", [":9:28: ", "\"phase\""]),
    ("{\"phase_space\": 3000}", "{\"toy\": 3000}", [":5:61: ", "only \"data\"", "phase_space"]),
    ("{\"phase_space\": 3000}", "3000", [":5:61: ", "the name of a file", "phase_space"]),
    (
      "\"resonances\"", "\"windows\": {\"1 5\": [1, 2]}, \"resonances\"",
      [":6:17: ", "from 1 to 4", "\"1 5\""]
    ),
    (
      "\"resonances\"", "\"windows\": {\"1 2\": [2, 1]}, \"resonances\"",
      [":6:24: ", "the lower mass comes first"]
    ),
    (
      "\"resonances\"", "\"fraction_constraint\": {\"sum\": 1, \"strength\": 1}, \"resonances\"",
      [":3:16: ", "needs \"truth\" events"]
    ),
    (
      "\"resonances\"", "\"formalism\": \"isobars\", \"resonances\"",
      [":6:18: ", "did you mean \"isobar\"?"]
    ),
    ("\"phikk\"", "\"a/b\"", [":3:16: ", "no \"/\""]),
    ("\"f0\"", "\"f0@x\"", [":6:20: ", "no \"@\""]),
    (
      "}}}}}}\n", "}}}}}},\n\"fit\": {\"method\": \"newtn\"}",
      [":10:19: ", "\"method\"", "did you mean \"newton\"?"]
    ),
    (
      "}}}}}}\n", "}}}}}},\n\"fit\": {\"method\": \"levenberg-marquardt\"}",
      [":10:19: ", "\"method\"", "one of newton-cg, newton,"]
    ),
    ("}}}}}}\n", "}}}}}},\n\"channels\": {}", [":10:1: ", "stands twice"]),
  ]

  @Test(arguments: mistakes)
  func isNamedWithItsPlace(_ original: String, _ mistake: String, _ parts: [String]) throws {
    let place = try #require(Self.model.range(of: original))
    let text = Self.model.replacingCharacters(in: place, with: mistake)
    do {
      _ = try SmallModel.read(text)
      Issue.record("\(mistake) was read")
    } catch {
      for part in parts {
        #expect("\(error)".contains(part), "\(part) in \(error)")
      }
      // One mistake, one message.
      if let input = error as? InvalidInput {
        #expect(input.diagnostics.count <= 2, "\(error)")
      }
    }
  }

  @Test func theModelWithoutMistakeIsRight() throws {
    #expect(try SmallModel.read(Self.model).warnings.isEmpty)
  }

  @Test func aCircleOfSeveralIsShownWhole() throws {
    let text = Self.model.replacing("{\"value\": 1.7}", with: "{\"same_as\": \"f0.width\"}")
      .replacing("{\"value\": 0.15}", with: "{\"same_as\": \"f0.mass\"}")
    do {
      _ = try SmallModel.read(text)
      Issue.record("a circle was read")
    } catch {
      #expect("\(error)".contains("f0.mass → f0.width → f0.mass"), "\(error)")
    }
  }

  @Test func aMissingModelFileIsNamed() {
    #expect(throws: InvalidInput.self) { try ModelFile.read("/nowhere/model.json") }
    #expect(throws: InvalidInput.self) { try ModelFile.read("/") }
  }

  @Test func aDirectionNamesFreeParametersOnly() throws {
    let folder = try ModelFolder(Self.model)
    let file = try folder.read()
    try folder.files.write("{\"f0.width\": 2}", to: "v.json")
    #expect(try file.direction(fromFile: folder.files.file("v.json")) == [0, 2])
    try folder.files.write("{\"f0.widht\": 2}", to: "v.json")
    do {
      _ = try file.direction(fromFile: folder.files.file("v.json"))
      Issue.record("an unknown name was taken")
    } catch {
      #expect("\(error)".contains("v.json:1:2"), "\(error)")
      #expect("\(error)".contains("did you mean \"f0.width\"?"), "\(error)")
    }
  }
}
