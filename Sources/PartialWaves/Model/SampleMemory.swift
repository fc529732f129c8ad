import Communication
import DataFiles
import Documents
import SystemLibrary

/// What the samples of a model take where each process has all events.
extension ModelFile {
  /// The memory for all events of all samples [bytes]: momenta, weights, and prepared events that are kept in memory.
  ///
  /// - Throws: `DataFileError` if a file of events cannot be read, in all processes; what communicating throws.
  func sampleBytes(_ workers: Workers) throws -> Int {
    try channels.reduce(0) { sum, channel in
      let columns = preparation(channel, workers).columns.count
      let prepared =
        switch storage {
        case .double: columns * MemoryLayout<Double>.size
        case .single: columns * MemoryLayout<Float>.size
        case .file: 0
        }
      let numbers = 4 * channel.formalism.particleCount + (channel.background == nil ? 1 : 2)
      let events = try [channel.data, channel.integration, channel.truth].compactMap(\.self)
        .reduce(0) { try $0 + count($1, of: channel, workers) }
      return sum + events * (numbers * MemoryLayout<Double>.size + prepared)
    }
  }

  private func count(
    _ source: SampleSource, of channel: ChannelModel, _ workers: Workers
  ) throws -> Int {
    switch source {
    case .phaseSpace(let events, _), .toy(let events, _): events
    case .file(let path): try EventTable.count(resolved(path), workers)
    }
  }

  /// Refuses that each process has all events where its memory cannot hold them. Processes of one machine share its
  /// memory.
  ///
  /// - Throws: `InvalidInput` with the figures, in all processes; `DataFileError` if a file of events cannot be read;
  ///   what communicating throws.
  public func checkMemoryForWholeSamples(_ workers: Workers) throws {
    let needed = try sampleBytes(workers)
    let communicator = workers.communicator
    let machines = try communicator.allGather(values: machine)
    let here = machines.count { $0 == machine }
    let available = Int(clamping: Host.physicalMemory) / here
    let least = try communicator.allGather(values: available).min() ?? available
    try checkMemory(needed: needed, available: least)
  }

  /// - Parameters:
  ///   - needed: By a process [bytes].
  ///   - available: To a process [bytes].
  func checkMemory(needed: Int, available: Int) throws(InvalidInput) {
    guard needed > available else { return }
    func gigabytes(_ bytes: Int) -> String {
      "\((Double(bytes) / 1e7).rounded(.up) / 100) GB"
    }
    throw InvalidInput(
      file: path,
      "the events of all samples take \(gigabytes(needed)) in each process, and a process has "
        + "\(gigabytes(available)); let processes share the events (--share events), or start fewer processes on a "
        + "machine")
  }

  /// The name of this machine.
  private var machine: String {
    var name = [CChar](repeating: 0, count: 256)
    _ = gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension EventTable {
  /// The number of events in a file, of which none is kept.
  ///
  /// - Throws: `DataFileError` if the file cannot be read, in all processes; what communicating throws.
  fileprivate static func count(_ path: String, _ workers: Workers) throws -> Int {
    try workers.communicator.together(failing: DataFileError.self) {
      switch path.split(separator: ".").last {
      case "npz":
        let archive = try NPZFile.read(path)
        guard let name = archive.names.first else { return 0 }
        return try archive.rows(of: name, verifies: false) { _ in 0..<0 }.rowCount
      case "npy": return try NPYFile.read(path) { _ in 0..<0 }.rowCount
      default:
        return try CSVFile.read(path, columns: { _ in false }, workers: workers) { _, _ in 0..<0 }
          .total
      }
    }
  }
}
