import BeamDynamics
import DataFiles
import LatticeFiles
import Support
import Testing

/// States of rings in files.
@Suite struct TrackingStateFileTests {
  private let line = Beamline([
    BeamlineElement("d", Drift(length: 0.4, model: .exact)),
    BeamlineElement(
      "q", Quadrupole(length: 0.2, k1: 3),
      placement: Placement(dx: 1e-4, aperture: .ellipse(x: 1e-3, y: 1e-3))),
    BeamlineElement("c", ShortRFCavity(voltage: 1e4, frequency: 1e8, phase: 0.2)),
  ])

  private func state<Word: ParticleWord>(_: Word.Type) throws -> TrackingState<Word> {
    var bunch = Bunch<Word>(
      count: 600, reference: ReferenceParticle(species: .proton, kineticEnergy: 100))
    for i in 0..<bunch.count {
      bunch[i] = PhaseSpace<Double> { j in 1e-5 * Double((i * (j + 3)) % 97) - 3e-4 }
    }
    bunch.setWeight(of: 3, to: 0.1)
    return TrackingState(bunch)
  }

  /// A state that was written and read back goes on like the one that stayed in memory.
  @Test func aStateComesBackFromItsFile() throws {
    func check<Word: ParticleWord>(_: Word.Type) throws {
      let folder = try TemporaryFolder()
      var state = try state(Word.self)
      var nobody = Nobody()
      try Tracker(line, options: TrackingOptions(turns: 4)).resume(&state, observer: &nobody)
      try state.write(to: folder.file("state.npz"))
      var read = try TrackingState<Word>(
        contentsOf: folder.file("state.npz"), species: .proton)
      #expect(read.turn == 4)
      for turns in [4, 30] {
        let tracker = Tracker(line, options: TrackingOptions(turns: turns))
        try tracker.resume(&state, observer: &nobody)
        try tracker.resume(&read, observer: &nobody)
        #expect(read.losses == state.losses)
        for i in 0..<600 {
          #expect(read.bunch[i] == state.bunch[i])
          #expect(read.bunch.isAlive(i) == state.bunch.isAlive(i))
          #expect(read.bunch.weight(of: i) == state.bunch.weight(of: i))
        }
        #expect(read.bunch.reference.t == state.bunch.reference.t)
        #expect(read.bunch.reference.timeSum.excess == state.bunch.reference.timeSum.excess)
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test func aFileOfAnotherKindIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("state.npz")
    try state(Double.self).write(to: path)
    #expect(throws: DataFileError.self) {
      try TrackingState<Double>(contentsOf: path, species: .electron)
    }
    let precision = #expect(throws: DataFileError.self) {
      try TrackingState<Float>(contentsOf: path, species: .proton)
    }
    #expect(precision?.description.contains("64 bits") == true)
    try NPZFile.write(["turn": NPYFile(shape: [], values: [3])], to: path)
    let missing = #expect(throws: DataFileError.self) {
      try TrackingState<Double>(contentsOf: path, species: .proton)
    }
    #expect(missing?.description.contains("no array \"precision\"") == true)
  }

  private struct Nobody: TrackingObserver {
    mutating func record(_ observation: Observation, _ moments: Moments) {}
    mutating func record<Word: ParticleWord>(
      _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
    ) {}
  }
}
