import Communication
import DataFiles
import Documents

extension EventTable {
  private static let names = ["px", "py", "pz", "E"]

  /// The names of the columns of a table.
  static func columns(particles: Int) -> [String] {
    (1...particles).flatMap { p in names.map { "p\(p)_\($0)" } }
  }

  /// Reads events from `.npz` (an array (N, 4) for each particle, `p1`, `p2`, …), `.npy` (shape
  /// (N, particles, 4)) or `.csv` (columns `p1_px`, …). Each process reads its own events.
  ///
  /// - Throws: `DataFileError` if the file cannot be read, has another shape, or holds a number
  ///   that is not finite or an energy that is not positive; the same in all processes.
  public static func read(
    _ path: String, particleCount: Int, workers: Workers = .one
  ) throws -> Self {
    let communicator = workers.communicator
    let table: Self
    switch path.split(separator: ".").last {
    case "npz":
      table = try communicator.together(failing: DataFileError.self) {
        try readNPZ(path, particleCount, communicator)
      }
    case "npy":
      table = try communicator.together(failing: DataFileError.self) {
        try readNPY(path, particleCount, communicator)
      }
    default: table = try readCSV(path, particleCount, workers)
    }
    try table.check(path, communicator)
    return table
  }

  private static func readCSV(
    _ path: String, _ particleCount: Int, _ workers: Workers
  ) throws -> Self {
    let wanted = columns(particles: particleCount)
    let (file, total) = try CSVFile.read(path, columns: { wanted.contains($0) }, workers: workers) {
      EventShare(of: $0, workers.communicator, rank: $1).events
    }
    try checkParticles(file.columns.map { String($0.prefix { $0 != "_" }) }, particleCount, path)
    var components: [Double] = []
    for name in wanted {
      guard let values = file.values(of: name) else {
        let suggestion = nearestName(to: name, among: file.columns)
        throw DataFileError(
          path: path,
          "there is no column \"\(name)\"; events of \(particleCount) particles have "
            + "p1_px … p\(particleCount)_E\(suggestion.map { "; did you mean \"\($0)\"?" } ?? "")")
      }
      components += values
    }
    return Self(
      EventShare(of: total, workers.communicator), particleCount: particleCount,
      components: components)
  }

  /// - Throws: `DataFileError` if there is a particle beyond the last, which would be left out.
  private static func checkParticles(
    _ names: [String], _ particleCount: Int, _ path: String
  ) throws(DataFileError) {
    let more = names.first { $0.first == "p" && (Int($0.dropFirst()) ?? 0) > particleCount }
    guard let more else { return }
    throw DataFileError(
      path: path,
      "there is a particle \"\(more)\", but events of the model have \(particleCount) particles"
    )
  }

  private static func readNPY(
    _ path: String, _ particleCount: Int, _ communicator: any Communicator
  ) throws -> Self {
    let (array, total) = try NPYFile.read(path) { EventShare(of: $0, communicator).events }
    guard array.shape.count == 3, array.shape[1] == particleCount, array.shape[2] == 4 else {
      throw DataFileError(
        path: path,
        "the array has the shape \([total] + array.shape.dropFirst()); expected "
          + "(events, \(particleCount), 4)")
    }
    let (count, columns) = (array.shape[0], 4 * particleCount)
    var components = [Double](repeating: 0, count: array.values.count)
    for event in 0..<count {
      for column in 0..<columns {
        components[column * count + event] = array.values[event * columns + column]
      }
    }
    return Self(
      EventShare(of: total, communicator), particleCount: particleCount, components: components)
  }

  private static func readNPZ(
    _ path: String, _ particleCount: Int, _ communicator: any Communicator
  ) throws -> Self {
    let archive = try NPZFile.read(path)
    try checkParticles(archive.names, particleCount, path)
    var components: [Double] = []
    var count: Int?
    for particle in 1...particleCount {
      let name = "p\(particle)"
      guard archive.names.contains(name) else {
        throw DataFileError(
          path: path,
          "there is no array \"\(name)\"; expected p1 … p\(particleCount), found "
            + archive.names.joined(separator: ", "))
      }
      // One process compares the checksum for all.
      let (array, total) = try archive.rows(
        of: name, verifies: particle % communicator.size == communicator.rank
      ) { EventShare(of: $0, communicator).events }
      guard array.shape.count == 2, array.shape[1] == 4, count ?? total == total
      else {
        throw DataFileError(
          path: path,
          "the array \"\(name)\" has the shape \([total] + array.shape.dropFirst()); expected "
            + "(\(count.map(\.description) ?? "events"), 4)")
      }
      count = total
      for component in 0..<4 {
        components += stride(from: component, to: array.values.count, by: 4).map {
          array.values[$0]
        }
      }
    }
    return Self(
      EventShare(of: count ?? 0, communicator), particleCount: particleCount,
      components: components)
  }

  /// - Throws: `DataFileError` for numbers that no event can have, the same in all processes.
  private func check(_ path: String, _ communicator: any Communicator) throws {
    if share.total == 0 { throw DataFileError(path: path, "there are no events") }
    func isWrong(_ component: Int, _ value: Double) -> Bool {
      !value.isFinite || (component == 3 && value <= 0)
    }
    for particle in 0..<particleCount {
      for component in 0..<4 {
        let found = try share.first(communicator) {
          isWrong(component, self[particle, component, $0])
        } _: {
          self[particle, component, $0]
        }
        guard let (event, value) = found else { continue }
        throw DataFileError(
          path: path,
          "event \(event) (counted from 0): "
            + (value.isFinite
              ? "the energy of particle \(particle + 1) is \(value) GeV; energies are positive"
              : "p\(particle + 1)_\(Self.names[component]) is \(value)"))
      }
    }
  }
}
