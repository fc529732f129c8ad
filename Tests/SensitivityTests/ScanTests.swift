import BeamDynamics
import BeamSamples
import Communication
import Sensitivity
import Testing

@Suite struct ScanTests {
  /// Settings of every kind of element, between others: a scan has the bits of runs of their own, also
  /// where it shares steps with them.
  @Test(arguments: catalogKinds)
  func settingsHaveTheBitsOfSingleRuns(_ name: String) throws {
    func check<E: Element>(_: E.Type) throws {
      for (i, element) in ElementSamples<E>().some(10).enumerated() {
        let line = Beamline(
          elements: [
            BeamlineElement("l", Drift(length: 0.1, model: .linear)),
            BeamlineElement("e", element),
            BeamlineElement("q", Quadrupole(length: 0.1, k1: 2, model: .linear)),
            BeamlineElement("x", Quadrupole(length: 0.2, k1: -1, model: .chromatic)),
            BeamlineElement("s", Sextupole(length: 0.1, k2: 20)),
          ], order: [0, 2, 0, 1, 3, 0, 2, 4, 0, 3])
        try compare(line, TestBeam.allCases[i % 2], turns: 1 + i % 3)
      }
    }
    try check(kind(name))
  }

  private func compare(_ line: Beamline, _ beam: TestBeam, turns: Int) throws {
    var bunch = Bunch<Double>(count: 600, reference: beam.reference())
    for n in 0..<600 {
      let point = beam.points[n % beam.points.count]
      bunch[n] = PhaseSpace { point[$0] * (1 - 1e-3 * Double(n)) }
    }
    var run = DesignRun(
      line, species: bunch.reference.species, kineticEnergy: bunch.reference.kineticEnergy,
      beam: .particles(bunch))
    run.turns = turns
    run.slices = 2
    // Of alternatives, such as angle and radius, those that describe the element.
    let own = line.parameters(ofElement: 1).map { line.name(of: $0) }
      .filter { (try? run.variable($0)) != nil }.prefix(2)
    var choices: [[String]] = [["x.k1"], ["q.k1", "x.length"]]
    for name in own { choices.append([name, "x.k1"]) }
    for names in choices {
      let variables: [DesignVariable] = try names.map { try run.variable($0) }
      // The first ones again at the end: a run changes the elements of the one before.
      let settings = [0, 1e-3, -2e-3, 0].map { (change: Double) -> [Double] in
        variables.map { $0.value * (1 + change) + change.magnitude * 1e-3 }
      }
      let scan = Scan(run, ScanVariables(DesignVariables(variables)), settings)
      for result in try scan(workers: .one) {
        var single = run.beamline
        for (name, value) in zip(names, result.setting) {
          single[try single.parameter(named: name)] = value
        }
        if single.elements.contains(where: { !$0.element.mistakes.isEmpty }) {
          #expect(result.failure != nil)
          continue
        }
        var own = bunch
        let options = TrackingOptions(turns: turns, slices: 2, moments: .none)
        let record: TrackingRecord
        do {
          record = try Tracker(single, options: options, workers: .one).record(&own)
        } catch {
          #expect(result.failure != nil, "\(names) \(result.setting): \(error)")
          continue
        }
        #expect(result.losses == record.losses.count, "\(names)")
        let values = try #require(record.end?.statistics.values)
        #expect(result.beam?.values == values, "\(names) \(result.setting)")
      }
    }
  }

  @Test func resultsAreTheSameForAllThreads() throws {
    let line = Beamline([
      BeamlineElement("d", Drift(length: 0.5)),
      BeamlineElement("q", Quadrupole(length: 0.1, k1: 2)),
    ])
    var bunch = Bunch<Double>(count: 50, reference: TestBeam.allCases[0].reference())
    for n in 0..<50 { bunch[n].x = 1e-4 * Double(n) }
    let run = DesignRun(
      line, species: bunch.reference.species, kineticEnergy: bunch.reference.kineticEnergy,
      beam: .particles(bunch))
    let scan = Scan(
      run, ScanVariables(DesignVariables([try run.variable("q.k1")])),
      ScanSettings.points(.random, in: [.numbers(from: 0, to: 5)], count: 40, seed: 2).all)
    let one = try scan(workers: .one)
    #expect(one.map(\.number) == Array(0..<40))
    for threads in [2, 5] {
      let many = try scan(workers: Workers(count: threads))
      #expect(many.map { $0.beam?.values } == one.map { $0.beam?.values })
    }
  }

  @Test func aGridHasAllCombinations() {
    let grid = ScanSettings.grid([[1, 2], [3, 4, 5]])
    #expect(grid.count == 6)
    #expect(grid.all == [[1, 3], [1, 4], [1, 5], [2, 3], [2, 4], [2, 5]])
    #expect(ScanSettings.list([[1, 2], [3, 4]]).all == [[1, 3], [2, 4]])
  }

  @Test(arguments: ScanSettings.PointSet.allCases)
  func pointsFillTheirRanges(_ set: ScanSettings.PointSet) {
    let ranges: [ScanRange] = [.numbers(from: -1, to: 3), .whole(from: 4, to: 7)]
    let settings = ScanSettings.points(set, in: ranges, count: 256, seed: 9)
    let all = settings.all
    #expect(all.count == 256 && settings.count == 256)
    #expect(all.allSatisfy { $0[0] > -1 && $0[0] < 3 })
    #expect(Set(all.map { $0[1] }) == [4, 5, 6, 7])
    // The mean of 256 independent points has the deviation 4/√(12·256) = 0.072; of the even ones less
    // than that of one point in each interval, 4/√(12·256³) = 0.0003.
    let mean = all.reduce(0) { $0 + $1[0] } / 256
    #expect(abs(mean - 1) < (set == .random ? 0.3 : 0.0015))
    if set != .random {
      // Each of 256 intervals has one point.
      #expect(Set(all.map { Int(($0[0] + 1) / 4 * 256) }).count == 256)
    }
    // Another seed gives other points, the same seed the same ones.
    #expect(all == settings.all)
    #expect(all != ScanSettings.points(set, in: ranges, count: 256, seed: 8).all)
  }
}
