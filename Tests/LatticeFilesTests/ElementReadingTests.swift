import BeamDynamics
import Documents
import LatticeFiles
import Sensitivity
import Testing

private let beam = """
  {"beam": {"species": "electron", "kinetic_energy": 5, "charge": 1e-11, "particles": 5,
    "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3}}},
   "constants": {"f": 0.5},
  """

private func parse(_ elements: String, more: String = "") throws -> RunFile {
  let text = """
    \(beam) "lattice": {"elements": {\(elements)}, "lines": {"l": ["e"]}}\(more)}
    """
  return try RunFile.parse(Array(text.utf8), path: "run.json")
}

private func messages(_ elements: String) -> String {
  do {
    return try parse(elements).warnings.map(\.description).joined(separator: "\n")
  } catch let error as InvalidInput {
    return error.diagnostics.map(\.description).joined(separator: "\n")
  } catch {
    return "\(error)"
  }
}

/// What elements have besides numbers: words, models of their own, matrices.
@Suite struct ElementReadingTests {
  private let rows = """
    [[1, 0.3, 0, 0, 0, 0], ["-f", 0.85, 0, 0, 0, 0], [0, 0, 1, 0.2, 0, 0], [0, 0, 0, 1, 0, 0],
     [0, 0, 0, 0, 1, 0.1], [0, 0, 0, 0, 0, 1]]
    """

  @Test func anEdgeStandsAtTheEntryOrAtTheExit() throws {
    let edge = "\"e\": {\"kind\": \"QuadrupoleEdge\", \"k1\": 3, \"location\": "
    let run = try parse(edge + "\"exit\"}")
    let element = try #require(run.beamline.elements[0].element as? QuadrupoleEdge)
    #expect(element.location == .exit && element.k1 == 3)
    #expect(messages(edge + "\"exti\"}").contains("did you mean \"exit\"?"))
    #expect(messages("\"e\": {\"kind\": \"QuadrupoleEdge\", \"k1\": 3}").contains("location"))
  }

  /// Whatever the model of the run.
  @Test(arguments: ["linear", "chromatic", "exact"])
  func anEdgeOfADipoleIsLinearUnlessItSaysOtherwise(_ model: String) throws {
    let tracking = ", \"tracking\": {\"model\": \"\(model)\"}"
    let edge = "\"e\": {\"kind\": \"DipoleEdge\", \"angle\": 0.1, \"radius\": 2"
    #expect(try parse(edge + "}", more: tracking).beamline.elements[0].element.model == .linear)
    let named = try parse(edge + ", \"model\": \"nonlinear\"}", more: tracking)
    #expect(named.beamline.elements[0].element.model == .nonlinear)
    #expect(messages(edge + ", \"fint\": 0.5, \"K2\": 0.5}").contains("at most one"))
  }

  @Test func aMatrixIsGivenByItsRows() throws {
    let run = try parse(
      "\"e\": {\"kind\": \"LinearMap\", \"matrix\": \(rows), \"length\": 2, \"slices\": 7}",
      more: """
        , "variables": ["e.matrix[11]", "constants.f"],
        "objective": {"terms": [{"at": "end", "quantity": "beta_x", "target": 1}]}
        """)
    let map = try #require(run.beamline.elements[0].element as? LinearMap)
    #expect(map.matrix.count == 36 && map.matrix[6] == -0.5 && map.matrix[29] == 0.1)
    #expect(run.beamline.elements[0].sliceCount(default: 3) == 1)
    #expect(run.warnings.isEmpty)
    #expect(run.variables?.count == 2)
    #expect(run.beamline.parameters(ofElement: 0).count >= 36)
  }

  @Test func aMatrixThatIsNotSymplecticIsAWarning() {
    let matrix = rows.replacing("0.85", with: "0.8")
    let text = messages("\"e\": {\"kind\": \"LinearMap\", \"matrix\": \(matrix)}")
    #expect(text.contains("not symplectic") && text.contains("x and px"), "\(text)")
    let few = messages("\"e\": {\"kind\": \"LinearMap\", \"matrix\": [1, 2]}")
    #expect(few.contains("6 rows of 6"), "\(few)")
    let short = messages("\"e\": {\"kind\": \"LinearMap\", \"matrix\": [[1, 2]]}")
    #expect(short.contains("expected a row of 6 numbers, found 2"), "\(short)")
  }

  @Test func aWordCannotVary() {
    #expect(throws: InvalidInput.self) {
      try parse(
        "\"e\": {\"kind\": \"QuadrupoleEdge\", \"k1\": 3, \"location\": \"exit\"}",
        more: """
          , "variables": ["e.location"],
          "objective": {"terms": [{"at": "end", "quantity": "beta_x", "target": 1}]}
          """)
    }
  }
}
