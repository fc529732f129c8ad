import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// What every map of the catalog must be: symplectic, and undone by passing it backward.
@Suite struct SymplecticityTests {
  /// MᵀJM = J; where the reference momentum changes, and with it the unit of momenta, p_i/p_f·J. The
  /// Jacobian's entries carry some tens of roundings, 1e-15 of themselves; the difference is
  /// compared with the terms that it is summed from.
  @Test(arguments: catalogKinds)
  func everyMapIsSymplectic(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all {
        for beam in TestBeam.allCases {
          let before: ReferenceParticle<Double> = beam.reference()
          var after = before
          element.advance(&after, over: Slice())
          for z in beam.points {
            guard let m = element.jacobian(at: z, beam) else {
              worst.record(.nan, "\(element) loses \(z)")
              continue
            }
            worst.record(
              Self.asymplecticity(m, before.betaGamma / after.betaGamma), "\(element) at \(z)")
          }
        }
      }
      // A field map of order 6 has some hundreds of steps.
      expect(worst, atMost: E.self == FieldMap.self ? 4e-14 : 1e-14)
    }
    check(try kind(name))
  }

  /// The largest entry of |MᵀJM − `ratio`·J| in units of the largest of |M|ᵀ|J||M|, or of 1.
  private static func asymplecticity(_ m: [[Double]], _ ratio: Double) -> Double {
    var scale = 1.0
    var deviation = 0.0
    for i in 0..<6 {
      for j in 0..<6 {
        var sum = 0.0
        var size = 0.0
        for pair in 0..<3 {
          let (q, p) = (2 * pair, 2 * pair + 1)
          sum += m[q][i] * m[p][j] - m[p][i] * m[q][j]
          size += (m[q][i] * m[p][j]).magnitude + (m[p][i] * m[q][j]).magnitude
        }
        let unit = i / 2 == j / 2 ? Double(j - i) * ratio : 0
        let difference = (sum - unit).magnitude
        if !(difference <= deviation) { deviation = difference }
        scale = max(scale, size)
      }
    }
    return deviation / scale
  }

  /// Some tens of roundings of 1e-16 forward, the same on the way back; those before may grow by
  /// the backward Jacobian, which the scale contains.
  @Test(arguments: catalogKinds, [1, 3])
  func everyMapIsUndoneByItsBackwardSlices(_ name: String, slices: Int) throws {
    func check<E: Element>(_: E.Type) {
      var worst = Worst()
      for element in ElementSamples<E>().all where element.inversion == .backwardSlice {
        let count = element.length == 0 ? 1 : slices
        for beam in TestBeam.allCases {
          for z in beam.points {
            guard let forward = element.image(of: z.variables, beam, slices: count),
              let backward = element.preimage(of: forward.values.variables, beam, slices: count)
            else {
              worst.record(.nan, "\(element) loses \(z)")
              continue
            }
            let scale = PhaseSpace.scale(
              of: z, from: forward.values, backward.jacobian, floor: element.coordinateFloor)
            for i in 0..<6 {
              worst.record(
                backward.values[i] - z[i], of: max(scale[i], element.floorOfRoundings(beam)),
                "\(PhaseSpace<Double>.names[i]) of \(element) at \(z)")
            }
          }
        }
      }
      expect(worst, atMost: E.self == FieldMap.self ? 4e-14 : 1e-14)
    }
    check(try kind(name))
  }
}
