import Communication
import DataFiles
import Documents
import Foundation
import Support
import Testing

@testable import PartialWaves

@Suite("Each process reads its own events, and one writes those of all") struct ProcessFileTests {
  /// 4,500 events in three pieces, the last of which is not full.
  private static func table() throws -> EventTable {
    let decay = try ParticleDecay(parentMass: 1.865, masses: [0.4937, 0.1396, 0.135])
    return EventTable(try PhaseSpaceSample(of: SequentialDecays(decay), count: 4500, seed: 1))
  }

  private static let sizes = [1, 2, 3, 4]

  @Test(arguments: sizes)
  func filesOfAllFormatsAreReadByRows(_ processes: Int) throws {
    let folder = try TemporaryFolder()
    let table = try Self.table()
    for name in ["a.npy", "a.csv"] { try table.write(to: folder.file(name)) }
    try NPZFile.write(
      ["p1": array(table, 0), "p2": array(table, 1), "p3": array(table, 2)],
      to: folder.file("a.npz"))
    for name in ["a.npy", "a.csv", "a.npz"] {
      let path = folder.file(name)
      let read = try ThreadedProcesses.run(processes) { communicator in
        try EventTable.read(
          path, particleCount: 3,
          workers: Workers(count: 2, communicator: communicator))
      }
      #expect(ProcessCase.joined(read) == table, "\(name)")
      for (rank, own) in read.enumerated() {
        #expect(own.share.total == 4500)
        #expect(own.count == 4500 || processes > 1)
        let first = own.share.events.lowerBound
        #expect(first.isMultiple(of: EventShare.eventsPerPiece) || own.count == 0)
        #expect(rank < 3 || own.count == 0)
      }
    }
  }

  private func array(_ table: EventTable, _ particle: Int) -> NPYFile {
    NPYFile(
      shape: [table.count, 4],
      values: (0..<table.count).flatMap { event in
        (0..<4).map { table[particle, $0, event] }
      })
  }

  @Test(arguments: sizes, ["b.npy", "b.csv"])
  func whatProcessesWriteIsWhatOneWrites(_ processes: Int, _ name: String) throws {
    let folder = try TemporaryFolder()
    let table = try Self.table()
    try table.write(to: folder.file("one-" + name))
    let (path, numbers) = (folder.file(name), folder.file("numbers.npy"))
    try ThreadedProcesses.run(processes) { communicator in
      let share = EventShare(of: table.count, communicator)
      let own = EventTable(
        share, particleCount: 3,
        components: table.selecting(Array(share.events)).components)
      try own.write(to: path, communicator)
      try share.write(share.events.map(Double.init), to: numbers, communicator)
    }
    let (one, all) = try (
      Data(contentsOf: URL(fileURLWithPath: folder.file("one-" + name))),
      Data(contentsOf: URL(fileURLWithPath: path))
    )
    #expect(one == all)
    #expect(try NPYFile.read(numbers).values == (0..<4500).map { Double($0) })
  }

  @Test func aFileThatCannotBeWrittenFailsInAllProcesses() throws {
    let table = try Self.table()
    let errors = try ThreadedProcesses.run(3) { communicator -> String in
      let share = EventShare(of: table.count, communicator)
      let own = EventTable(
        share, particleCount: 3, components: table.selecting(Array(share.events)).components)
      do {
        try own.write(to: "/no-such-folder/a.npy", communicator)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(Set(errors).count == 1)
    #expect(errors[0].contains("/no-such-folder/a.npy"))
  }

  /// Whichever process has the wrong event, all have the error of one.
  @Test(arguments: [0, 2047, 2048, 4499], ["a.npy", "a.csv"])
  func aWrongEventIsOneErrorForAll(_ event: Int, _ name: String) throws {
    let folder = try TemporaryFolder()
    var components = try Self.table().components
    components[3 * 4500 + event] = -0.7
    let path = folder.file(name)
    try EventTable(count: 4500, particleCount: 3, components: components).write(to: path)
    let expected = #expect(throws: DataFileError.self) {
      try EventTable.read(path, particleCount: 3)
    }
    let errors = try ThreadedProcesses.run(4) { communicator -> DataFileError? in
      do {
        _ = try EventTable.read(
          path, particleCount: 3, workers: Workers(count: 1, communicator: communicator))
        return nil
      } catch let error as DataFileError {
        return error
      }
    }
    #expect(expected?.message.contains("event \(event) (counted from 0)") == true)
    #expect(errors == Array(repeating: expected, count: 4))
  }

  @Test func wrongWeightsAndOrdersAreOneErrorForAll() throws {
    let folder = try TemporaryFolder()
    try folder.write("weight\n" + String(repeating: "1\n", count: 99), to: "short.csv")
    try NPYFile(shape: [4500], values: (0..<4500).map { $0 == 4000 ? .nan : 1 }).write(
      to: folder.file("nan.npy"))
    for (name, part) in [
      ("short.csv", "99 numbers for 4500 events"), ("nan.npy", "number 4000"),
      ("no.npy", "no.npy"),
    ] {
      let path = folder.file(name)
      let errors = try ThreadedProcesses.run(3) { communicator -> String in
        do {
          _ = try EventTable.readNumbers(
            path, of: EventShare(of: 4500, communicator),
            workers: Workers(count: 1, communicator: communicator))
          return ""
        } catch {
          return "\(error)"
        }
      }
      #expect(Set(errors).count == 1 && errors[0].contains(part), "\(errors)")
    }
  }

  @Test(arguments: [1, 2, 3, 5])
  func medianIsThatOfTheSortedNumbers(_ processes: Int) throws {
    let numbers = (0..<1001).map { i in
      Double((i &* 7919) % 1009 - 500) * [1e-300, -2.5, 1e200][i % 3]
    }
    for count in [1, 2, 7, 1000, 1001] {
      let expected = numbers.prefix(count).sorted()[(count - 1) / 2]
      let found = try ThreadedProcesses.run(processes) { communicator in
        try Median.of(Array(numbers[communicator.share(of: count)]), communicator)
      }
      #expect(found == Array(repeating: expected, count: processes))
    }
  }

  /// Notes and refusals count the events of all processes.
  @Test func remarksAreTheSameInAllProcesses() throws {
    let text = SmallModel.isobars().replacing("{\"toy\": 200, \"seed\": 1}", with: "\"data.npy\"")
    let folder = try ModelFolder(text)
    var components = try Self.table().components
    for event in [2100, 4400] { components[event] += 0.5 }
    try EventTable(count: 4500, particleCount: 3, components: components).write(
      to: folder.files.file("data.npy"))
    let file = try folder.read()
    let alone = try file.load(workers: .one).notes
    #expect(alone.contains { $0.contains("2 of 4500 events") && $0.contains("event 2100") })
    let notes = try ThreadedProcesses.run(3) {
      try file.load(workers: Workers(count: 1, communicator: $0)).notes
    }
    #expect(notes == Array(repeating: alone, count: 3))
  }

  @Test func samplesThatMemoryCannotHoldAreRefusedWithTheFigures() throws {
    let folder = try ModelFolder(
      SmallModel.isobars().replacing("{\"toy\": 200, \"seed\": 1}", with: "\"data.csv\""))
    try Self.table().write(to: folder.files.file("data.csv"))
    let file = try folder.read()
    // Data and integration: four numbers for each of three particles and the weight; prepared, the weight, one
    // squared mass of each of two pairs and one wave of each of three resonances.
    let bytes = try file.sampleBytes(.one)
    #expect(bytes == (4500 + 2000) * 8 * (12 + 1 + 1 + 2 + 3))
    let error = #expect(throws: InvalidInput.self) {
      try file.checkMemory(needed: 12_340_000_000, available: 8_000_000_000)
    }
    for part in ["12.34 GB", "8.0 GB", "--share events"] {
      #expect(error?.description.contains(part) == true)
    }
    try file.checkMemory(needed: 10, available: 10)
    try ThreadedProcesses.run(2) {
      try file.checkMemoryForWholeSamples(Workers(count: 1, communicator: $0))
    }
  }
}
