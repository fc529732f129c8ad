import Support
import Testing

/// All random numbers in the programs have fixed seeds: what holds here once holds always. The
/// tolerances are those that another seed would have to pass too.
@Suite("Examples that are programs show what they claim")
struct ProgramTests {
  @Test func aQuadrupoleScanFindsTheEllipseWithinItsErrorBars() throws {
    let scan = try ExampleProgram("quadrupole-scan")
    #expect(scan.status == 0, "\(scan.errors)")
    for plane in ["x", "y"] {
      for name in ["beta_", "alpha_", "emittance_"] {
        let found = scan[name + plane]
        let (fit, error, truth, pull) = (found[0], found[1], found[2], found[3])
        #expect(
          abs(pull - (fit - truth) / error) < 1e-3 * max(1, abs(pull)) + 5e-5 * abs(fit) / error)
        // A normal number lies beyond 3.5 once in 2000 times.
        #expect(abs(pull) < 3.5, "\(name)\(plane): \(fit) ± \(error), not \(truth)")
        // 13 sizes of 2 % each: a β or ε that was much less certain would be no measurement.
        if name != "alpha_" { #expect(error < 0.04 * truth) }
      }
    }
    // χ² of 20 degrees of freedom lies within 7.4 and 40 in 99 of 100 cases.
    let chi2 = scan["chi2"]
    #expect(chi2[1] == 20)
    #expect(chi2[0] > 7.4 && chi2[0] < 40)
    // Gauss–Newton converges fast where residuals are small.
    #expect(scan["iterations"][0] <= 15)
  }

  @Test func aScanOfABeamRuledBySpaceChargeFindsTheEllipse() throws {
    let scan = try ExampleProgram("space-charge-scan")
    #expect(scan.status == 0, "\(scan.errors)")
    var worst = 0.0
    for plane in ["x", "y"] {
      for name in ["beta_", "alpha_", "emittance_"] {
        let found = scan[name + plane]
        let (error, truth, pull, without) = (found[1], found[2], found[3], found[4])
        // A normal number lies beyond 3.5 once in 2000 times; 2048 quiet particles on a coarser mesh
        // than the truth's add a part of one.
        #expect(abs(pull) < 4, "\(name)\(plane)")
        worst = max(worst, abs(without - truth) / error)
      }
    }
    // Who forgets space charge finds another beam.
    #expect(worst > 10)
    let chi2 = scan["chi2"]
    #expect(chi2[0] < 3 * chi2[2])
  }

  @Test func calibrationFindsMisalignmentsAndGradientErrors() throws {
    let calibration = try ExampleProgram("calibration")
    #expect(calibration.status == 0, "\(calibration.errors)")
    let names: [String] = [
      "q1.dx", "q1.dy", "q2.dx", "q2.dy", "q3.dx", "q3.dy", "constants.e1", "constants.e2",
      "constants.e3", "beam.mean_x", "beam.mean_px", "beam.mean_y", "beam.mean_py",
    ]
    for name in names {
      let found = calibration[name]
      // A normal number lies beyond 3.5 once in 2000 times.
      #expect(abs(found[3]) < 3.5, "\(name): \(found[0]) ± \(found[1]), not \(found[2])")
      // Readings are good to 10 µm and kicks act over a metre: misalignments come out as well as
      // that, within a factor of two.
      if name.hasPrefix("q") { #expect(found[1] < 20e-6) }
    }
    // 99 of 100 values of χ² lie within 3.6 and 30 for 13 degrees of freedom, and within 22 and 71
    // for 43.
    let pulls = calibration["pulls"]
    #expect(pulls[1] == 13 && pulls[0] > 3.6 && pulls[0] < 30)
    let readings = calibration["readings"]
    #expect(readings[1] == 43 && readings[0] > 22 && readings[0] < 71)
  }

  @Test func phaseSpaceIsReconstructedFromImages() throws {
    let program = try ExampleProgram("phase-space-reconstruction")
    #expect(program.status == 0, "\(program.errors)")
    #expect(program["variables"] == [2400])
    for name in ["emittance_x", "beta_x", "alpha_x"] {
      let (start, found, error, truth) = (
        program[name][0], program[name][1], program[name][2], program[name][3]
      )
      // The error comes from four repetitions; the t distribution of four degrees of freedom lies
      // beyond 4.6 once in 100 times. Half a per cent is what images of pixels, a third to a half of
      // the beam's size, and 600 particles leave.
      #expect(abs(found - truth) < 4.6 * error + 0.005 * abs(truth), "\(name)")
      #expect(error < 0.06 * abs(truth))
      #expect(abs(start - truth) > 5 * error)
    }
    // Counting alone makes the distance of an image of 7 × 20,000 counts to a true one, over some 100
    // occupied cells of equal share: ½·100·√(2/π)·√(0.01/140,000) = 1 %; that the start leaves its
    // marks where images say nothing takes as much again.
    for name in ["unused-image", "phase-space"] {
      let (start, gaussian, found) = (program[name][0], program[name][1], program[name][2])
      #expect(found < 0.04)
      #expect(found < 0.25 * gaussian && found < 0.25 * start)
    }
  }

  @Test func secondOrderTellsTheSpreadWhereFirstOrderIsBlind() throws {
    let program = try ExampleProgram("uncertainty-propagation")
    #expect(program.status == 0, "\(program.errors)")
    for size in ["sigma_x", "sigma_y", "spot"] {
      let first = program[size + "-order-1"]
      let second = program[size + "-order-2"]
      let tracked = program[size + "-tracked"]
      let error = program[size + "-error"]
      // What the next order adds is of the size of the second order's part, times s over the strength
      // at which a size doubles, squared: 3 % of it. Beyond that, four standard errors.
      for i in 0...1 {
        let remainder = 0.03 * abs(second[i] - first[i])
        #expect(abs(second[i] - tracked[i]) < 4 * error[i] + remainder, "\(size), \(i)")
      }
      // First order misses the mean by many standard errors.
      #expect(abs(first[0] - tracked[0]) > 5 * error[0])
    }
    // At the focus it sees no spread at all.
    #expect(program["spot-order-1"][1] < 1e-4 * program["spot-tracked"][1])
  }

  @Test func anObjectiveOfOnesOwnHasExactGradientsAndIsOptimised() throws {
    let program = try ExampleProgram("own-objective")
    #expect(program.status == 0, "\(program.errors)")
    for i in 1...6 {
      let deviation = program["d/dq\(i).k1"][2]
      // Extrapolated central differences are good to about 10⁻¹¹; six digits would be enough to
      // tell a wrong formula.
      #expect(deviation < 1e-8, "q\(i)")
    }
    #expect(program["gradient"][1] < 1e-6 * program["gradient"][0])
    #expect(program["objective"][1] < 0.1 * program["objective"][0])
    #expect(program["largest-beta"][1] < program["largest-beta"][0])
    // The weight of the peak of β pulls the spot from its target: by half of w·∂M/∂ln σ, a few per
    // cent.
    let (x, y) = (program["sigma_x"][1], program["sigma_y"][1])
    #expect(abs(x / y - 1) < 0.05)
    #expect(abs(x / 100e-6 - 1) < 0.1)
  }
}
