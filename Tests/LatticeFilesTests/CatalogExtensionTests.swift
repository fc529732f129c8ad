import AutoDiff
import BeamDynamics
import DataFiles
import Documents
import Foundation
import Optimization
import Sensitivity
import Support
import Testing

@testable import LatticeFiles

/// What a program adds to the catalogs, run files may name.
@Suite struct CatalogExtensionTests {
  /// The width of a beam over its height.
  private struct Roundness: BeamQuantity {
    let name = "roundness", unit = "", summary = "σ_x over σ_y"
    func value<S: RealScalar>(of beam: BeamObservation<S>) throws(UndefinedObjective) -> S {
      guard (S.zero < beam.covariance[.y, .y]).all else {
        throw UndefinedObjective(
          "roundness", because: "the beam is flat", remedy: "give it a height")
      }
      return beam.secondMoments.sigma(.x) / beam.secondMoments.sigma(.y)
    }
  }

  /// All particles on one of two places in x.
  private struct TwoBeams: Distribution {
    static let kind = "two-beams"
    static let summary = "Half the particles at x = 1, half at −1."
    static let parameters = ParameterTable<Self>([])
    static let uniformCount = 6
    func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
      var z = PhaseSpace<Double>.zero
      for c in Coordinate.allCases { z[c] = uniforms[c.rawValue] < 0.5 ? -1 : 1 }
      return z
    }
  }

  /// Uniform between −1 and 1, of the variance 1/3.
  private struct UnscaledBox: Distribution {
    static let kind = "unscaled-box"
    static let summary = "Uniform between −1 and 1 in all coordinates."
    static let parameters = ParameterTable<Self>([])
    static let uniformCount = 6
    func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
      var z = PhaseSpace<Double>.zero
      for c in Coordinate.allCases { z[c] = 2 * uniforms[c.rawValue] - 1 }
      return z
    }
  }

  /// Six numbers a line, without a head.
  private enum PlainBeam: BeamFormat {
    static let name = "plain"
    static let endings = [".plain"]
    static let summary = "Six numbers a line."
    static func read(_ path: String) throws(DataFileError) -> ParticleTable {
      guard let bytes = try? FileBytes.read(path) else {
        throw DataFileError(path: path, "cannot be read")
      }
      let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
        line.split(separator: " ").compactMap { Double($0) }
      }
      let names = PhaseSpace<Double>.names
      return try ParticleTable(path, names, firstLine: 1) { name in
        names.firstIndex(of: name).map { j in rows.map { $0[j] } }
      }
    }
  }

  /// Lengths of drifts, one a line.
  private enum Drifts: LatticeFormat {
    static let name = "drifts"
    static let endings = [".drifts"]
    static let summary = "Lengths of drifts."
    static func read(
      _ path: String, line: String?, model: ElementModel?
    ) throws(InvalidInput) -> LatticeFile {
      guard let bytes = try? FileBytes.read(path) else {
        throw InvalidInput(file: path, "cannot be read")
      }
      let lengths = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
        Double($0)
      }
      if lengths.isEmpty { throw InvalidInput(file: path, "holds no lengths") }
      let items = lengths.enumerated().map { i, length in
        BeamlineElement("d\(i + 1)", Drift(length: length, model: model ?? Drift.unnamedModel))
      }
      return LatticeFile(
        Beamline(items),
        warnings: [
          Diagnostic(
            .warning, file: path, position: nil, message: "\(line ?? "no line") is ignored")
        ])
    }
  }

  private static let known = Catalogs(
    distributions: .standard + DistributionCatalog([TwoBeams.self]),
    quantities: .standard + QuantityCatalog([Quantity(Roundness())]),
    beamFormats: .standard + BeamFormatCatalog([PlainBeam.self]),
    latticeFormats: .standard + LatticeFormatCatalog([Drifts.self]))

  private static let sizes = #""sigma": {"x": 1e-3, "px": 1e-4, "y": 2e-3, "py": 1e-4}"#

  private func text(
    beam: String = #""particles": 400, "distribution": {"kind": "two-beams", \#(sizes)}"#,
    lattice: String = """
    {"elements": {"q": {"kind": "Quadrupole", "length": 0.1, "k1": 1},
                  "d": {"kind": "Drift", "length": 1}},
     "lines": {"l": ["q", "d"], "other": ["d"]}, "use": "l"}
    """, more: String = ""
  ) -> [UInt8] {
    Array(
      #"{"beam": {"species": "electron", "kinetic_energy": 50, "charge": 1e-12, \#(beam)}, "lattice": \#(lattice)\#(more)}"#
        .utf8)
  }

  private func parse(_ text: [UInt8], in folder: TemporaryFolder) throws -> RunFile {
    try Catalogs.$current.withValue(Self.known) {
      try RunFile.parse(text, path: folder.file("run.json"))
    }
  }

  private func message(_ text: [UInt8], in folder: TemporaryFolder) -> String {
    do {
      _ = try parse(text, in: folder)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func aQuantityAndADistributionOfOnesOwnAreDifferentiated() throws {
    let folder = try TemporaryFolder()
    let run = try parse(
      text(
        more: """
          , "variables": ["q.k1", "beam.sigma_x"],
          "objective": {"terms": [{"at": "end", "quantity": "roundness", "target": 1}]}
          """), in: folder)
    let problem = try #require(try run.makeDesign(workers: .one))
    let start = problem.variables.start
    let (value, gradient) = try problem.valueAndGradient(at: start)
    #expect(value > 0)
    for row in try problem.check(gradient, at: start).rows { #expect(row.verdict == .agrees) }
    // Its points are where it says, whatever the sizes.
    let bunch: Bunch<Double> = try run.makeBunch()
    #expect((0..<400).allSatisfy { abs(abs(bunch[$0].x) - 1e-3) < 1e-15 })
    // What has no value says where.
    let flat = try parse(
      text(
        beam: #""particles": 40, "distribution": {"kind": "gaussian", "sigma": {"x": 1e-3}}"#,
        more: """
          , "variables": ["q.k1"],
          "objective": {"terms": [{"at": "end", "quantity": "roundness"}]}
          """
      ), in: folder)
    let flatProblem = try #require(try flat.makeDesign(workers: .one))
    #expect {
      try flatProblem.value(at: [1])
    } throws: {
      "\($0)".contains("roundness at \"end\"")
    }
    // Without them, both names are mistakes.
    let plain = message(
      text(more: #", "objective": {"terms": [{"at": "end", "quantity": "roundnes"}]}"#), in: folder)
    #expect(plain.contains("\"roundness\""), "\(plain)")
    #expect(throws: InvalidInput.self) {
      try RunFile.parse(text(), path: "run.json")
    }
  }

  /// A beam would have 0.58 of the sizes that are asked for.
  @Test func aDistributionWithoutUnitCovarianceIsRefused() throws {
    let catalogs = Catalogs(
      distributions: Self.known.distributions + DistributionCatalog([UnscaledBox.self]))
    func mistake(_ distribution: String) -> String {
      do {
        _ = try Catalogs.$current.withValue(catalogs) {
          try RunFile.parse(
            text(beam: #""particles": 400, "distribution": {\#(distribution)}"#), path: "run.json")
        }
        return ""
      } catch {
        return "\(error)"
      }
    }
    let found = mistake(#""kind": "unscaled-box", \#(Self.sizes)"#)
    #expect(
      found.contains("run.json:1:") && found.contains("\"unscaled-box\" needs points of mean 0")
        && found.contains("is 0.3"), "\(found)")
    #expect(mistake(#""kind": "two-beams", \#(Self.sizes)"#) == "")
    // Also as a part of a mixture.
    let part = #"{"weight": 1, "kind": "unscaled-box", \#(Self.sizes)}"#
    #expect(mistake(#""kind": "mixture", "components": [\#(part)]"#).contains("needs points"))
  }

  @Test func twoKindsOfOneNameAreTold() throws {
    let folder = try TemporaryFolder()
    let twice = Catalogs(
      distributions: Self.known.distributions + DistributionCatalog([TwoBeams.self]))
    let run = try Catalogs.$current.withValue(twice) {
      try RunFile.parse(text(), path: folder.file("run.json"))
    }
    #expect(run.warnings.map(\.message).contains { $0.contains("\"two-beams\"") })
    #expect(Catalogs().ambiguities.isEmpty)
  }

  @Test func aBeamFormatOfOnesOwnIsRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("1 2 3 4 5 6\n-1 -2 -3 -4 -5 -6\n", to: "beam.plain")
    let run = try parse(text(beam: #""file": "beam.plain""#), in: folder)
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 50)
    try Catalogs.$current.withValue(Self.known) {
      let bunch: Bunch<Double> = try run.makeBunch()
      #expect(bunch.coordinates() == [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6])
      // It is only read.
      #expect(throws: DataFileError.self) { try bunch.write(to: folder.file("out.plain")) }
      for name in ["out.csv", "out.npy"] {
        try bunch.write(to: folder.file(name))
        let again = try Bunch<Double>(contentsOf: folder.file(name), reference: reference)
        #expect(again.coordinates() == bunch.coordinates() && again.weights == bunch.weights)
      }
    }
    #expect(
      message(text(more: #", "output": {"format": "plain"}"#), in: folder).contains("csv"))
  }

  @Test func aLatticeOfAnotherFileIsRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("0.25\n0.5\n", to: "line.drifts")
    let drifts = try parse(text(lattice: #"{"file": "line.drifts", "use": "x"}"#), in: folder)
    #expect(drifts.beamline.placeNames == ["d1", "d2"])
    #expect(drifts.warnings.map(\.message) == ["x is ignored"])
    // A run file's lattice, with its constants, by its own line and by another.
    let other = """
      {"beam": 3, "constants": {"k": 2},
       "lattice": {"elements": {"q": {"kind": "Quadrupole", "length": 0.1, "k1": "-k"},
                                "d": {"kind": "Drift", "length": 1}},
                   "lines": {"l": ["q", "d"], "m": ["d", "d"]}, "use": "l"}}
      """
    try folder.write(other, to: "other.json")
    let whole = try parse(text(lattice: #"{"file": "other.json"}"#), in: folder)
    #expect((whole.beamline["q"]?.element as? Quadrupole)?.k1 == -2)
    #expect(whole.beamline.placeNames == ["q", "d"])
    let part = try parse(text(lattice: #"{"file": "other.json", "use": "m"}"#), in: folder)
    #expect(part.beamline.placeNames == ["d#1", "d#2"])
    // A lattice by itself.
    try folder.write(
      #"{"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}"#,
      to: "bare.json")
    #expect(
      try parse(text(lattice: #"{"file": "bare.json"}"#), in: folder).beamline.count == 1)
    // What is written down of the run needs no other file.
    let written = RunRecord(TrackingRun(whole)).input.pretty
    let again = try parse(Array(written.utf8), in: folder)
    #expect((again.beamline["q"]?.element as? Quadrupole)?.k1 == -2)
  }

  @Test func mistakesInALatticeFileAreToldWithTheirPlace() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "{\"lattice\": {\"elements\": {\"d\": {\"kind\": \"Drif\", \"length\": 1}},\n"
        + "\"lines\": {\"l\": [\"e\"]}}}", to: "wrong.json")
    try folder.write(#"{"lattice": {"file": "wrong.json"}}"#, to: "nested.json")
    for (lattice, parts) in [
      (#"{"file": "wrong.json"}"#, ["wrong.json:1:", "Drift", "wrong.json:2:", "neither"]),
      (#"{"file": "wrong.json", "elements": {}}"#, ["leave out \"elements\""]),
      (#"{"file": "none.json"}"#, ["none.json", "no such file"]),
      (#"{"file": "line.madx"}"#, ["line.madx", ".json", ".drifts"]),
      (#"{"file": "nested.json"}"#, ["nested.json:1:", "name that file"]),
      (#"{"file": 3}"#, ["\"file\""]),
      (#"{"elements": {}, "lines": {}, "fil": 1}"#, ["did you mean \"file\"?"]),
    ] {
      let found = message(text(lattice: lattice), in: folder)
      for part in parts {
        #expect(found.lowercased().contains(part.lowercased()), "\(lattice): \(found)")
      }
    }
    try folder.write(
      #"{"elements": {"d": {"kind": "Drift", "length": 1}}, "lines": {"l": ["d"]}}"#,
      to: "bare.json")
    #expect(
      message(text(lattice: #"{"file": "bare.json", "use": "m"}"#), in: folder)
        .contains("there is no line \"m\""))
  }
}
