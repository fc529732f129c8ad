import Foundation
import Testing

@testable import PartialWaves

@Suite("Starts of fits are drawn, everywhere and in all parameters") struct StartTests {
  /// An isobar model with everything that a start has to deal with.
  static func text(_ couplings: String, more: String = "") -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {
      "formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
      "data": {"phase_space": 100, "seed": 1}, "integration": {"phase_space": 200, "seed": 2},
      "resonances": {
        "rho": {"spin": 1, "pair": [2, 3], "lineshape": "gounaris-sakurai", "mass": {"value": 0.775, "min": 0.774},
          "width": {"value": 0.149, "max": 0.15}, "coupling": {"re": 1, "im": 0}},
        "lass": {"spin": 0, "pair": [1, 2], "lineshape": "lass", "mass": 1.43, "width": 0.28, "a": 2, "r": 1,
          "background_phase": {"value": 0}, "resonance_phase": {"value": 1},
          "coupling": {"re": {"value": 0}, "im": {"value": 0}}},
        "slope": {"spin": 0, "pair": [1, 3], "lineshape": "exponential", "alpha": {"value": 0},
          "coupling": {"re": {"value": 0.5, "min": 0.49, "max": 0.51}, "im": 0.1}},
        \(couplings)}}}\(more)}
    """
  }

  static let cartesian = """
    "k": {"spin": 1, "pair": [1, 2], "lineshape": "breit-wigner", "mass": {"value": 0.9}, "width": 0.05,
      "coupling": {"re": {"value": 0.3}, "im": {"value": -0.4}}}
    """
  static let polar = cartesian.replacingOccurrences(
    of: #"{"re": {"value": 0.3}, "im": {"value": -0.4}}"#,
    with: #"{"magnitude": {"value": 0.5}, "phase": {"value": -0.9272952180016122}}"#)

  private func starts(_ text: String) throws -> (ModelFile, FitStarts) {
    let file = try SmallModel.read(text)
    return (file, FitStarts(file))
  }

  @Test(arguments: [cartesian, polar])
  func anyTwoDifferInEveryParameter(_ coupling: String) throws {
    let (file, starts) = try starts(Self.text(coupling))
    let points = (1...30).map(starts.random)
    for (i, name) in file.parameters.freeNames.enumerated() {
      #expect(Set(points.map { $0[i] }).count == 30, "\(name)")
    }
    for point in points { #expect(file.parameters.projected(point) == point) }
  }

  /// Products of two numbers with cosines: a few roundings.
  @Test func bothWaysOfWritingACouplingGiveTheSameStarts() throws {
    let (one, first) = try starts(Self.text(Self.cartesian))
    let (two, second) = try starts(Self.text(Self.polar))
    let (re, im) = (one.parameters.freeNames.count - 2, one.parameters.freeNames.count - 1)
    #expect(two.parameters.freeNames[im] == "k.coupling.phase")
    for number in 1...5 {
      let (a, b) = (first.random(number), second.random(number))
      #expect((a[re] - b[re] * cos(b[im])).magnitude < 1e-14)
      #expect((a[im] - b[re] * sin(b[im])).magnitude < 1e-14)
      #expect(a[..<re] == b[..<re])
    }
  }

  @Test func aFixedParameterMovesNoOther() throws {
    let (free, first) = try starts(Self.text(Self.cartesian))
    let (fixed, second) = try starts(
      Self.text(Self.cartesian).replacingOccurrences(of: #"{"value": 0.9}"#, with: "0.9"))
    let place = try #require(free.parameters.freeNames.firstIndex(of: "k.mass"))
    #expect(!fixed.parameters.freeNames.contains("k.mass"))
    var point = first.random(3)
    point.remove(at: place)
    #expect(point == second.random(3))
  }

  /// With 200 phases each quadrant has 50 ± 6; four deviations.
  @Test func phasesFillTheCircleAndModuliAFactorOfSixteen() throws {
    let (_, starts) = try starts(Self.text(Self.cartesian))
    let points = (1...200).map { starts.random($0).suffix(2) }
    let angles = points.map { atan2($0.last ?? 0, $0.first ?? 0) }
    for quadrant in 0..<4 {
      let count = angles.count { Int(($0 / (.pi / 2)).rounded(.down)) == quadrant - 2 }
      #expect((25...75).contains(count))
    }
    let moduli = points.map { hypot($0.first ?? 0, $0.last ?? 0) / 0.5 }
    #expect(moduli.allSatisfy { (0.25...4).contains($0) })
    #expect(moduli.contains { $0 < 0.5 } && moduli.contains { $0 > 2 })
  }

  @Test func publishedStartsAreThoseOfThePaper() throws {
    let (file, starts) = try starts(
      Self.text(Self.cartesian, more: #", "fit": {"start": "published"}"#))
    let point = starts.random(7)
    for (name, value) in zip(file.parameters.freeNames, point)
    where name.hasPrefix("k.coupling") || name.hasPrefix("lass.coupling") {
      #expect(value == 0.01, "\(name)")
    }
    let mass = try #require(file.parameters.freeNames.firstIndex(of: "k.mass"))
    #expect(point[mass] != 0.9 && (point[mass] / 0.9 - 1).magnitude < 0.1)
  }

  /// From another program: without resonance "c" the best of many fits lies 45.9928 above the fit with it,
  /// and the minimum next to the values of the file higher.
  @Test func theBestFitIsFoundFromRandomStarts() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "model", withExtension: "json", subdirectory: "Fixtures/random-starts"))
    let file = try ModelFile.read(url.path)
    let full = try file.load(workers: .all)
    let best = try ModelFit(full).attempt(0, from: file.parameters.start)
    let reduced = try full.with(try file.removing("c", fromChannels: ["c"]))
    var fit = ModelFit(reduced)
    fit.settings.starts = 20
    var attempts: [FitAttempt] = []
    try fit.run(&attempts, onlyRandom: true)
    let rises = attempts.compactMap(\.value).map { $0 - (best.value ?? 0) }
    #expect(((rises.min() ?? 0) - 45.99278767075157).magnitude < 1e-3)
    // They lead to more than one minimum.
    #expect(try reduced.minima(of: attempts).count > 1)
  }
}
