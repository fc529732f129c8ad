import BeamDynamics
import Documents
import LatticeFiles
import Testing

/// Apertures in run files: words, rows of numbers, and parameters that belong to a word.
@Suite struct ApertureReadingTests {
  private func parse(_ members: String, variables: String = "") throws -> RunFile {
    let text = """
      {"constants": {"a": 2e-3},
       "beam": {"species": "proton", "kinetic_energy": 6.7, "particles": 5,
                "distribution": {"kind": "gaussian", "sigma": {"x": 1}}},
       "lattice": {"elements": {"h": {"kind": "Aperture", \(members)}}, "lines": {"l": ["h"]}}
       \(variables)}
      """
    return try RunFile.parse(Array(text.utf8), path: "run.json")
  }

  private func messages(_ members: String, variables: String = "") -> [String] {
    refusals { _ = try parse(members, variables: variables) }
  }

  private func shape(_ members: String) throws -> ApertureShape {
    try #require(try parse(members).beamline.elements[0].element as? Aperture).shape
  }

  @Test func outlinesAreRead() throws {
    #expect(try shape("\"x\": 1e-3, \"y\": \"a\"") == .ellipse(x: 1e-3, y: 2e-3))
    #expect(
      try shape("\"shape\": \"racetrack\", \"x\": 4, \"y\": 3, \"rx\": 2, \"ry\": 1")
        == .racetrack(x: 4, y: 3, rx: 2, ry: 1))
    #expect(
      try shape("\"shape\": \"polygon\", \"vertices\": [[0, 0], [\"a\", 0], [0, 1]]")
        == .polygon([[0, 0], [2e-3, 0], [0, 1]]))
    var mask = ApertureShape.rectangle(x: 1e-3, y: 2e-3)
    mask.offset = [0.5, 0]
    mask.period = [4e-3, 5e-3]
    mask.absorbed = .inside
    #expect(
      try shape(
        """
        "shape": "rectangle", "x": 1e-3, "y": 2e-3, "offset": [0.5, 0], "repeat": [4e-3, 5e-3],
        "absorb": "inside"
        """) == mask)
  }

  @Test(arguments: [
    ("\"shape\": \"elipse\", \"x\": 1, \"y\": 1", "did you mean \"ellipse\"?"),
    ("\"x\": 1", "shape \"ellipse\": it needs \"y\""),
    ("\"shape\": \"polygon\"", "shape \"polygon\": it needs \"vertices\""),
    (
      "\"x\": 1, \"y\": 1, \"rx\": 1",
      "it has no \"rx\", which belongs to: rectellipse, racetrack"
    ),
    ("\"x\": 1, \"y\": -1", "of at least 0"),
    ("\"x\": 1, \"y\": 1, \"offset\": [1]", "offset needs two numbers"),
    ("\"x\": 1, \"y\": 1, \"absorb\": \"all\"", "expected one of outside, inside"),
    (
      "\"shape\": \"polygon\", \"vertices\": [[0, 0], [1], [1, 1]]",
      "expected an array of arrays of 2 numbers"
    ),
    ("\"shape\": \"polygon\", \"vertices\": [[0, 0], [1, \"x\"], [1, 1]]", "\"vertices\""),
    ("\"shape\": \"polygon\", \"vertices\": [[0, 0], [1, null], [1, 1]]", "expected a number"),
    ("\"shape\": \"polygon\", \"vertices\": [[0, 0], [1, 1]]", "three vertices"),
    ("\"x\": 1, \"y\": 1, \"vertex\": 1", "has no parameter \"vertex\""),
  ])
  func mistakesAreNamed(_ members: String, _ expected: String) {
    let found = messages(members)
    #expect(found.contains { $0.contains("run.json:") && $0.contains(expected) }, "\(found)")
  }

  @Test func aHardEdgeCannotVary() {
    for (variable, words) in [
      ("h.x", "\"x\" cannot vary: no result has a derivative with respect to it"),
      ("h.shape", "\"shape\" cannot vary: it is a word"),
      ("h.offset[0]", "cannot vary"),
      ("h.z", "that can vary; it has: dx, dy, dz, pitch, yaw, tilt"),
      ("constants.a", "cannot vary: no result has a derivative"),
    ] {
      let found = messages(
        "\"x\": 1, \"y\": \"a\"", variables: ", \"variables\": [\"\(variable)\"]")
      #expect(found.contains { $0.contains(words) }, "\(variable): \(found)")
    }
  }
}
