import BeamSamples
import Communication
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Numbers of a ring that vary from turn to turn.
@Suite struct RampTests {
  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.5, model: .exact)),
      BeamlineElement("q", Quadrupole(length: 0.2, k1: 2, model: .chromatic)),
      BeamlineElement("b", Bend(length: 0.5, angle: 0.1, model: .linear)),
      BeamlineElement("c", ShortRFCavity(voltage: 1e5, frequency: 1e8, phase: 0.1)),
    ], order: [0, 1, 0, 2, 3, 1])

  /// A run of ten turns, and ten runs of one turn with the numbers of each: the same bits.
  private func compare(
    _ line: Beamline, _ names: [String], _ value: @escaping @Sendable (Int) -> Double
  ) throws {
    let parameters = try names.map { try line.parameter(named: $0) }
    var options = TrackingOptions(turns: 10)
    options.ramps = parameters.map { ParameterRamp($0, value: value) }
    var ramped = Bunch<Double>.spread(600)
    try Tracker(line, options: options).track(&ramped)
    var byHand = Bunch<Double>.spread(600)
    for turn in 1...10 {
      var design = line
      for parameter in parameters { design[parameter] = value(turn) }
      try Tracker(design).track(&byHand)
    }
    #expect(ramped.bits == byHand.bits)
    #expect(ramped.reference.kineticEnergy == byHand.reference.kineticEnergy)
    #expect(ramped.reference.t == byHand.reference.t)
    var constant = Bunch<Double>.spread(600)
    try Tracker(line, options: TrackingOptions(turns: 10)).track(&constant)
    #expect(constant.bits != ramped.bits)
  }

  @Test func aRampIsALoopOverTurnsWithOtherNumbers() throws {
    try compare(Self.line, ["q.k1"]) { 2 + 0.01 * Double($0) }
    // Several turns with one value, and voltages that begin at 0: then no energies change.
    try compare(Self.line, ["c.voltage"]) { $0 < 4 ? 0 : 1e5 * Double($0 / 2) }
    try compare(Self.line, ["q.dx"]) { $0 == 1 ? 0 : 1e-4 * Double($0) }
    try compare(Self.line, ["q.k1", "b.k1"]) { 0.02 * Double($0) }
  }

  /// Errors of places come on top of the value in each turn, relative ones to it; and an element may
  /// stand on a girder.
  @Test func errorsAndGirdersStay() throws {
    let families = [
      ErrorFamily(
        "strength", of: ["q"], .parameter("k1"), .gaussian(1e-2, cut: nil), isRelative: true),
      ErrorFamily("place", of: ["q"], .parameter("dx"), .gaussian(1e-3, cut: nil)),
    ]
    let line = try Self.line.withErrors(families)
    try compare(line, ["q.k1"]) { 2 + 0.01 * Double($0) }
    let mounted = try Self.line.mounted(on: Girder("g", under: 0..<3)).withErrors(families)
    try compare(mounted, ["q.k1"]) { 2 + 0.01 * Double($0) }
    try compare(mounted, ["g.dx"]) { 1e-4 * Double($0) }
    try compare(mounted, ["d.length"]) { 0.5 + 1e-3 * Double($0) }
  }

  /// A cavity at its crest, whose voltage grows: the energy gained is the sum of the voltages.
  @Test func aRampedVoltageAccelerates() throws {
    let line = Beamline([
      BeamlineElement("d", Drift(length: 1)),
      BeamlineElement("c", ShortRFCavity(voltage: 1, frequency: 1e8, phase: 0)),
    ])
    var options = TrackingOptions(turns: 100)
    options.ramps = [
      ParameterRamp(try line.parameter(named: "c.voltage")) { 1e3 * Double($0) }
    ]
    var bunch = Bunch<Double>.spread(4)
    let start = bunch.reference.kineticEnergy
    try Tracker(line, options: options).track(&bunch)
    // 1 + … + 100 = 5050 kV; 100 roundings of the energy.
    let gain = bunch.reference.kineticEnergy - start
    #expect((gain - 5.05).magnitude <= 100 * bunch.reference.kineticEnergy * 0x1p-52)
  }

  @Test func aTableIsLinearBetweenItsTurnsAndConstantOutside() {
    let table = TurnTable(turns: [2, 4, 8], values: [1, 2, 0.1])
    #expect([1, 2, 4, 8, 100].map { table.value(in: $0) } == [1, 1, 2, 0.1, 0.1])
    #expect(table.value(in: 3) == 1.5)
    // A rounding of a quarter of the way.
    #expect((table.value(in: 5) - 1.525).magnitude < 1e-15)
  }

  @Test func aValueThatAnElementCannotHaveIsNamedWithItsTurn() throws {
    var options = TrackingOptions(turns: 10)
    options.ramps = [
      ParameterRamp(try Self.line.parameter(named: "q.k1")) { $0 < 5 ? 1 : .infinity }
    ]
    let tracker = Tracker(Self.line, options: options)
    let error = #expect(throws: InvalidRamp.self) {
      var bunch = Bunch<Double>.spread(10)
      try tracker.track(&bunch)
    }
    #expect(error?.description == "the ramp of \"q.k1\", turn 5: it has no finite value")
  }
}
