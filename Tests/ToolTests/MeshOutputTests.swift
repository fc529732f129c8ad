import Foundation
import Support
import Testing

@Suite("The mesh of space charge in files")
struct MeshOutputTests {
  private func run(
    _ spaceCharge: String, mesh: String, intensity: String = "\"charge\": 1e-10",
    precision: String = "double"
  ) -> String {
    """
    {
      "beam": {"species": "H-", "kinetic_energy": 3, \(intensity), "particles": 3000,
        "distribution": {"kind": "gaussian", "sigma":
          {"x": 1e-3, "px": 1e-3, "y": 1e-3, "py": 1e-3, "t": 1e-2, "pt": 1e-3}}},
      "lattice": {"elements": {
          "d": {"kind": "Drift", "length": 0.2}, "m": {"kind": "Marker"},
          "q": {"kind": "Quadrupole", "length": 0.1, "k1": 4, "slices": 2}},
        "lines": {"all": ["d", "q", "m", "d"]}},
      "tracking": {"turns": 2, "precision": "\(precision)", "space_charge": \(spaceCharge)},
      "output": {"directory": "out", "moments": "none", "mesh": \(mesh)},
    }
    """
  }

  /// With so much room that it needs no cells beyond its box.
  private static let spatial =
    "{\"model\": \"3D\", \"cells\": [8, 10, 12], \"padding\": 1.5}"

  /// The three arrays of a kick, and what is said about them.
  private struct Mesh {
    let density, potential, field: NumPyArray
    let about: [String: Any]

    init(_ path: String) throws {
      density = try NumPyArray(path + ".rho.npy")
      potential = try NumPyArray(path + ".phi.npy")
      field = try NumPyArray(path + ".E.npy")
      let text = try Data(contentsOf: URL(fileURLWithPath: path + ".json"))
      about = try JSONSerialization.jsonObject(with: text) as? [String: Any] ?? [:]
    }

    func number(_ key: String) -> Double { about[key] as? Double ?? .nan }
    func numbers(_ key: String) -> [Double] { about[key] as? [Double] ?? [] }
    /// Σρ·V [C].
    var charge: Double { density.values.reduce(0, +) * number("cell_volume") }
    var unit: [String: String] { about["units"] as? [String: String] ?? [:] }
  }

  private func track(_ text: String, in folder: TemporaryFolder) throws -> (String) throws -> Mesh {
    try folder.write(text, to: "run.json")
    let result = try Tool.run(["track", "run.json", "-q"], in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    return { try Mesh(folder.file("out/mesh-\($0)")) }
  }

  /// What is asked for: the charge is the bunch's to the roundings of 1287 sums, with its sign.
  @Test(arguments: ["double", "float"]) func theFilesHoldTheBunch(precision: String) throws {
    let folder = try TemporaryFolder()
    let mesh = try track(
      run(Self.spatial, mesh: "[\"q\", \"d#2\"]", precision: precision), in: folder)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect(
      Set(files.filter { $0.hasPrefix("mesh") }.map { $0.prefix { $0 != "." } })
        == ["mesh-q-1", "mesh-q-2", "mesh-d#2"])
    #expect(files.filter { $0.hasPrefix("mesh") }.count == 12)
    for (name, slices, s) in [("q-1", 2, 0.725), ("q-2", 2, 0.775), ("d#2", 1, 0.9)] {
      let mesh = try mesh(name)
      // Weights of single precision have its roundings.
      let tolerance = precision == "double" ? 1e-12 : 1e-6
      #expect(abs(mesh.charge / -1e-10 - 1) < tolerance, "\(mesh.charge)")
      #expect(abs(mesh.number("charge") / mesh.charge - 1) < 1e-12)
      // In the last turn of two: 0.5 m each, kicks in the middle of slices.
      #expect(abs(mesh.number("s") - s) < 1e-12)
      #expect(mesh.about["slices"] as? Int == slices)
      #expect(mesh.density.shape == [13, 11, 9])
      #expect(mesh.potential.shape == [13, 11, 9])
      #expect(mesh.field.shape == [3, 13, 11, 9])
      #expect(mesh.about["nodes"] as? [Int] == [9, 11, 13])
      #expect(mesh.unit["rho"] == "C/m^3" && mesh.unit["phi"] == "V" && mesh.unit["E"] == "V/m")
      // The bunch is in the middle, the potential largest there.
      let origin = mesh.numbers("origin")
      let spacing = mesh.numbers("spacing")
      for (axis, cells) in [8.0, 10, 12].enumerated() {
        #expect(origin[axis] < 0 && origin[axis] + cells * spacing[axis] > 0)
      }
      #expect(mesh.potential.values.allSatisfy { $0 < 0 })
    }
  }

  /// E = −∇φ by central differences, one-sided on the faces.
  @Test func theFieldIsThatOfThePotential() throws {
    let folder = try TemporaryFolder()
    let mesh = try track(run(Self.spatial, mesh: "[\"q\"]"), in: folder)("q-1")
    let (nx, ny, nz) = (9, 11, 13)
    let spacing = mesh.numbers("spacing")
    func potential(_ x: Int, _ y: Int, _ z: Int) -> Double {
      mesh.potential.values[(z * ny + y) * nx + x]
    }
    func field(_ axis: Int, _ x: Int, _ y: Int, _ z: Int) -> Double {
      mesh.field.values[((axis * nz + z) * ny + y) * nx + x]
    }
    let largest = mesh.field.values.reduce(0) { max($0, abs($1)) }
    for (x, y, z) in [(1, 1, 1), (4, 5, 6), (7, 9, 11), (3, 2, 8)] {
      let expected = [
        (potential(x - 1, y, z) - potential(x + 1, y, z)) / (2 * spacing[0]),
        (potential(x, y - 1, z) - potential(x, y + 1, z)) / (2 * spacing[1]),
        (potential(x, y, z - 1) - potential(x, y, z + 1)) / (2 * spacing[2]),
      ]
      for axis in 0..<3 {
        // The same differences of the same doubles: a division or a product with an inverse, which
        // round at 1.1e-16 each, is all that can differ.
        #expect(abs(field(axis, x, y, z) - expected[axis]) <= 1e-14 * largest)
      }
    }
    #expect(
      abs(field(0, 0, 5, 6) - (potential(0, 5, 6) - potential(1, 5, 6)) / spacing[0])
        <= 1e-14 * largest)
    #expect(
      abs(field(2, 4, 5, 12) - (potential(4, 5, 11) - potential(4, 5, 12)) / spacing[2])
        <= 1e-14 * largest)
  }

  /// A plane of a continuous beam holds the charge of one metre; a long bunch all of its charge.
  @Test func otherModelsHaveTheirCharge() throws {
    let folder = try TemporaryFolder()
    let plane = try track(
      run(
        "{\"model\": \"2D\", \"cells\": [8, 10], \"padding\": 1.5}", mesh: "[\"d#1\"]",
        intensity: "\"current\": 0.01"), in: folder)("d#1")
    #expect(plane.density.shape == [1, 11, 9])
    #expect(plane.field.shape == [3, 1, 11, 9])
    let gamma = plane.number("gamma")
    let speed = 299_792_458 * (1 - 1 / (gamma * gamma)).squareRoot()
    // β from γ near 1 loses three digits.
    #expect(abs(plane.charge / (-0.01 / speed) - 1) < 1e-12)
    let long = try track(
      run(
        "{\"model\": \"2.5D\", \"cells\": [8, 10], \"padding\": 1.5, \"bins\": 7, \"pipe_radius\": 0.02}",
        mesh: "[\"d#1\"]"), in: folder)("d#1")
    #expect(long.density.shape == [10, 11, 9])
    #expect(long.about["axes"] as? [String] == ["x", "y", "t"])
    #expect(abs(long.charge / -1e-10 - 1) < 1e-12)
  }

  /// The run itself does not notice; and its record asks for the same again.
  @Test func lookingChangesNothing() throws {
    let folder = try TemporaryFolder()
    _ = try track(run(Self.spatial, mesh: "[]"), in: folder)
    let without = try folder.text("out/particles.csv")
    _ = try track(run(Self.spatial, mesh: "[\"q\", \"d#1\"]"), in: folder)
    #expect(try folder.text("out/particles.csv") == without)
    let record = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder.url.appendingPathComponent("out/run.json")))
    let output = ((record as? [String: Any])?["input"] as? [String: Any])?["output"]
    #expect((output as? [String: Any])?["mesh"] as? [String] == ["q", "d#1"])
  }

  /// What "mesh" and the model say, and what the message must contain.
  static let mistakes: [(String, String, [String])] = [
    ("[\"d#3\"]", spatial, ["run.json:10:62", "no place \"d#3\"", "did you mean \"d#1\"?"]),
    ("[\"d\"]", spatial, ["\"d\" occurs 2 times", "\"d#1\" to \"d#2\""]),
    ("[\"m\"]", spatial, ["no kick of space charge at \"m\"", "no length"]),
    ("[3]", spatial, ["name of a place", "number"]),
    ("\"q\"", spatial, ["\"mesh\"", "array"]),
    ("[\"q\"]", "{\"model\": \"gaussian\"}", ["\"mesh\"", "\"space_charge\""]),
  ]

  @Test(arguments: 0..<6) func mistakesAreNamed(number: Int) throws {
    let (mesh, model, words) = Self.mistakes[number]
    let folder = try TemporaryFolder()
    try folder.write(run(model, mesh: mesh), to: "run.json")
    let result = try Tool.run(["check", "run.json"], in: folder.url)
    #expect(result.status == 2)
    for word in words { #expect(result.errors.contains(word), "\(word): \(result.errors)") }
  }
}
