import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Documents

/// A file of particles, and the charge that they are to carry.
struct BeamFile {
  /// The columns of the file.
  let table: ParticleTable
  /// What the living carry [C], a magnitude; nil if the weights say it.
  let charge: Double?

  var coordinates: [[Double]] { table.coordinates }
  var weights: [Double]? { table.weights }
  var ignoredColumns: [String] { table.ignoredColumns }
  var count: Int { table.count }

  /// Reads a file of particles; its ending, in capitals or not, says which format it has. A file without
  /// a known ending is read as a table.
  ///
  /// - Parameters:
  ///   - charge: What the living are to carry [C], a magnitude, if it is given.
  ///   - workers: The threads.
  static func read(
    _ path: String, charge: Double?, workers: Workers = .all
  ) throws(DataFileError) -> BeamFile {
    let format = Catalogs.current.beamFormats.format(of: path) ?? CSVBeam.self
    let file = BeamFile(table: try format.read(path, workers: workers), charge: charge)
    try file.table.validate(path, charge: charge)
    return file
  }

  /// The particles, with their weights scaled so that the living carry the charge, if one is given.
  func bunch<Word: ParticleWord>(reference: ReferenceParticle<Double>) -> Bunch<Word> {
    var scale = 1.0
    if let charge {
      var living = 0.0
      for i in 0..<count where table.isAlive(i) { living += weights?[i] ?? 1 }
      let real =
        charge
        / (PhysicalConstants.elementaryCharge * reference.species.chargeNumber.magnitude)
      scale = living > 0 ? real / living : 0
    }
    let scaled = weights.map { $0.map { $0 * scale } }
    guard
      var bunch = try? Bunch<Word>(
        columns: coordinates, weights: scaled, alive: table.alive.map { $0.map { $0 != 0 } },
        reference: reference)
    else { preconditionFailure("the weights of a validated file are not negative") }
    if weights == nil { bunch.setWeights(to: scale) }
    return bunch
  }
}

extension Bunch {
  /// The particles of a file, in any format of ``Catalogs/beamFormats``: columns x [m], px, y [m], py, t [m],
  /// pt, and weight and alive where there are such.
  ///
  /// - Parameters:
  ///   - path: The file; its ending says which format it has.
  ///   - charge: What the living particles carry [C], a magnitude, to which weights are scaled; nil leaves
  ///     weights as they are, real particles, or 1 each.
  ///   - reference: The particle that the coordinates are measured against.
  ///   - workers: The threads.
  /// - Throws: `DataFileError` for a file that cannot be read, with its place where there is one.
  public init(
    contentsOf path: String, charge: Double? = nil, reference: ReferenceParticle<Double>,
    workers: Workers = .all
  ) throws(DataFileError) {
    self = try BeamFile.read(path, charge: charge, workers: workers).bunch(reference: reference)
  }

  /// Writes all particles, living or lost, to a file, which appears when it is whole.
  ///
  /// - Parameters:
  ///   - path: Its ending says which format of ``Catalogs/beamFormats`` it gets.
  ///   - workers: The threads; the file does not depend on their number.
  /// - Throws: `DataFileError` if the file cannot be written, or has no such ending.
  public func write(to path: String, workers: Workers = .all) throws {
    guard let format = Catalogs.current.beamFormats.format(of: path), format.canWrite else {
      let names = Catalogs.current.beamFormats.writableNames.map { "." + $0 }
      throw DataFileError(
        path: path, "files of particles are written as " + names.joined(separator: ", "))
    }
    var file = try ParticleFile(path: path, format, hasTurns: false, workers: workers)
    try file.append(self, turn: 1)
    try file.commit()
  }
}
