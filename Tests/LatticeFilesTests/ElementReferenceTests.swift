import BeamDynamics
import Communication
import Foundation
import LatticeFiles
import LinearAlgebra
import Sensitivity
import Testing

/// Elements as run files describe them against numbers in 40 digits.
@Suite struct ElementReferenceTests {
  /// A case of a file in Fixtures.
  struct Case {
    let beamline: Beamline
    let reference: ReferenceParticle<Double>
    let initial: [[Double]]
    let final: [[Double?]]
    let isAlive: [Bool]
    let referenceAfter: [String: Double]
    let matrix: [[Double]]?

    init(_ object: [String: Any]) throws {
      var element = try #require(object["params"] as? [String: Any])
      element.merge(object["placement"] as? [String: Any] ?? [:]) { first, _ in first }
      element["kind"] = object["element"]
      if let model = object["model"] as? String { element["model"] = model }
      element["slices"] = object["nslice"]
      let species = try #require(object["species"] as? String)
      let energy = try #require(object["kin_energy_MeV"] as? Double)
      let run: [String: Any] = [
        "beam": [
          "species": species, "kinetic_energy": energy, "particles": 5,
          "distribution": ["kind": "gaussian", "sigma": ["x": 1e-3]],
        ],
        "lattice": ["elements": ["e": element], "lines": ["l": ["e"]], "use": "l"],
      ]
      let text = try JSONSerialization.data(withJSONObject: run)
      beamline = try RunFile.parse(Array(text), path: "case.json").beamline
      var reference = ReferenceParticle<Double>(
        species: try #require(Species(named: species)), kineticEnergy: energy)
      let start = object["ref_initial"] as? [String: Any]
      reference.t = start?["t"] as? Double ?? 0
      self.reference = reference
      initial = try #require(object["initial"] as? [[Double]])
      final = try #require(object["final"] as? [[Any]]).map { $0.map { $0 as? Double } }
      isAlive = try #require(object["alive"] as? [Int]).map { $0 != 0 }
      referenceAfter = try #require(object["ref_final"] as? [String: Any])
        .compactMapValues { $0 as? Double }
      matrix = object["linear_map_rows"] as? [[Double]]
    }
  }

  private static func cases(_ name: String) throws -> [Case] {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    let table = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    return try #require((table as? [String: Any])?["cases"] as? [[String: Any]]).map(Case.init)
  }

  /// Rounding is up to 2e-15 of the largest of the eight particles' coordinates, in field maps 8e-15, and
  /// 1e-14 of the largest entry of a row of the matrix; six to ten times as much is allowed.
  @Test(arguments: [
    "misalignment", "apertures", "solenoid", "deflecting", "undulator", "beambeam",
    "patch", "structures", "edges", "fieldmaps",
  ])
  func particlesReferenceAndMatrixAgree(_ name: String) throws {
    for (number, entry) in try Self.cases(name).enumerated() {
      var bunch = Bunch<Double>(count: entry.initial.count, reference: entry.reference)
      for (i, point) in entry.initial.enumerated() { bunch[i] = PhaseSpace { point[$0] } }
      let losses = try Tracker(entry.beamline, workers: .one).track(&bunch)
      let lost = Set(losses.map(\.particle))
      #expect(
        entry.isAlive.indices.allSatisfy { entry.isAlive[$0] != lost.contains($0) },
        "survivors of case \(number)")
      // Where particles are lost on the way, the file has them at the exit as if they were not.
      for i in 0..<6 {
        let scale = entry.final.compactMap { $0[i]?.magnitude }.max() ?? 0
        for (particle, final) in entry.final.enumerated() where entry.isAlive[particle] {
          guard let expected = final[i] else { continue }
          #expect(
            (bunch[particle][i] - expected).magnitude <= (name == "fieldmaps" ? 5e-14 : 2e-14)
              * scale,
            "\(PhaseSpace<Double>.names[i]) of particle \(particle), case \(number)")
        }
      }
      let after = bunch.reference
      let momentum = after.momentum
      let numbers = [
        "s": after.s, "t": after.t, "x": after.position.x, "y": after.position.y,
        "z": after.position.z, "px": momentum.x, "py": momentum.y, "pz": momentum.z,
        "pt": -after.gamma,
      ]
      for (name, value) in numbers {
        let expected = try #require(entry.referenceAfter[name])
        #expect(
          (value - expected).magnitude <= 1e-13 * max(1, expected.magnitude),
          "reference \(name), case \(number)")
      }
      guard let rows = entry.matrix else { continue }
      let matrix = SecondOrderMap(entry.beamline, from: entry.reference).matrix
      for i in 0..<6 {
        let scale = rows[i].map(\.magnitude).max() ?? 0
        for j in 0..<6 {
          #expect(
            (matrix[i, j] - rows[i][j]).magnitude <= 1e-13 * scale,
            "R\(i + 1)\(j + 1), case \(number)")
        }
      }
    }
  }
}
