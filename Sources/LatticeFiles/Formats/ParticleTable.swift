import BeamDynamics
import DataFiles
import Documents

/// The particles of a file, column by column, before they become a bunch.
public struct ParticleTable: Sendable {
  /// The columns x [m], px, y [m], py, t [m], pt; one number for each particle.
  public let coordinates: [[Double]]
  /// How many real particles each stands for, or only how they compare; nil if the file does not say.
  public let weights: [Double]?
  /// 1 for the living, 0 for the lost; nil if all live.
  public let alive: [Double]?
  /// Columns that mean nothing to a run.
  public let ignoredColumns: [String]
  /// The line of the first particle, where there are lines.
  let firstLine: Int?

  /// The names of the columns that mean something.
  public static let columns = PhaseSpace<Double>.names + ["weight", "alive"]

  /// The number of particles.
  public var count: Int { coordinates[0].count }

  /// Particles from named columns.
  ///
  /// - Parameters:
  ///   - path: The file, for messages.
  ///   - names: All columns that the file has.
  ///   - firstLine: The line of the first particle, for messages; nil where there are no lines.
  ///   - values: The numbers of a column; nil if there is no such column.
  /// - Throws: `DataFileError` if a coordinate is missing, and what `values` throws.
  public init(
    _ path: String, _ names: [String], firstLine: Int?,
    _ values: (String) throws(DataFileError) -> [Double]?
  ) throws(DataFileError) {
    var columns: [String: [Double]] = [:]
    for name in Self.columns { columns[name] = try values(name) }
    let missing = PhaseSpace<Double>.names.filter { columns[$0] == nil }
    if !missing.isEmpty {
      let found = names.map(quoted).joined(separator: ", ")
      throw DataFileError(
        path: path, line: firstLine.map { $0 - 1 }, column: nil,
        "a beam file needs the columns x, px, y, py, t, pt; there is no "
          + missing.joined(separator: ", ") + " among " + (found.isEmpty ? "none" : found))
    }
    coordinates = PhaseSpace<Double>.names.map { columns[$0] ?? [] }
    weights = columns["weight"]
    alive = columns["alive"]
    ignoredColumns = names.filter { !Self.columns.contains($0) && $0 != "id" }
    self.firstLine = firstLine
  }

  /// Particles from an array of shape (particles, 6 to 9) with the columns x, px, y, py, t, pt, weight,
  /// alive and one that is ignored.
  ///
  /// - Throws: `DataFileError` for another shape.
  init(_ array: NPYFile, _ path: String) throws(DataFileError) {
    try self.init(shape: array.shape, path) { (rows, values) in
      let width = array.shape[1]
      let part = array.values[(width * rows.lowerBound)..<(width * rows.upperBound)]
      _ = values.initialize(fromContentsOf: part)
    }
  }

  /// Particles from the rows of such an array, as they are read from the disk.
  ///
  /// - Throws: `DataFileError` for another shape, or if the disk fails.
  init(_ rows: NPYRows, _ path: String) throws(DataFileError) {
    try self.init(shape: rows.shape, path) { (range, values) throws(DataFileError) in
      try rows.rows(range, into: values)
    }
  }

  /// Particles from an array of a shape, of which `fetch` gets some rows at a time.
  private init(
    shape: [Int], _ path: String,
    _ fetch: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(DataFileError) -> Void
  ) throws(DataFileError) {
    guard shape.count == 2, (6...9).contains(shape[1]) else {
      let isTurned = shape.count == 2 && (6...9).contains(shape[0])
      throw DataFileError(
        path: path, line: nil, column: nil,
        "expected an array of shape (particles, 6 to 9), found \(shape)"
          + (isTurned ? "; transpose it" : ""))
    }
    let (count, width) = (shape[0], shape[1])
    let names = Self.columns + ["column 9"]
    // As many rows at a time as a processor's cache holds.
    let atOnce = min(4096, count)
    var columns = (0..<width).map { _ in [Double](repeating: 0, count: count) }
    let piece = UnsafeMutableBufferPointer<Double>.allocate(capacity: atOnce * width)
    defer { piece.deallocate() }
    for first in stride(from: 0, to: count, by: 4096) {
      let number = min(atOnce, count - first)
      let values = UnsafeMutableBufferPointer(rebasing: piece[..<(number * width)])
      try fetch(first..<(first + number), values)
      for j in 0..<width {
        columns[j].withUnsafeMutableBufferPointer { column in
          for i in 0..<number { column[first + i] = values[i * width + j] }
        }
      }
    }
    try self.init(path, Array(names.prefix(width)), firstLine: nil) { name in
      names.firstIndex(of: name).flatMap { $0 < width ? columns[$0] : nil }
    }
  }

  /// Whether a particle lives.
  func isAlive(_ particle: Int) -> Bool { alive?[particle] != 0 }

  /// Refuses what no bunch can be made of.
  ///
  /// - Parameter charge: What the living are to carry [C], if it is given.
  func validate(_ path: String, charge: Double?) throws(DataFileError) {
    func fail(_ particle: Int, _ reason: String) throws(DataFileError) {
      throw DataFileError(
        path: path, line: firstLine.map { $0 + particle }, column: nil,
        "particle \(particle) \(reason)")
    }
    for (name, values) in zip(Self.columns, coordinates + [weights ?? [], alive ?? []])
    where !values.isEmpty && values.count != count {
      throw DataFileError(
        path: path, "the column \(quoted(name)) has \(values.count) numbers, not \(count)")
    }
    if count == 0 {
      throw DataFileError(path: path, line: nil, column: nil, "holds no particles")
    }
    for (name, values) in zip(PhaseSpace<Double>.names, coordinates) {
      for (i, value) in values.enumerated() where !value.isFinite {
        try fail(i, "has no number as \(name)")
      }
    }
    for (i, weight) in (weights ?? []).enumerated() where !(weight >= 0 && weight.isFinite) {
      try fail(i, "has the weight \(weight), expected a number that is not negative")
    }
    for (i, flag) in (alive ?? []).enumerated() where flag != 0 && flag != 1 {
      try fail(i, "has alive = \(flag), expected 0 or 1")
    }
    if let charge, charge > 0, let weights, (0..<count).contains(where: isAlive),
      !(0..<count).contains(where: { isAlive($0) && weights[$0] > 0 })
    {
      throw DataFileError(
        path: path,
        "the weights of all living particles are 0, and cannot be scaled to carry \(charge) C; give "
          + "them weights, or leave out the column \"weight\", so that all weigh the same, or the "
          + "beam's charge or current")
    }
  }
}
