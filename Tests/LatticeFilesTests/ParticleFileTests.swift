import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Support
import Testing

@testable import LatticeFiles

/// Bunches that go to files and come back.
@Suite struct ParticleFileTests {
  private static let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 50)

  /// More particles than are handed to a writer at once, some lost, of different weights.
  private func bunch<Word: ParticleWord>(
    _ count: Int = 66_000, _ word: Word.Type = Word.self
  ) -> Bunch<Word> {
    var generator = SeededGenerator(seed: 61)
    var bunch = Bunch<Word>(count: count, reference: Self.reference)
    for i in 0..<count {
      var z = PhaseSpace<Double>.zero
      for j in 0..<6 { z[j] = Double.random(in: -1e-3...1e-3, using: &generator) }
      bunch[i] = z
      bunch.setWeight(of: i, to: Double(i % 7))
      bunch.setAlive(i, to: i % 5 != 3)
    }
    return bunch
  }

  private func bytes(of path: String) throws -> [UInt8] { try FileBytes.read(path) }

  @Test(arguments: ["csv", "npy"])
  func theFileIsTheSameForAnyNumberOfThreads(_ ending: String) throws {
    let folder = try TemporaryFolder()
    let bunch = bunch(66_000, Double.self)
    let path = folder.file("a." + ending)
    try bunch.write(to: path, workers: .one)
    let expected = try bytes(of: path)
    for threads in [2, 5] {
      try bunch.write(to: path, workers: Workers(count: threads))
      #expect(try bytes(of: path) == expected)
    }
    for threads in [1, 2, 5] {
      let read = try Bunch<Double>(
        contentsOf: path, reference: Self.reference, workers: Workers(count: threads))
      #expect(read.coordinates() == bunch.coordinates())
      #expect(read.weights == bunch.weights && read.alive == bunch.alive)
    }
  }

  /// The text, number by number, from `description`.
  @Test func rowsAreTheParticlesInWords() throws {
    let folder = try TemporaryFolder()
    func expectWords<Word: ParticleWord>(_ bunch: Bunch<Word>) throws {
      try bunch.write(to: folder.file("a.csv"))
      var lines = ["id,x,px,y,py,t,pt,weight,alive"]
      for i in 0..<bunch.count {
        let numbers = (0..<6).map { bunch[i][$0].description } + [bunch.weight(of: i).description]
        lines.append("\(i)," + numbers.joined(separator: ",") + (bunch.isAlive(i) ? ",1" : ",0"))
      }
      #expect(try folder.text("a.csv") == lines.joined(separator: "\n") + "\n")
    }
    try expectWords(bunch(3001, Double.self))
    try expectWords(bunch(3001, Float.self))
    try expectWords(bunch(0, Double.self))
  }

  /// Some rows, wherever they begin, are those of the whole.
  @Test func rowsOfARangeAreItsParticles() {
    func expectRows<Word: ParticleWord>(_ bunch: Bunch<Word>) {
      for range in [0..<0, 0..<1, 5..<700, 511..<513, 0..<2000, 1999..<2000] {
        let rows = bunch.rows(of: range)
        #expect(rows.coordinates == range.flatMap { i in (0..<6).map { bunch[i][$0] } })
        #expect(rows.weights == range.map { bunch.weight(of: $0) })
        #expect(rows.alive == range.map { bunch.isAlive($0) })
      }
    }
    expectRows(bunch(2000, Double.self))
    expectRows(bunch(2000, Float.self))
  }

  @Test(arguments: ["csv", "npy"])
  func turnsFollowEachOther(_ ending: String) throws {
    let folder = try TemporaryFolder()
    let bunch = bunch(100, Double.self)
    let path = folder.file("a." + ending)
    let format = try #require(Catalogs.current.beamFormats[ending])
    var file = try ParticleFile(
      path: path, format, hasTurns: true, workers: Workers(count: 2))
    for turn in 1...3 { try file.append(bunch, turn: turn) }
    try file.commit()
    let table = try format.read(path)
    #expect(table.count == 300)
    #expect(table.coordinates[0] == (0..<300).map { bunch[$0 % 100].x })
    if ending == "npy" {
      let array = try NPYFile.read(path)
      #expect(array.shape == [300, 9])
      #expect((0..<300).allSatisfy { array.values[9 * $0 + 8] == Double(1 + $0 / 100) })
    } else {
      #expect(try CSVFile.read(path).values(of: "turn") == (0..<300).map { Double(1 + $0 / 100) })
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let path = "/nowhere/particles.csv"
    let thrown = #expect(throws: DataFileError.self) {
      try bunch(1, Double.self).write(to: path)
    }
    #expect(thrown?.description == path + ": cannot write: No such file or directory")
  }
}
