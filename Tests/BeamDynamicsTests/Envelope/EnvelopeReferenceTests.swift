import AutoDiff
import BeamDynamics
import LinearAlgebra
import Testing

/// Envelopes against those of ImpactX 26.06 (see Fixtures/README.md).
@Suite struct EnvelopeReferenceTests {
  /// To 1e-12 of √(ΣᵢᵢΣⱼⱼ): the reference's own formulas differ from ours by some hundred roundings,
  /// of 2500 slices at most.
  @Test func covariancesAgreeWithAnotherCode() throws {
    for item in try fixture("envelopes.json", as: EnvelopeCases.self).cases {
      var sweep = EnvelopeSweep(item.beamline, options: item.options, start: item.start)
      let places = try sweep.run()
      let end = try #require(places.last).covariance
      var worst = Worst()
      for i in 0..<6 {
        for j in 0..<6 {
          worst.record(
            end[i, j] - item.exit[i][j], of: (item.exit[i][i] * item.exit[j][j]).squareRoot(),
            "\(item.name) (\(i), \(j))")
        }
      }
      expect(worst, atMost: 1e-12)
    }
  }

  /// s, σx, σy, σt after each slice.
  @Test func sizesAfterEachSliceAgreeWithAnotherCode() throws {
    for item in try fixture("envelopes.json", as: EnvelopeCases.self).cases
    where !item.trace.isEmpty {
      var options = item.options
      options.moments = .slice
      var sweep = EnvelopeSweep(item.beamline, options: options, start: item.start)
      let places = try sweep.run()
      #expect(places.count == item.trace.count)
      var worst = Worst()
      for (place, row) in zip(places, item.trace) {
        worst.record(place.reference.s - row[0], of: 1, "s of \(item.name)")
        for k in 0..<3 {
          let size = place.covariance[2 * k, 2 * k].squareRoot()
          worst.record(size - row[k + 1], of: row[k + 1], "\(item.name) at \(row[0])")
        }
      }
      expect(worst, atMost: 1e-12)
    }
  }

  /// The objective and its derivatives by the complex step, the adjoint's and the forward ones; one
  /// of the cells has a quadrupole of no strength.
  ///
  /// 1e-12 of the derivative, and 1e-12 of its scale 1 where it vanishes: the objective's four terms
  /// are differences of numbers of order 1.
  @Test func theMatchingObjectiveHasTheKnownDerivatives() throws {
    let data = try fixture("envelopes.json", as: EnvelopeCases.self)
    for item in data.strengths {
      var options = EnvelopeOptions()
      options.slices = 50
      options.moments = .none
      options.spaceCharge = EnvelopeSpaceCharge(.planar, slicing: .kickFirst)
      let beamline = MatchedCell.beamline(item.k[0], item.k[1])
      var sweep = EnvelopeSweep(
        beamline, options: options, start: MatchedCell.start, parameters: MatchedCell.strengths)
      sweep.recordsTrajectory = true
      let end = try #require(try sweep.run().last).covariance
      #expect(abs(MatchedCell.mismatch(end) - item.error) <= 1e-12 * max(item.error, 1))
      let bar = cotangent(end) { MatchedCell.mismatch($0) }
      let gradient = sweep.pullBack([.zero, EnvelopeCotangent(covariance: bar)])
      for i in 0..<2 {
        let limit = 1e-12 * max(item.slopes[i].magnitude, 1) * max(item.error, 1)
        #expect(abs(gradient.parameters[i] - item.slopes[i]) <= limit)
      }
    }
  }
}
