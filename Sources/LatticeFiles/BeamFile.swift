import BeamDynamics
import DataFiles

/// A file of particles: `.csv` with named columns, or `.npy` of shape (particles, 6 to 8) with
/// columns x, px, y, py, t, pt, weight, alive.
struct BeamFile {
  let coordinates: [[Double]]
  let weights: [Double]?
  let alive: [Double]?
  /// Columns that mean nothing to a run.
  let ignoredColumns: [String]

  private static let columns = PhaseSpace<Double>.names + ["weight", "alive"]

  var count: Int { coordinates[0].count }

  /// Reads a file of particles; its ending says which format it has.
  static func read(_ path: String) throws(DataFileError) -> BeamFile {
    let file =
      path.hasSuffix(".npy") ? try readNumPy(path) : try readTable(path)
    try file.validate(path)
    return file
  }

  private static func readTable(_ path: String) throws(DataFileError) -> BeamFile {
    let table = try CSVFile.read(path, columns: { columns.contains($0) })
    var coordinates: [[Double]] = []
    var missing: [String] = []
    for name in PhaseSpace<Double>.names {
      if let values = table.values(of: name) {
        coordinates.append(values)
      } else {
        missing.append(name)
      }
    }
    if !missing.isEmpty {
      throw DataFileError(
        path: path, line: 1, column: nil,
        "a beam file needs the columns x, px, y, py, t, pt; there is no "
          + missing.joined(separator: ", "))
    }
    return BeamFile(
      coordinates: coordinates, weights: table.values(of: "weight"),
      alive: table.values(of: "alive"),
      ignoredColumns: table.columns.filter { !columns.contains($0) && $0 != "id" })
  }

  private static func readNumPy(_ path: String) throws(DataFileError) -> BeamFile {
    let array = try NPYFile.read(path)
    guard array.shape.count == 2, (6...9).contains(array.shape[1]) else {
      throw DataFileError(
        path: path, line: nil, column: nil,
        "expected an array of shape (particles, 6 to 9), found \(array.shape)")
    }
    let width = array.shape[1]
    func column(_ j: Int) -> [Double] {
      (0..<array.shape[0]).map { array.values[$0 * width + j] }
    }
    return BeamFile(
      coordinates: (0..<6).map(column), weights: width > 6 ? column(6) : nil,
      alive: width > 7 ? column(7) : nil, ignoredColumns: width > 8 ? ["column 9"] : [])
  }

  private func validate(_ path: String) throws(DataFileError) {
    func fail(_ particle: Int, _ reason: String) throws(DataFileError) {
      throw DataFileError(
        path: path, line: path.hasSuffix(".npy") ? nil : particle + 2, column: nil,
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
  }

  /// The particles, with their weights scaled so that the living carry `charge` [C], a magnitude,
  /// if one is given.
  func bunch<Word: ParticleWord>(
    reference: ReferenceParticle<Double>, charge: Double?
  ) -> Bunch<Word> {
    var bunch = Bunch<Word>(count: count, reference: reference)
    for i in 0..<count {
      var z = PhaseSpace<Double>.zero
      for (j, values) in coordinates.enumerated() { z[j] = values[i] }
      bunch[i] = z
      if let alive, alive[i] == 0 { bunch.setAlive(i, to: false) }
    }
    var scale = 1.0
    if let charge {
      var living = 0.0
      for i in 0..<count where bunch.isAlive(i) { living += weights?[i] ?? 1 }
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
