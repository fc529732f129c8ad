import Foundation
import Support
import Testing

@Suite struct LineshapeListTests {
  @Test func lineshapesAreListedForPrograms() throws {
    let result = try Tool.run(["lineshapes", "--json"], program: "pwafit")
    #expect(result.status == 0, "\(result.errors)")
    let entries = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    #expect(entries.count == 14)
    for entry in entries {
      for parameter in try #require(entry["parameters"] as? [[String: Any]]) {
        #expect(["real", "integer", "list", "choice"].contains(parameter["type"] as? String))
      }
    }
    let lass = try #require(entries.first { $0["kind"] as? String == "lass" })
    #expect(lass["only_spin"] as? Int == 0)
    let one = try Tool.run(["lineshapes", "flatte", "--json"], program: "pwafit")
    #expect(one.output.contains("\"kind\": \"flatte\""))
  }
}
