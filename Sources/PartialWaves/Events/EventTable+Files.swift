import DataFiles
import Documents

extension EventTable {
  private static let names = ["px", "py", "pz", "E"]

  /// Reads events from `.npz` (an array (N, 4) for each particle, `p1`, `p2`, …), `.npy` (shape
  /// (N, particles, 4)) or `.csv` (columns `p1_px`, …).
  ///
  /// - Throws: `DataFileError` if the file cannot be read, has another shape, or holds a number
  ///   that is not finite or an energy that is not positive.
  public static func read(_ path: String, particleCount: Int) throws -> Self {
    let table: Self
    switch path.split(separator: ".").last {
    case "npz": table = try readNPZ(path, particleCount)
    case "npy": table = try readNPY(path, particleCount)
    default: table = try readCSV(path, particleCount)
    }
    try table.check(path)
    return table
  }

  private static func readCSV(_ path: String, _ particleCount: Int) throws -> Self {
    let wanted = (1...particleCount).flatMap { p in names.map { "p\(p)_\($0)" } }
    let file = try CSVFile.read(path, columns: { wanted.contains($0) })
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
    return Self(count: file.rowCount, particleCount: particleCount, components: components)
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

  private static func readNPY(_ path: String, _ particleCount: Int) throws -> Self {
    let array = try NPYFile.read(path)
    guard array.shape.count == 3, array.shape[1] == particleCount, array.shape[2] == 4 else {
      throw DataFileError(
        path: path,
        "the array has the shape \(array.shape); expected (events, \(particleCount), 4)")
    }
    let (count, columns) = (array.shape[0], 4 * particleCount)
    var components = [Double](repeating: 0, count: array.values.count)
    for event in 0..<count {
      for column in 0..<columns {
        components[column * count + event] = array.values[event * columns + column]
      }
    }
    return Self(count: count, particleCount: particleCount, components: components)
  }

  private static func readNPZ(_ path: String, _ particleCount: Int) throws -> Self {
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
      let array = try archive.array(name)
      guard array.shape.count == 2, array.shape[1] == 4, count ?? array.shape[0] == array.shape[0]
      else {
        throw DataFileError(
          path: path,
          "the array \"\(name)\" has the shape \(array.shape); expected "
            + "(\(count.map(\.description) ?? "events"), 4)")
      }
      count = array.shape[0]
      for component in 0..<4 {
        components += stride(from: component, to: array.values.count, by: 4).map {
          array.values[$0]
        }
      }
    }
    return Self(count: count ?? 0, particleCount: particleCount, components: components)
  }

  /// - Throws: `DataFileError` for numbers that no event can have.
  private func check(_ path: String) throws(DataFileError) {
    if count == 0 { throw DataFileError(path: path, "there are no events") }
    for particle in 0..<particleCount {
      for component in 0..<4 {
        for event in 0..<count {
          let value = self[particle, component, event]
          if !value.isFinite {
            throw DataFileError(
              path: path,
              "event \(event) (counted from 0): p\(particle + 1)_\(Self.names[component]) is "
                + "\(value)")
          }
          if component == 3, value <= 0 {
            throw DataFileError(
              path: path,
              "event \(event) (counted from 0): the energy of particle \(particle + 1) is \(value) "
                + "GeV; energies are positive")
          }
        }
      }
    }
  }

  /// Writes the events as `.npy`, shape (events, particles, 4), or as `.csv` with the columns
  /// `p1_px`, ….
  ///
  /// - Throws: `DataFileError` if the file cannot be written.
  public func write(to path: String) throws {
    if path.hasSuffix(".npy") {
      let columns = 4 * particleCount
      var values = [Double](repeating: 0, count: components.count)
      for event in 0..<count {
        for column in 0..<columns {
          values[event * columns + column] = components[column * count + event]
        }
      }
      try NPYFile(shape: [count, particleCount, 4], values: values).write(to: path)
      return
    }
    let names = (1...particleCount).flatMap { p in Self.names.map { "p\(p)_\($0)" } }
    try AtomicFile.write(to: path) { writer in
      var table = try CSVWriter(writer, columns: names)
      for event in 0..<count {
        for column in 0..<4 * particleCount { table.field(components[column * count + event]) }
        try table.endRow()
      }
    }
  }

  /// Reads one number for each event, such as weights: an `.npy` array of one axis, or a column of
  /// a `.csv`.
  ///
  /// - Throws: `DataFileError` if there is not one finite number for each event.
  public static func readNumbers(
    _ path: String, column: String = "weight", count: Int
  ) throws -> [Double] {
    let values: [Double]
    if path.hasSuffix(".npy") {
      let array = try NPYFile.read(path)
      guard array.shape.count == 1 else {
        throw DataFileError(
          path: path, "the array has the shape \(array.shape); expected (\(count),)")
      }
      values = array.values
    } else {
      let file = try CSVFile.read(path, columns: { $0 == column })
      guard let found = file.values(of: column) else {
        throw DataFileError(path: path, "there is no column \"\(column)\"")
      }
      values = found
    }
    guard values.count == count else {
      throw DataFileError(
        path: path, "there are \(values.count) numbers for \(count) events")
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw DataFileError(path: path, "number \(place) (counted from 0) is \(values[place])")
    }
    return values
  }
}
