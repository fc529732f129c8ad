import AutoDiff
import BeamDynamics
import Foundation
import Testing

@testable import Sensitivity

/// Gradients judged by differences: of plain functions, whose derivatives are known.
@Suite struct DifferenceEstimateTests {
  private typealias Verdict = DerivativeCheck.Verdict

  /// What a derivative `gradient` of `f` at `x` comes to, for a variable of size one.
  private func verdict(
    of gradient: Double, at x: Double = 0, _ f: (Double) -> Double?
  ) -> Verdict {
    let estimate = DifferenceEstimate(at: x, step: 0.02, expecting: gradient, f)
    return DerivativeCheck.Row(
      variable: "x", gradient: gradient, difference: estimate.value,
      uncertainty: estimate.uncertainty, leastSlope: 1e-6 * (f(x) ?? 0).magnitude
    ).verdict
  }

  /// Where the function has one side only, or nearly.
  @Test(arguments: [0, 1e-6, 1e-3, 0.015])
  func atABorderTheRightGradientAgreesAndAWrongOneDoesNot(_ x: Double) {
    func f(_ x: Double) -> Double? { x >= 0 ? exp(x) : nil }
    #expect(verdict(of: exp(x), at: x, f) == .agrees)
    #expect(verdict(of: exp(x), at: -x) { f(-$0).map { -$0 } } == .agrees)
    for wrong in [0, 1e-3, -exp(x), exp(x) * 1.0001] {
      #expect(verdict(of: wrong, at: x, f) == .disagrees)
    }
  }

  /// As focusing in time at kt = 0, which enters squared.
  @Test func aDerivativeOfZeroAtABorderAgrees() {
    for offset in [0, 1, 1e6] {
      #expect(verdict(of: 0) { $0 >= 0 ? offset + $0 * $0 : nil } == .agrees)
      #expect(verdict(of: 0) { $0 >= 0 ? offset : nil } == .agrees)
      #expect(verdict(of: 0.1) { $0 >= 0 ? offset + $0 * $0 : nil } == .disagrees)
    }
  }

  @Test func whereNoDifferenceCanBeMadeNoneIsMade() {
    #expect(verdict(of: 1) { $0 == 0 ? 1 : nil } == .noDifference)
    // No derivative, but no number for it either.
    #expect(verdict(of: 1) { $0 >= 0 ? $0.squareRoot() : nil } == .noDifference)
    #expect(verdict(of: .nan) { $0 } == .disagrees)
  }

  /// A particle at an aperture, a particle at a border of cells: to one side the function is smooth.
  @Test(arguments: [0, 1e-5, -1e-7, 3e-3])
  func oneJumpOrKinkIsNoFault(_ place: Double) {
    func jump(_ x: Double) -> Double { x + (x > place ? 1e-3 : 0) }
    func kink(_ x: Double) -> Double { x + 0.2 * max(0, x - place) }
    #expect(verdict(of: 1, jump) != .disagrees)
    #expect(verdict(of: 1.5, jump) == .disagrees)
    let slope = place < 0 ? 1.2 : 1
    #expect(verdict(of: slope, kink) != .disagrees)
    #expect(verdict(of: 3, kink) == .disagrees)
  }

  /// Many particles, each with a step of its own (an aperture) or a change of slope (linear
  /// particles on a mesh), at places by chance: the derivative is that between steps.
  @Test(arguments: [100, 1000, 10_000])
  func manyJumpsOrKinksAreNoFaultAndHideNone(_ count: Int) {
    for seed in 1...5 as ClosedRange<UInt64> {
      var state = seed
      func next() -> Double {
        // Knuth's multiplier; its upper bits are even enough to scatter places.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-52 - 1
      }
      let steps = (0..<count).map { _ in (place: next(), size: next()) }
      let unit = 1 / Double(count).squareRoot()
      func jumps(_ x: Double) -> Double {
        steps.reduce(x + x * x) { $0 + (x > $1.place ? unit * $1.size : 0) }
      }
      func kinks(_ x: Double) -> Double {
        steps.reduce(x + x * x) { $0 + unit * $1.size * max(0, x - $1.place) }
      }
      let slope = steps.reduce(1.0) { $0 + ($1.place < 0 ? unit * $1.size : 0) }
      #expect(verdict(of: 1, jumps) != .disagrees)
      #expect(verdict(of: slope, kinks) != .disagrees)
      #expect(verdict(of: slope + 3, kinks) == .disagrees)
    }
  }

  /// Every number of an element that may not be negative, at zero; and a gradient that is wrong.
  @Test(arguments: ["c.kt", "c.kx", "c.length", "beam.sigma_t", "beam.charge"])
  func theEdgeOfARangeIsNoDisagreement(_ name: String) throws {
    var shape = BeamShapeDescription(.sigma)
    for plane in Plane.allCases {
      shape["sigma_\(plane)"] = 1e-3
      shape["sigma_p\(plane)"] = 2e-3
    }
    var channel = ConstantFocusing(length: 0.3, kx: 0.5, ky: 0.5, kt: 0.2)
    if name == "c.kt" { channel.kt = 0 }
    if name == "c.kx" { channel.kx = 0 }
    if name == "c.length" { channel.length = 0 }
    if name == "beam.sigma_t" { shape["sigma_t"] = 0 }
    let beam = try InitialBeam(
      GaussianDistribution(), describedBy: shape, particles: 100,
      charge: name == "beam.charge" ? 0 : 1e-10)
    let run = DesignRun(
      Beamline([BeamlineElement("c", channel)]), species: .electron, kineticEnergy: 50,
      beam: .drawn(beam))
    let number = try run.number(named: name)
    let quantities = ["x_x", "t_pt", "px_px", "t_t"].map { name in
      try? QuantityCatalog.standard.quantity(named: name)
    }
    let goal = TermObjective(
      quantities.compactMap { $0 }.map {
        ObjectiveTerm(.quantity($0), after: 0, called: "c", weight: 1e6)
      })
    #expect(goal.terms.count == 4)
    let problem = DesignProblem(
      run,
      DesignVariables([DesignVariable(name, .numbers([number]), value: run[number])]),
      goal: goal, workers: .one)
    let x = problem.variables.start
    let gradient = try problem.valueAndGradient(at: x).gradient
    let check = try problem.check(gradient, at: x)
    #expect(check.rows[0].verdict == .agrees, "\(check.rows)")
    let wrong = try problem.check([gradient[0] * 1.01 + 1e-2], at: x)
    #expect(!wrong.agrees, "\(wrong.rows)")
  }
}
