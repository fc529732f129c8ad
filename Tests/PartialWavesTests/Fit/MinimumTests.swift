import Foundation
import Optimization
import Testing

@testable import PartialWaves

@Suite("Minima are told apart by their densities, and phases are written in one way")
struct MinimumTests {
  private func attempt(_ number: Int, _ point: [Double], _ value: Double) -> FitAttempt {
    FitAttempt(
      index: number, start: point, point: point, value: value, reason: .gradientSmall,
      isOutOfTime: false, counts: .init(), seconds: 0)
  }

  @Test func solutionsOfEqualHeightAreTwo() throws {
    let model = try SmallModel.read(StartTests.text(StartTests.polar)).load(workers: .one)
    let start = model.file.parameters.start
    let names = model.file.parameters.freeNames
    let phase = try #require(names.firstIndex(of: "k.coupling.phase"))
    let magnitude = try #require(names.firstIndex(of: "k.coupling.magnitude"))
    var turned = start
    turned[phase] += 2 * .pi
    var flipped = start
    flipped[magnitude] *= -1
    flipped[phase] -= .pi
    var other = start
    other[phase] += 1.5
    let minima = try model.minima(of: [
      attempt(0, start, 5), attempt(1, other, 5.001), attempt(2, turned, 5),
      attempt(3, flipped, 5.002),
      attempt(4, other, 5), attempt(5, other, 5 + 1.1 * model.file.fit.height),
    ])
    #expect(minima.map { Set($0.attempts.map(\.index)) } == [[0, 2, 3], [1, 4], [5]])
    #expect(minima.map { $0.fractions != nil } == [true, true, false])
    // The lowest of equals by number: start 4 of the second minimum lies below start 1.
    #expect(minima[1].value == 5)
  }

  /// The likelihood at both points sums the same terms, rounded differently.
  @Test func theCanonicalFormChangesNoLikelihood() throws {
    let model = try SmallModel.read(StartTests.text(StartTests.polar)).load(workers: .one)
    let form = CanonicalForm(model.file)
    let names = model.file.parameters.freeNames
    var point = model.file.parameters.start
    for (i, name) in names.enumerated() {
      if name.hasSuffix("magnitude") { point[i] = -point[i] }
      if name.hasSuffix("phase") { point[i] += 14 * .pi }
    }
    let canonical = form(point)
    for (name, x) in zip(names, canonical) {
      if name.hasSuffix("magnitude") { #expect(x >= 0, "\(name)") }
      if name.hasSuffix("phase") { #expect(x > -.pi && x <= .pi, "\(name)") }
    }
    let (a, b) = (try model.likelihood.value(at: point), try model.likelihood.value(at: canonical))
    #expect((a - b).magnitude < 1e-9 * max(1, a.magnitude))
    #expect(form(canonical) == canonical)
  }

  /// What is left as it is: a magnitude of a fixed phase, a phase with a pull or with bounds elsewhere.
  @Test func whatHasOneMeaningIsLeft() throws {
    func canonical(_ coupling: String, _ point: [String: Double]) throws -> [String: Double] {
      let text = StartTests.text(
        StartTests.cartesian.replacingOccurrences(
          of: #"{"re": {"value": 0.3}, "im": {"value": -0.4}}"#, with: coupling))
      let file = try SmallModel.read(text)
      let names = file.parameters.freeNames
      let x = zip(names, file.parameters.start).map { point[$0] ?? $1 }
      return Dictionary(uniqueKeysWithValues: zip(names, CanonicalForm(file)(x)))
    }
    let (magnitude, phase) = ("k.coupling.magnitude", "k.coupling.phase")
    let fixed = try canonical(
      #"{"magnitude": {"value": 0.5}, "phase": 0.3}"#, [magnitude: -0.5])
    #expect(fixed[magnitude] == -0.5)
    let pulled = try canonical(
      #"{"magnitude": {"value": 0.5}, "phase": {"value": 6, "pull": [6.2, 1]}}"#, [phase: 6.1])
    #expect(pulled[phase] == 6.1)
    let bounded = try canonical(
      #"{"magnitude": {"value": 0.5}, "phase": {"value": 3, "min": 0, "max": 6.283185307179586}}"#,
      [magnitude: -0.2, phase: 2])
    #expect(bounded[magnitude] == 0.2)
    #expect(((bounded[phase] ?? 0) - (2 + .pi)).magnitude < 1e-14)
    let edge = try canonical(
      #"{"magnitude": {"value": 0.5}, "phase": {"value": 3}}"#, [phase: -Double.pi])
    #expect(edge[phase] == .pi)
  }

  @Test func couplingsAreShownAlike() throws {
    func couplings(_ coupling: String) throws -> [FittedCoupling] {
      let text = StartTests.text(coupling)
        .replacingOccurrences(of: #"{"value": 0.775, "min": 0.774}"#, with: "0.775")
        .replacingOccurrences(of: #"{"value": 0.149, "max": 0.15}"#, with: "0.149")
        .replacingOccurrences(
          of: #""coupling": {"re": {"value": 0}, "im": {"value": 0}}"#,
          with: #""coupling": {"re": 0.1, "im": 0.2}"#
        )
        .replacingOccurrences(of: #"{"value": 0.5, "min": 0.49, "max": 0.51}"#, with: "0.5")
        .replacingOccurrences(of: #"{"value": 0}"#, with: "0")
        .replacingOccurrences(of: #"{"value": 1}"#, with: "1")
        .replacingOccurrences(of: #"{"value": 0.9}"#, with: "0.9")
      let model = try SmallModel.read(text).load(workers: .one)
      var attempts: [FitAttempt] = []
      try ModelFit(model).run(&attempts)
      return try FitSummary(model, attempts).couplings(of: model)
    }
    let (a, b) = (try couplings(StartTests.cartesian), try couplings(StartTests.polar))
    #expect(a.map(\.name) == b.map(\.name))
    for (x, y) in zip(a, b) {
      // Both ends lie within 1e-5 of a deviation of the minimum, and errors are a few tenths.
      #expect((x.re - y.re).magnitude < 1e-4 && (x.im - y.im).magnitude < 1e-4, "\(x.name)")
      #expect((x.magnitude - y.magnitude).magnitude < 1e-4 && (x.phase - y.phase).magnitude < 1e-4)
      for (e, f) in zip(x.errors ?? [], y.errors ?? []) { #expect((e - f).magnitude < 1e-3 * e) }
      #expect((x.errors == nil) == (y.errors == nil))
    }
    #expect(a.last?.errors != nil)
  }
}
