import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Documents

/// A file of particles, of which each process has its share, and the charge that they are to carry.
struct BeamFile {
  /// The columns of the file.
  let table: ParticleTable
  /// What the living carry [C], a magnitude; nil if the weights say it.
  let charge: Double?
  /// Σw of the living in all processes, before it is scaled.
  private let livingWeight: Double

  var coordinates: [[Double]] { table.coordinates }
  var weights: [Double]? { table.weights }
  var ignoredColumns: [String] { table.ignoredColumns }
  var count: Int { table.count }

  /// Reads a file of particles; its ending, in capitals or not, says which format it has. A file without
  /// a known ending is read as a table.
  ///
  /// - Parameters:
  ///   - charge: What the living are to carry [C], a magnitude, if it is given.
  ///   - workers: The threads, and the processes that share the particles, all of which call this.
  /// - Throws: `DataFileError`, in all processes; what the processes throw if they cannot communicate.
  static func read(_ path: String, charge: Double?, workers: Workers = .all) throws -> BeamFile {
    let format = Catalogs.current.beamFormats.format(of: path) ?? CSVBeam.self
    let communicator = workers.communicator
    let table = try communicator.together(failing: DataFileError.self) {
      let table = try format.readShare(path, workers: workers)
      try table.validate(path)
      return table
    }
    return try BeamFile(table, path, charge: charge, communicator)
  }

  private init(
    _ table: ParticleTable, _ path: String, charge: Double?, _ communicator: any Communicator
  ) throws {
    self.table = table
    self.charge = charge
    let living = (0..<table.count).count(where: table.isAlive)
    let someLive = try communicator.allGather(values: living).contains { $0 > 0 }
    livingWeight = try communicator.total(Self.weight(of: table)) ?? 0
    if let charge, charge > 0, table.weights != nil, someLive, !(livingWeight > 0) {
      throw DataFileError(
        path: path,
        "the weights of all living particles are 0, and cannot be scaled to carry \(charge) C; give "
          + "them weights, or leave out the column \"weight\", so that all weigh the same, or the "
          + "beam's charge or current")
    }
  }

  /// Σw of the living of this process, chunk by chunk.
  private static func weight(of table: ParticleTable) -> TreeSum<Double> {
    let chunks = TileChunks(table.share)
    var sum = TreeSum<Double>(from: chunks.numbers.lowerBound)
    for chunk in chunks.numbers {
      let tiles = chunks.tiles(chunk)
      let end = min(tiles.upperBound * Tile<Double>.capacity, table.count)
      var part = 0.0
      for i in tiles.lowerBound * Tile<Double>.capacity..<end where table.isAlive(i) {
        part += table.weights?[i] ?? 1
      }
      sum.append(part)
    }
    return sum
  }

  /// The particles of this process, with their weights scaled so that the living carry the charge, if one is given;
  /// all processes call it.
  func bunch<Word: ParticleWord>(
    reference: ReferenceParticle<Double>, _ communicator: any Communicator
  ) throws -> Bunch<Word> {
    var scale = 1.0
    if let charge {
      let real =
        charge
        / (PhysicalConstants.elementaryCharge * reference.species.chargeNumber.magnitude)
      scale = livingWeight > 0 ? real / livingWeight : 0
    }
    let scaled = weights.map { $0.map { $0 * scale } }
    guard
      let own = try? Bunch<Word>(
        columns: coordinates, weights: scaled, alive: table.alive.map { $0.map { $0 != 0 } },
        reference: reference)
    else { preconditionFailure("the weights of a validated file are not negative") }
    var bunch = Bunch(own, as: table.share)
    if let scaled {
      // One weight in each process, and the same in all.
      let parts = try communicator.allGather(
        values: scaled.first.map { own.hasUniformWeights ? $0 : .nan })
      let first = parts[0]
      bunch.hasUniformWeights = parts.allSatisfy { $0 == nil || $0 == first }
    } else {
      bunch.setWeights(to: scale)
    }
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
  ///   - workers: The threads, and the processes that share the particles, all of which call this.
  /// - Throws: `DataFileError` for a file that cannot be read, with its place where there is one, in all processes.
  public init(
    contentsOf path: String, charge: Double? = nil, reference: ReferenceParticle<Double>,
    workers: Workers = .all
  ) throws {
    self = try BeamFile.read(path, charge: charge, workers: workers)
      .bunch(reference: reference, workers.communicator)
  }

  /// Writes all particles, living or lost, to a file, which appears when it is whole. Of several processes the first
  /// writes those of all.
  ///
  /// - Parameters:
  ///   - path: Its ending says which format of ``Catalogs/beamFormats`` it gets.
  ///   - workers: The threads, and the processes that share the bunch, all of which call this; the file does not
  ///     depend on their numbers.
  /// - Throws: `DataFileError` if the file cannot be written, or has no such ending, in all processes.
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
