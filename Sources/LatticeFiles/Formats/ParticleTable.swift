import BeamDynamics
import Communication
import DataFiles
import Documents
import SystemLibrary

/// The particles of a file, column by column, before they become a bunch: all of them, or the share of one of several
/// processes.
public struct ParticleTable: Sendable {
  /// The columns x [m], px, y [m], py, t [m], pt; one number for each particle.
  public let coordinates: [[Double]]
  /// How many real particles each stands for, or only how they compare; nil if the file does not say.
  public let weights: [Double]?
  /// 1 for the living, 0 for the lost; nil if all live.
  public let alive: [Double]?
  /// Columns that mean nothing to a run.
  public let ignoredColumns: [String]
  /// Which of the file's particles these are.
  public let share: BunchShare
  /// The line of the first particle of the file, where there are lines.
  let firstLine: Int?

  /// The names of the columns that mean something.
  public static let columns = PhaseSpace<Double>.names + ["weight", "alive"]

  /// The number of these particles.
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
    try self.init(path, names, firstLine: firstLine, share: nil, values)
  }

  /// - Parameter share: Which of the file's particles they are; nil for all.
  init(
    _ path: String, _ names: [String], firstLine: Int?, share: BunchShare?,
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
    self.share = share ?? BunchShare(allOf: coordinates[0].count)
  }

  /// Particles from an array of shape (particles, 6 to 9) with the columns x, px, y, py, t, pt, weight,
  /// alive and one that is ignored.
  ///
  /// - Throws: `DataFileError` for another shape.
  init(_ array: NPYFile, _ path: String) throws(DataFileError) {
    let count = array.shape.first ?? 0
    try self.init(shape: array.shape, path, BunchShare(allOf: count)) { (rows, values) in
      let width = array.shape[1]
      let part = array.values[(width * rows.lowerBound)..<(width * rows.upperBound)]
      _ = values.initialize(fromContentsOf: part)
    }
  }

  /// Particles from some rows of such an array, as they are read from the disk.
  ///
  /// - Throws: `DataFileError` for another shape, or if the disk fails.
  init(_ rows: NPYRows, _ path: String, _ share: BunchShare) throws(DataFileError) {
    try self.init(shape: rows.shape, path, share) { (range, values) throws(DataFileError) in
      try rows.rows(range, into: values)
    }
  }

  /// The particles of this process, of a table that has them all.
  func shared(in communicator: any Communicator) -> Self {
    let part = BunchShare(of: share.total, in: communicator)
    return part == share ? self : Self(self, part)
  }

  private init(_ whole: Self, _ part: BunchShare) {
    coordinates = whole.coordinates.map { Array($0[part.numbers]) }
    weights = whole.weights.map { Array($0[part.numbers]) }
    alive = whole.alive.map { Array($0[part.numbers]) }
    ignoredColumns = whole.ignoredColumns
    firstLine = whole.firstLine
    share = part
  }

  /// Some particles from an array of a shape, of which `fetch` gets some rows at a time.
  private init(
    shape: [Int], _ path: String, _ share: BunchShare,
    _ fetch: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws(DataFileError) -> Void
  ) throws(DataFileError) {
    guard shape.count == 2, (6...9).contains(shape[1]) else {
      let isTurned = shape.count == 2 && (6...9).contains(shape[0])
      throw DataFileError(
        path: path, line: nil, column: nil,
        "expected an array of shape (particles, 6 to 9), found \(shape)"
          + (isTurned ? "; transpose it" : ""))
    }
    let (count, width) = (share.count, shape[1])
    let names = Self.columns + ["column 9"]
    // As many rows at a time as a processor's cache holds.
    let atOnce = min(4096, count)
    var columns = (0..<width).map { _ in [Double](zeros: count) }
    let piece = UnsafeMutableBufferPointer<Double>.allocate(capacity: atOnce * width)
    defer { piece.deallocate() }
    for first in stride(from: 0, to: count, by: 4096) {
      let number = min(atOnce, count - first)
      let values = UnsafeMutableBufferPointer(rebasing: piece[..<(number * width)])
      try fetch(share.first + first..<share.first + first + number, values)
      for j in 0..<width {
        columns[j].withUnsafeMutableBufferPointer { column in
          for i in 0..<number { column[first + i] = values[i * width + j] }
        }
      }
    }
    try self.init(path, Array(names.prefix(width)), firstLine: nil, share: share) { name in
      names.firstIndex(of: name).flatMap { $0 < width ? columns[$0] : nil }
    }
  }

  /// Whether a particle lives, counted from the first of these.
  func isAlive(_ particle: Int) -> Bool { alive?[particle] != 0 }

  /// Refuses what no bunch can be made of.
  func validate(_ path: String) throws(DataFileError) {
    func fail(_ index: Int, _ reason: String) throws(DataFileError) {
      let particle = share.first + index
      throw DataFileError(
        path: path, line: firstLine.map { $0 + particle }, column: nil,
        "particle \(particle) \(reason)")
    }
    for (name, values) in zip(Self.columns, coordinates + [weights ?? [], alive ?? []])
    where !values.isEmpty && values.count != count {
      throw DataFileError(
        path: path, "the column \(quoted(name)) has \(values.count) numbers, not \(count)")
    }
    if share.total == 0 {
      throw DataFileError(path: path, line: nil, column: nil, "holds no particles")
    }
    for (name, values) in zip(PhaseSpace<Double>.names, coordinates) {
      if let i = values.firstIndex(failing: { $0.magnitude < .infinity }) {
        try fail(i, "has no number as \(name)")
      }
    }
    if let weights, let i = weights.firstIndex(failing: { $0 >= 0 && $0 < .infinity }) {
      try fail(i, "has the weight \(weights[i]), expected a number that is not negative")
    }
    if let alive, let i = alive.firstIndex(failing: { $0 == 0 || $0 == 1 }) {
      try fail(i, "has alive = \(alive[i]), expected 0 or 1")
    }
  }
}

extension [Double] {
  /// Zeros, in large pages where they are many.
  fileprivate init(zeros count: Int) {
    self.init(unsafeUninitializedCapacity: count) { values, initialized in
      LargePages.advise(UnsafeMutableRawBufferPointer(values))
      values.initialize(repeating: 0)
      initialized = count
    }
  }

  /// The first number that fails a test. First all are tested without a branch, several at once.
  @inline(__always)
  fileprivate func firstIndex(failing test: (Double) -> Bool) -> Int? {
    var failures = 0
    for value in self { failures |= test(value) ? 0 : 1 }
    return failures == 0 ? nil : firstIndex(where: { !test($0) })
  }
}
