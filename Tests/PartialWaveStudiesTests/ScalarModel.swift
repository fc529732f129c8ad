import Communication
import DataFiles
import Documents
import Foundation
import PartialWaves
import Support

/// D⁰ → K⁻π⁺π⁰ through one scalar in K⁻π⁺: the smallest model that a fit can learn something about.
enum ScalarModel {
  static let toyData = #"{"toy": 300, "seed": 3}"#

  static func text(
    data: String = toyData, integration: String = #"{"phase_space": 1500, "seed": 4}"#,
    mass: String = #"{"value": 0.9}"#, width: String = #"{"value": 0.1}"#, more: String = ""
  ) -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": \(data), "integration": \(integration), \(more)
      "resonances": {"k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner", "mass": \(mass),
        "width": \(width), "coupling": {"re": 1, "im": 0}}}}}}
    """
  }

  static func load(_ text: String, in folder: TemporaryFolder? = nil) throws -> LoadedModel {
    guard let folder else {
      return try ModelFile.parse(Array(text.utf8), path: "scalar.json").load(workers: .one)
    }
    return try ModelFile.read(try folder.write(text, to: "model.json")).load(workers: .one)
  }

  /// Writes events one after the other, and a number for each.
  static func write(
    _ parts: [(events: EventTable, number: Double)], as name: String, in folder: TemporaryFolder
  ) throws {
    var rows: [String] = []
    var numbers: [String] = []
    for part in parts {
      for event in 0..<part.events.count {
        let row = (0..<3).flatMap { p in (0..<4).map { "\(part.events[p, $0, event])" } }
        rows.append(row.joined(separator: ","))
        numbers.append("\(part.number),\(part.number)")
      }
    }
    let names = (1...3).flatMap { p in ["px", "py", "pz", "E"].map { "p\(p)_\($0)" } }
    try folder.write(
      ([names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n", to: "\(name).csv")
    try folder.write(
      (["weight,density"] + numbers).joined(separator: "\n") + "\n", to: "\(name)-numbers.csv")
  }
}
