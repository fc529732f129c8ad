import BeamDynamics
import Testing

/// Consecutive linear elements as one matrix.
@Suite struct MergingTests {
  /// Misalignments and kicks belong to the affine map. The product of some twenty matrices is
  /// rounded some twenty times; the scale is that of the largest coordinates on the way, a few
  /// times those at the end.
  @Test func mergedLinearElementsEqualTheSame() throws {
    let cell: [BeamlineElement] = [
      BeamlineElement("d", Drift(length: 0.3, model: .linear)),
      BeamlineElement(
        "q", Quadrupole(length: 0.2, k1: 4, model: .linear),
        placement: Placement(dx: 2e-4, dy: -1e-4, tilt: 0.2)),
      BeamlineElement("m", Marker()),
      BeamlineElement("b", Bend(length: 0.4, angle: 0.1, k1: -3, model: .linear)),
      BeamlineElement("k", Kicker(kickX: 1e-4, kickY: 2e-4)),
    ]
    let beamline = Beamline(elements: cell, order: [0, 1, 0, 3, 2, 4, 0, 1, 3])
    func check<Word: ParticleWord>(_: Word.Type, atMost limit: Double) throws {
      for slices in [1, 3] {
        var options = TrackingOptions()
        options.slices = slices
        var merged = Bunch<Word>.spread(600)
        try Tracker(beamline, options: options).track(&merged)
        options.mergesLinearElements = false
        var single = Bunch<Word>.spread(600)
        try Tracker(beamline, options: options).track(&single)
        var worst = Worst()
        for j in 0..<6 {
          let scale = (0..<600).map { single[$0][j].magnitude }.max() ?? 0
          for i in 0..<600 {
            worst.record(merged[i][j] - single[i][j], of: scale, "\(PhaseSpace<Double>.names[j])")
          }
        }
        expect(worst, atMost: limit)
      }
    }
    try check(Double.self, atMost: 32 * 0x1p-52)
    try check(Float.self, atMost: 32 * 0x1p-23)
  }

  /// A single element in between keeps its own formula.
  @Test func aSingleLinearElementIsNotTurnedIntoAMatrix() throws {
    let beamline = Beamline([
      BeamlineElement("a", Drift(length: 0.3, model: .exact)),
      BeamlineElement("b", Quadrupole(length: 0.2, k1: 4, model: .linear)),
      BeamlineElement("m", Marker()),
      BeamlineElement("c", Drift(length: 0.3, model: .exact)),
    ])
    var options = TrackingOptions()
    var one = Bunch<Double>.spread(600)
    try Tracker(beamline, options: options).track(&one)
    options.mergesLinearElements = false
    var other = Bunch<Double>.spread(600)
    try Tracker(beamline, options: options).track(&other)
    // A marker is the identity: merging it rounds nothing, but the matrix has its own order of
    // summation.
    for i in 0..<600 {
      for j in 0..<6 {
        #expect((one[i][j] - other[i][j]).magnitude <= 1e-15 * 1e-2)
      }
    }
  }
}
