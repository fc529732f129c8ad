import BeamDynamics
import Documents
import LatticeFiles
import Sensitivity
import Testing

/// Terms of smoothed losses: apertures of any shape, of their own or of the line.
@Suite struct SmoothedLossReadingTests {
  private func text(_ terms: String, variables: String = "\"q.k1\"", more: String = "") -> String {
    """
    {"beam": {"species": "electron", "kinetic_energy": 5, "charge": 1e-11, "particles": 50,
       "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3, "y": 1e-3}}},
     "lattice": {"elements": {
       "q": {"kind": "Quadrupole", "length": 0.2, "k1": 3, "dx": 1e-4, "aperture": {"x": 2e-3, "y": 3e-3}},
       "h": {"kind": "Aperture", "shape": "rectangle", "x": 1e-3, "y": 2e-3, "dy": 2e-4},
       "m": {"kind": "Marker"}},
      "lines": {"l": ["m", "h", "q", "h"]}},
     "variables": [\(variables)],
     "objective": {"terms": [\(terms)]}\(more)}
    """
  }

  private func parse(_ text: String) throws -> RunFile {
    try RunFile.parse(Array(text.utf8), path: "run.json")
  }

  private func messages(_ text: String) -> [String] {
    refusals { _ = try parse(text) }
  }

  private func subject(_ term: String, more: String = "") throws -> ObjectiveTerm.Subject {
    try #require(try parse(text(term, more: more)).objective).terms[0].subject
  }

  @Test func aTermTakesAnyShape() throws {
    let term = """
      {"at": "m", "quantity": "smoothed_loss", "width": 0.2, "aperture": {"shape": "polygon",
       "vertices": [[1e-3, -1], [1, -1], [1, 1], [1e-3, 1]], "offset": [1e-4, 0], "absorb": "inside"}}
      """
    guard case .smoothedLoss(let loss) = try subject(term) else {
      Issue.record("not a smoothed loss")
      return
    }
    var expected = ApertureShape.polygon([[1e-3, -1], [1, -1], [1, 1], [1e-3, 1]])
    expected.offset = [1e-4, 0]
    expected.absorbed = .inside
    #expect(loss.shape == expected && loss.width == 0.2)
  }

  @Test func withoutAnApertureItIsThatOfTheElement() throws {
    guard
      case .smoothedLossAtAperture(let own) = try subject(
        "{\"at\": \"q\", \"quantity\": \"smoothed_loss\"}")
    else {
      Issue.record("not an aperture of the line")
      return
    }
    #expect(own.loss.shape == .ellipse(x: 2e-3, y: 3e-3) && own.loss.dx == 1e-4)
    #expect(own.observed == 2 && own.arrival == 1 && own.loss.width == 0.1)
    // Errors move it, too.
    let errors = """
      , "errors": [{"elements": "h#2", "parameter": "dy", "value": 1e-4}]
      """
    guard
      case .smoothedLossAtAperture(let plate) = try subject(
        "{\"at\": \"h#2\", \"quantity\": \"smoothed_loss\", \"width\": 0.3}", more: errors)
    else {
      Issue.record("not an aperture of the line")
      return
    }
    #expect(plate.loss.shape == .rectangle(x: 1e-3, y: 2e-3) && plate.loss.width == 0.3)
    #expect((plate.loss.dy - 3e-4).magnitude < 1e-18 && plate.observed == 2)
  }

  @Test func aperturesAreThoseOfTheLine() throws {
    let term = "{\"at\": \"apertures\", \"quantity\": \"smoothed_loss\", \"width\": 0.05}"
    guard case .smoothedLossAtApertures(let losses) = try subject(term) else {
      Issue.record("not the apertures of the line")
      return
    }
    #expect(losses.map(\.place) == [1, 2, 3] && losses.allSatisfy { $0.loss.width == 0.05 })
  }

  @Test(arguments: [
    ("\"h.dx\"", "the aperture of \"h#1\": a variable moves it"),
    ("\"q.tilt\"", "the aperture of \"q\": a variable moves it"),
  ])
  func aVariableThatMovesAnApertureIsRefused(_ variable: String, _ expected: String) {
    let term = "{\"at\": \"apertures\", \"quantity\": \"smoothed_loss\"}"
    let found = messages(text(term, variables: variable))
    #expect(found.contains { $0.hasPrefix("run.json:") && $0.contains(expected) }, "\(found)")
    #expect(messages(text(term, variables: "\"m.dx\"")).isEmpty)
  }

  @Test func theAperturesOfTheLineAreNotGivenTwice() {
    let found = messages(
      text(
        "{\"at\": \"apertures\", \"quantity\": \"smoothed_loss\", \"aperture\": {\"x\": 1, \"y\": 1}}"
      )
    )
    #expect(found.contains { $0.contains("are those of the line; name a place") }, "\(found)")
  }
}
