import AutoDiff
import DataFiles
import Documents
import Foundation
import Testing

@testable import PartialWaves

@Suite("Values of another model are taken where they are meant") struct ModelValueTests {
  /// A spectator that does not vary is part of the prepared events; one rounding per event and factor.
  @Test(arguments: [false, true])
  func aFixedSpectatorTakesValuesToo(_ isSymmetric: Bool) throws {
    func text(_ spectator: String) -> String {
      SmallModel.text([
        SmallModel.channel(
          sources:
            #""data": {"phase_space": 60, "seed": 1}, "integration": {"phase_space": 400, "seed": 2}"#,
          spectator: spectator, more: isSymmetric ? #""symmetrize": true,"# : "")
      ])
    }
    let (one, two) = (#""mass": 1.02, "width": 0.004"#, #""mass": 1.03, "width": 0.02"#)
    let loaded = try SmallModel.read(text(one)).load(workers: .one)
    let other = try SmallModel.read(text(two))
    let expected = try SmallModel.value(text(two))
    let file = try loaded.file.taking(valuesOf: other.parameters, includingFixed: true)
    let value = try loaded.with(valuesOf: file).likelihood.value(at: file.parameters.start)
    #expect((value - expected).magnitude < 1e-9 * expected.magnitude)
    let kept = try loaded.file.taking(valuesOf: other.parameters, includingFixed: false)
    let before = try loaded.likelihood.value(at: loaded.file.parameters.start)
    #expect(
      try loaded.with(valuesOf: kept).likelihood.value(at: kept.parameters.start) == before)
  }

  /// An integral that was computed once, and small samples, belong to the lineshapes as they were.
  @Test func aFixedMassTakesValuesToo() throws {
    func text(_ mass: Double) -> String {
      """
      {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
        "data": {"phase_space": 60, "seed": 1}, "integration": {"phase_space": 400, "seed": 2},
        "resonances": {"k": {"spin": 1, "pair": [1, 2], "lineshape": "breit-wigner", "mass": \(mass), "width": 0.05,
          "coupling": {"re": 1, "im": 0}},
          "flat": {"spin": 0, "pair": [1, 2], "lineshape": "constant", "coupling": {"re": {"value": 1}, "im": 0}}}}}}
      """
    }
    let loaded = try SmallModel.read(text(0.9)).load(workers: .one)
    let file = try loaded.file.taking(
      valuesOf: try SmallModel.read(text(1.1)).parameters, includingFixed: true)
    let value = try loaded.with(valuesOf: file).likelihood.value(at: file.parameters.start)
    #expect((value - (try SmallModel.value(text(1.1)))).magnitude < 1e-9 * value.magnitude)
  }

  @Test func changesSinceAFitAreNamed() throws {
    let fitted = try SmallModel.read()
    #expect(fitted.changes(since: fitted.parameters).isEmpty)
    func changes(_ old: String, _ new: String) throws -> [String] {
      try SmallModel.read(SmallModel.text().replacingOccurrences(of: old, with: new))
        .changes(since: fitted.parameters)
    }
    #expect(try changes(#"{"value": 1.7}"#, #"{"value": 1.8}"#).isEmpty)
    #expect(
      try changes(#"{"value": 1.7}"#, "1.8") == ["\"f0_1710.mass\" is fixed at 1.8 and was free"])
    #expect(
      try changes(#""width": 0.004"#, #""width": 0.005"#)
        == ["\"phi.width\" is fixed at 0.005 and was fixed at 0.004"])
    #expect(
      try changes(#"{"value": 1.52}"#, #"{"same_as": "f0_1710.mass", "offset": -0.2}"#)
        == ["\"f2_1525.mass\" is bound to \"f0_1710.mass\" with -0.2 added and was free"])
    #expect(
      try changes("f2_1525", "f2_1526").filter { $0.contains("f2_1526.mass") }
        == ["\"f2_1526.mass\" is new"])
    #expect(try changes("f2_1525", "f2_1526").contains("\"f2_1525.mass\" is gone"))
  }

  struct Plain: Lineshape {
    init(of decay: TwoBodyDecay) {}
    static let name = "plain"
    static let summary = "1."
    static let parameters = ParameterTable<Self>([])
    func curve<S: EventScalar>(_ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay) -> Curve<S> {
      Curve(ConstantAmplitude.One<S>())
    }
  }

  @Test func aLineshapeOfTheUserIsKnownAfterChanges() throws {
    let text = StartTests.text(
      StartTests.cartesian + """
        , "own": {"spin": 0, "pair": [1, 2], "lineshape": "plain", "coupling": {"re": 0.1, "im": 0}}
        """)
    let catalog = LineshapeCatalog.standard + LineshapeCatalog([LineshapeKind(Plain.self)])
    let file = try ModelFile.parse(Array(text.utf8), path: "model.json", lineshapes: catalog)
    let without = try file.removing("k", fromChannels: ["c"])
    #expect(without.channels[0].resonances.contains("own"))
    var diagnostics = Diagnostics(file: "pool.json")
    let pool = JSON.parse(
      Array(
        #"{"more": {"spin": 0, "pair": [2, 3], "lineshape": "plain", "coupling": {"re": 1, "im": 0}}}"#
          .utf8),
      &diagnostics)
    guard case .object(let members)? = pool?.value else { throw CancellationError() }
    let with = try without.adding(members, toChannel: "c", from: "pool.json")
    #expect(with.channels[0].resonances.suffix(2) == ["own", "more"])
  }

  /// Whatever is resumed is of the same model, options and bytes of every file.
  @Test func aFingerprintIsOfAllThatResultsDependOn() throws {
    let sources = """
      "data": "data.csv", "integration": "mc.csv", "truth": "truth.csv", "weights": "w.csv",
      "integration_weights": "iw.csv", "truth_weights": "tw.csv",
      "background": {"data": "bd.csv", "integration": "bi.csv", "strength": 0.1}
      """
    let text = SmallModel.text([SmallModel.channel(sources: sources)])
    let folder = try ModelFolder(text)
    let names = ["data", "mc", "truth", "w", "iw", "tw", "bd", "bi"].map { $0 + ".csv" }
    for name in names { try folder.files.write("1\n", to: name) }
    let file = try folder.read()
    let fingerprint = try file.fingerprint()
    #expect(try folder.read().fingerprint() == fingerprint)
    for name in names {
      try folder.files.write("2\n", to: name)
      #expect(try file.fingerprint() != fingerprint, "\(name)")
      try folder.files.write("1\n", to: name)
    }
    func changed(_ change: (inout ModelFile) -> Void) throws -> Bool {
      var copy = file
      change(&copy)
      return try copy.fingerprint() != fingerprint
    }
    #expect(try !changed { $0.fit.starts = 7 })
    #expect(try !changed { $0.output = "elsewhere" })
    #expect(try changed { $0.fit.method = "l-bfgs" })
    #expect(try changed { $0.fit.seed = 2 })
    #expect(try changed { $0.fit.evaluations = 3 })
    #expect(try changed { $0.fit.couplings = 3 })
    #expect(try changed { $0.fit.start = .published })
    #expect(try changed { $0.storage = .single })
    #expect(
      try changed {
        $0.parameters = $0.parameters.replacing(free: $0.parameters.start.map { 1.01 * $0 })
      })
    let edited = try SmallModel.read(text.replacingOccurrences(of: "1.02", with: "1.021"))
    #expect(try changed { $0 = ModelFile(edited, at: $0.path) })
    try FileManager.default.removeItem(atPath: folder.files.file("w.csv"))
    #expect(throws: DataFileError.self) { try file.fingerprint() }
  }
}

extension ModelFile {
  fileprivate init(_ other: Self, at path: String) {
    self = other
    self.path = path
  }
}
