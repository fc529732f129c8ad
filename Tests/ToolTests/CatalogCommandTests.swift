import Foundation
import Support
import Testing

/// The catalogs as programs read them.
@Suite("beamtrack elements")
struct CatalogCommandTests {
  private func entries(_ options: [String], program: String = "beamtrack") throws
    -> [[String: Any]]
  {
    let first = program == "beamtrack" ? "elements" : "lineshapes"
    let result = try Tool.run([first, "--json"] + options, program: program)
    #expect(result.status == 0, "\(result.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
  }

  /// Every parameter says its type, and what is allowed of it.
  private func check(_ entries: [[String: Any]]) throws {
    for entry in entries {
      let kind = try #require(entry["kind"] as? String)
      #expect((entry["summary"] as? String)?.isEmpty == false, "\(kind)")
      var names: Set<String> = []
      for parameter in try #require(entry["parameters"] as? [[String: Any]]) {
        let name = try #require(parameter["name"] as? String)
        names.insert(name)
        let type = try #require(parameter["type"] as? String, "\(kind).\(name)")
        #expect(["real", "integer", "list", "rows", "choice", "object", "objects"].contains(type))
        if type == "choice" { #expect((parameter["choices"] as? [Any])?.isEmpty == false) }
        if type == "integer" {
          #expect(parameter["minimum"] != nil && parameter["maximum"] != nil)
        }
        #expect(parameter["required"] is Bool && parameter["unit"] is String)
      }
      for choice in try #require(entry["alternatives"] as? [[String: Any]]) {
        let members = try #require(choice["names"] as? [String])
        #expect(members.count > 1 && members.allSatisfy(names.contains), "\(kind)")
        #expect(["exactly one", "at most one"].contains(choice["needed"] as? String))
      }
    }
  }

  @Test func parametersOfElementsAndDistributionsHaveTypes() throws {
    let elements = try entries([])
    try check(elements)
    let bend = try #require(elements.first { $0["kind"] as? String == "Bend" })
    let choices = try #require(bend["alternatives"] as? [[String: Any]])
    #expect(
      choices.contains {
        $0["names"] as? [String] == ["angle", "radius", "field"]
          && $0["needed"] as? String == "exactly one"
      })
    let order = try #require(bend["parameters"] as? [[String: Any]])
      .first { $0["name"] as? String == "order" }
    #expect(order?["choices"] as? [Int] == [2, 4, 6])
    try check(try entries(["--distributions"]))
    try check(try entries(["--effects"]))
  }

  @Test func quantitiesOptimizersAndFormatsAreListed() throws {
    let quantities = try entries(["--quantities"])
    #expect(quantities.count > 90)
    let beta = quantities.first { $0["kind"] as? String == "beta_x" }
    #expect(beta?["unit"] as? String == "m" && beta?["needs_beam"] as? Bool == true)
    let optimizers = try entries(["--optimizers"])
    #expect(optimizers.contains { $0["kind"] as? String == "newton-cg" })
    let formats = try entries(["--formats"])
    #expect(formats.compactMap { $0["kind"] as? String } == ["csv", "npy", "npz", "json"])
    #expect(try entries(["--formats", "npz"]).first?["written"] as? Bool == false)
  }

  @Test func aWrongNameIsAMistakeWithTheNearest() throws {
    let result = try Tool.run(["elements", "--optimizers", "newton-gc"])
    #expect(result.status == 2 && result.errors.contains("did you mean \"newton-cg\"?"))
    #expect(try Tool.run(["elements", "--effects"]).output.contains("none"))
  }
}
