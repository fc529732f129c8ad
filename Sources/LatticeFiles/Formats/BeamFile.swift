import BeamDynamics
import DataFiles
import Documents

/// A file of particles: a table with named columns, `.npy` of shape (particles, 6 to 9) with columns
/// x, px, y, py, t, pt, weight, alive, or `.npz` with one such array or an array for each column.
struct BeamFile {
  let coordinates: [[Double]]
  let weights: [Double]?
  let alive: [Double]?
  /// Columns that mean nothing to a run.
  let ignoredColumns: [String]
  /// What the living carry [C], a magnitude; nil if the weights say it.
  private(set) var charge: Double?
  /// Of the first particle, where there are lines.
  private let firstLine: Int?

  private static let columns = PhaseSpace<Double>.names + ["weight", "alive"]

  var count: Int { coordinates[0].count }

  /// Reads a file of particles; its ending, in capitals or not, says which format it has.
  ///
  /// - Parameter charge: What the living are to carry [C], a magnitude, if it is given.
  static func read(_ path: String, charge: Double?) throws(DataFileError) -> BeamFile {
    var file =
      switch path.lowercased() {
      case let name where name.hasSuffix(".npy"): try columns(of: NPYFile.read(path), path)
      case let name where name.hasSuffix(".npz"): try readArchive(path)
      default: try readTable(path)
      }
    file.charge = charge
    try file.validate(path)
    return file
  }

  /// From named columns.
  private init(
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

  private static func readTable(_ path: String) throws(DataFileError) -> BeamFile {
    let table = try CSVFile.read(path, columns: { columns.contains($0) })
    return try BeamFile(path, table.columns, firstLine: table.firstRowLine) {
      (name) throws(DataFileError) in table.values(of: name)
    }
  }

  /// An archive with an array for each column, or with one array for all of them.
  private static func readArchive(_ path: String) throws(DataFileError) -> BeamFile {
    let archive = try NPZFile.read(path)
    if archive.names.count == 1, !columns.contains(archive.names[0]) {
      return try columns(of: try archive.array(archive.names[0]), path)
    }
    var count: Int?
    return try BeamFile(path, archive.names, firstLine: nil) { (name) throws(DataFileError) in
      guard archive.names.contains(name) else { return nil }
      let array = try archive.array(name)
      guard array.shape.count == 1, array.shape[0] == count ?? array.shape[0] else {
        throw DataFileError(
          path: path,
          "\(quoted(name)): expected a number for each of \(count.map { "\($0)" } ?? "the") "
            + "particles, found an array of shape \(array.shape)")
      }
      count = array.shape[0]
      return array.values
    }
  }

  private static func columns(
    of array: NPYFile, _ path: String
  ) throws(DataFileError) -> BeamFile {
    guard array.shape.count == 2, (6...9).contains(array.shape[1]) else {
      let isTurned = array.shape.count == 2 && (6...9).contains(array.shape[0])
      throw DataFileError(
        path: path, line: nil, column: nil,
        "expected an array of shape (particles, 6 to 9), found \(array.shape)"
          + (isTurned ? "; transpose it" : ""))
    }
    let width = array.shape[1]
    let names = columns + ["column 9"]
    return try BeamFile(path, Array(names.prefix(width)), firstLine: nil) {
      (name) throws(DataFileError) in
      guard let j = names.firstIndex(of: name), j < width else { return nil }
      return (0..<array.shape[0]).map { array.values[$0 * width + j] }
    }
  }

  private func validate(_ path: String) throws(DataFileError) {
    func fail(_ particle: Int, _ reason: String) throws(DataFileError) {
      throw DataFileError(
        path: path, line: firstLine.map { $0 + particle }, column: nil,
        "particle \(particle) \(reason)")
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

  private func isAlive(_ particle: Int) -> Bool { alive?[particle] != 0 }

  /// The particles, with their weights scaled so that the living carry the charge, if one is given.
  func bunch<Word: ParticleWord>(reference: ReferenceParticle<Double>) -> Bunch<Word> {
    var bunch = Bunch<Word>(count: count, reference: reference)
    for i in 0..<count {
      var z = PhaseSpace<Double>.zero
      for (j, values) in coordinates.enumerated() { z[j] = values[i] }
      bunch[i] = z
      if !isAlive(i) { bunch.setAlive(i, to: false) }
    }
    var scale = 1.0
    if let charge {
      var living = 0.0
      for i in 0..<count where isAlive(i) { living += weights?[i] ?? 1 }
      let real =
        charge
        / (PhysicalConstants.elementaryCharge * reference.species.chargeNumber.magnitude)
      scale = living > 0 ? real / living : 0
    }
    if let weights, weights.contains(where: { $0 != weights[0] }) {
      for i in 0..<count { bunch.setWeight(of: i, to: weights[i] * scale) }
    } else {
      bunch.setWeights(to: (weights?[0] ?? 1) * scale)
    }
    return bunch
  }
}
