import Documents
import LatticeFiles
import Support
import Testing

@Suite("The run file reader survives anything")
struct RunFileFuzzTests {
  private static let seeds = [
    """
    {"beam": {"species": "electron", "kinetic_energy": 99.489, "charge": 25e-12, "particles": 100, "seed": 1,
      "distribution": {"kind": "gaussian", "twiss": {"beta_x": 2e-3, "alpha_x": 0, "emittance_x": 7.7e-9,
      "beta_y": 2e-3, "emittance_y": 1e-9, "beta_t": 1, "emittance_t": 0}, "mean": {"x": 1e-6}}},
     "lattice": {"elements": {"d1": {"kind": "Drift", "length": 0.1}, // a comment
      "q1": {"kind": "Quadrupole", "length": 0.06, "k1": -103.1, "model": "chromatic", "slices": 4, "tilt": 0.1,
             "aperture": {"x": 0.1, "y": 0.2}},
      "b": {"kind": "Bend", "length": 1, "angle": 0.1, "normal": [0, 1, 2], "order": 4}},
      "lines": {"cell": ["d1", "q1", "d1"], "ring": [{"repeat": 8, "line": "cell"}, {"reverse": "cell"}, "b"]},
      "use": "ring"},
     "tracking": {"method": "particles", "model": "linear", "slices": 2, "precision": "float", "turns": 2},
     "output": {"directory": "out", "moments": "slice", "covariance": true, "format": "npy",},}
    """,
    """
    {"beam": {"species": {"mass": 938.3, "charge": -1}, "momentum": 10, "particles": 7, "distribution":
      {"kind": "gaussian", "cut": 3, "sigma": {"x": 1, "px": 2, "correlation_x": 0.5}, "dispersion": {"x": 1}}},
     "lattice": {"elements": {"m": {"kind": "ThinMultipole", "normal": [0, 1], "skew": []}, "k": {"kind": "Kicker",
      "integrated_field_x": 1e-3}, "t": {"kind": "ThinDipole", "angle": 1, "radius": 2}, "s": {"kind": "Monitor"},
      "p": {"kind": "Aperture", "shape": "polygon", "vertices": [[-1, -1], ["2", -1], [0, 1.5]], "absorb": "outside"},
      "u": {"kind": "UniformAcceleration", "length": 0.2, "ez": 0.3, "bz": 1},
      "f": {"kind": "SoftQuadrupole", "length": 1, "scale": 2, "cosine": [1, 0.5], "steps": 3}},
      "lines": {"l": ["m", "k", "t", "p", "u", "f", "s"]}}}
    """,
    """
    {"constants": {"kq": 103.1, "f": "-kq * 0.5 ^ 2", "n": "2 + 1", "a": "atan2(pi, f) + sqrt(electron_mass)"},
     "beam": {"species": {"mass": "proton_mass", "charge": "n - 4"}, "momentum": "kq", "particles": "n", "distribution":
      {"kind": "gaussian", "cut": "n", "twiss": {"beta_x": "1/n", "emittance_x": "1e-9*kq", "beta_y": 1,
       "emittance_y": 0, "beta_t": "hypot(n, 4)", "emittance_t": 1e-9}, "mean": {"x": "f * 1e-9"}}},
     "lattice": {"elements": {"q": {"kind": "Quadrupole", "length": "0.06", "k1": "f", "slices": "n*2", "dx": "-1e-6",
      "aperture": {"x": "1/kq", "y": 0.2}}, "m": {"kind": "ThinMultipole", "normal": ["0", "a", 1]}},
      "lines": {"l": [{"repeat": "n", "line": "m"}, "q"]}}, "tracking": {"turns": "n - 1"}}
    """,
    """
    {"constants": {"k": 3, "b": 2}, "beam": {"species": "electron", "kinetic_energy": 5, "charge": 1e-11,
      "particles": 50, "distribution": {"kind": "gaussian", "twiss": {"beta_x": "b", "emittance_x": 1e-6,
      "beta_y": 2, "emittance_y": 1e-6, "beta_t": 1, "emittance_t": 1e-9}}},
     "lattice": {"elements": {"d": {"kind": "Drift", "length": 0.5},
      "q": {"kind": "Quadrupole", "length": 0.2, "k1": "k"}, "m": {"kind": "ThinMultipole", "normal": [0, 1]}},
      "lines": {"l": ["d", "q", "d", "m"]}},
     "variables": ["constants.k", "m.normal[1]", {"name": "beam.alpha_x", "min": -1, "max": 1, "scale": 0.1},
      {"name": "len", "of": ["d.length"], "value": 0.4}, {"group": "g", "names": ["q.dx", "q.tilt"]},
      "beam.particles[3].px", "beam.momentum"],
     "objective": {"terms": [{"at": "d#2", "quantity": "beta_x", "target": "2*b", "weight": 3},
      {"at": "start", "quantity": "x_px"}, {"quantity": "R12", "target": 1}, {"at": "end",
       "quantity": "smoothed_loss", "aperture": {"x": 1e-3, "y": 2e-3}, "width": 0.2, "target": 0},
      {"quantity": "smoothed_loss", "aperture": {"shape": "polygon", "vertices": [[1, -1], [2, 0], [1, 1]],
       "repeat": [4, 4], "absorb": "inside"}}]},
     "optimizer": {"method": "l-bfgs-b", "tolerance": 1e-8, "max_evaluations": 20}}
    """,
    """
    {"constants": {"w": 2}, "beam": {"species": "proton", "kinetic_energy": 5, "charge": 1e-11, "particles": 50,
      "quiet_start": true, "distribution": {"kind": "mixture", "sigma": {"x": 1e-3, "px": 1e-4, "y": 2e-3},
      "mean": {"x": 1e-3}, "components": [{"weight": "w", "kind": "flattop", "rise": 0.2, "scale": 3},
       {"weight": 1, "kind": "hollow", "inner": 0.5, "twiss": {"beta_x": "w", "emittance_x": 1, "beta_y": 2,
        "emittance_y": 1, "beta_t": 1, "emittance_t": 0.1}, "dispersion": {"y": 0.5}, "mean": {"px": 1}}]}},
     "lattice": {"elements": {"d": {"kind": "Drift", "length": 0.5}}, "lines": {"l": ["d"]}}}
    """,
    """
    {"constants": {"w": 1e-4}, "beam": {"species": "electron", "kinetic_energy": 50, "particles": 7, "distribution":
      {"kind": "gaussian", "sigma": {"x": 1e-3}}},
     "lattice": {"elements": {"d": {"kind": "Drift", "length": 0.5}, "q1": {"kind": "Quadrupole", "length": 0.2, "k1": 3},
      "b1": {"kind": "Bend", "length": 0.4, "angle": 0.1}, "m": {"kind": "Multipole", "length": 0.1, "normal": [0, 2]},
      "bpm": {"kind": "Monitor", "gain_x": 1.1, "offset_y": 1e-4, "noise_x": 1e-5, "seed": 3}},
      "lines": {"l": ["d", "q1", "d", "b1", "q1", "m", "bpm"]}},
     "girders": {"g1": {"elements": ["q1#1", "b1"], "dx": "w", "pitch": 1e-3, "pivot": "entrance"},
      "g2": {"elements": ["m"], "dz": 1e-3, "tilt": 0.1}},
     "errors": [{"name": "a", "elements": ["q[1-3]", "b?"], "parameter": "dx", "gaussian": "w", "cut": 3, "seed": 7},
      {"elements": "Quadrupole", "parameter": "k1", "relative": true, "uniform": 1e-3},
      {"elements": "m", "multipoles": {"normal": [0, 0, 1e-4], "skew": [1e-5], "radius": 0.02, "order": 1}, "gaussian": 1},
      {"elements": "g*", "parameter": "yaw", "value": "w / 2"}],
     "variables": ["g1.dx", "q1.k1", "g2.tilt"], "objective": {"terms": [{"quantity": "mean_x"}]}}
    """,
  ].map { Array($0.utf8) }

  private static let fragments = [
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "NaN", "1e-400", "//", "/*",
    "\\u0000",
    "\"cell\"", "\"repeat\"", "10000000", "9007199254740993", "\"kind\"", "0", "\u{FEFF}", "é",
    "[[[[", "}}}}",
    "\"kq\"", "\"1/0\"", "(", "^", "kq", "sin(", "\\u0031",
    "\"variables\"", "\"of\"", "\"constants.k\"", "\"beam.beta_x\"", "\"quantity\"", "\"density\"",
    "\"q1\"", "\"Bend\"", "1e18", "\"exact\"", "\"use\"",
    "\"girders\"", "\"errors\"", "\"q*\"", "\"[\"", "\"multipoles\"", "\"relative\"", "\"g1\"",
  ].map { Array($0.utf8) }

  /// One or several changes: bytes flipped, cut out, doubled, or replaced by fragments of the
  /// language.
  private static func mutated(
    _ text: [UInt8], _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = text
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard !bytes.isEmpty else { break }
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let length = min(Int.random(in: 1...12, using: &generator), bytes.count - place)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.removeSubrange(place..<place + length)
      case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      case 3:
        let fragment = fragments.randomElement(using: &generator) ?? []
        bytes.replaceSubrange(place..<place + length, with: fragment)
      case 4: bytes.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  /// 200,000 inputs; BEAMTRACK_FUZZ asks for more. No crash, no hang: each is either read or
  /// refused with reasons.
  @Test func mutatedRunFilesAreReadOrRefused() {
    let count = FuzzCount(atLeast: 200_000, of: Self.seeds, seed: 2026, changed: Self.mutated) {
      do throws(InvalidInput) {
        _ = try RunFile.parse($0, path: "fuzz.json")
        return true
      } catch {
        #expect(!error.diagnostics.isEmpty)
        return false
      }
    }
    // Both ways are taken: a few changes fall into comments, names and numbers that stay valid.
    #expect(count.read > 0)
    #expect(count.refused > count.tried / 2)
  }

  @Test func theOriginalsAreRight() throws {
    for seed in Self.seeds { _ = try RunFile.parse(seed, path: "run.json") }
  }
}
