import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Documents

extension TrackingState {
  /// Writes the state as an archive of NumPy arrays, which appears when it is whole.
  ///
  /// `coordinates` has the shape (particles, 6): x [m], px, y [m], py, t [m], pt; `weights` and `alive`
  /// have a number for each particle, `turn` says how many turns are over. Everything is stored to the
  /// last bit.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - communicator: The processes that share the bunch, all of which call this. The first writes the file,
  ///     which is that of one process.
  /// - Throws: `DataFileError` if the file cannot be written, in all processes; `EffectWithoutMemory`.
  public func write(
    to path: String, _ communicator: any Communicator = SingleProcess()
  ) throws {
    let writer = try communicator.together(failing: DataFileError.self) {
      communicator.isFirst ? try FileWriter(path: path) : nil
    }
    var archive = SharedArchive(writer, communicator)
    try communicator.together(failing: DataFileError.self) {
      try append(to: &archive)
      try archive.end()
      try writer?.commit()
    }
  }

  /// Reads a state that was written.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - species: The kind of particle, which must have the mass and the charge of the stored one.
  /// - Throws: `DataFileError` if the file cannot be read, is damaged, or holds another species or
  ///   precision.
  public init(contentsOf path: String, species: Species) throws(DataFileError) {
    try self.init(NPZFile.read(path), species, SingleProcess())
  }

  /// Reads a state that was written by any number of processes; each reads its share of the particles.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - species: The kind of particle, which must have the mass and the charge of the stored one.
  ///   - communicator: The processes that share the bunch, all of which call this.
  /// - Throws: As ``init(contentsOf:species:)``, in all processes.
  public init(
    contentsOf path: String, species: Species, _ communicator: any Communicator
  ) throws {
    self = try communicator.together(failing: DataFileError.self) {
      try Self(NPZFile.read(path), species, communicator)
    }
  }

  /// The causes of losses by the numbers that stand for them in files.
  private static var causes: [ParticleLoss.Cause] {
    [.aperture, .domain, .energy, .effect, .overflow]
  }
  private static var stages: [PassageStage] { [.entering, .inside, .leaving] }

  /// Appends the state to an archive; all processes call it.
  func append(to archive: inout SharedArchive) throws {
    try requireMemory()
    func list(_ values: [Double]) -> NPYFile { NPYFile(shape: [values.count], values: values) }
    func number(_ value: Double) -> NPYFile { NPYFile(shape: [], values: [value]) }
    archive.append(number(Double(turn)), named: "turn")
    archive.append(number(Double(8 * MemoryLayout<Word>.size)), named: "precision")
    let species = start.species
    archive.append(list([species.mass, species.chargeNumber]), named: "species")
    archive.append(list(start.numbers), named: "start")
    archive.append(list(bunch.reference.numbers), named: "reference")
    func appendParticles(
      _ name: String, rowShape: [Int], _ numbers: @escaping (Range<Int>) -> [Double]
    ) throws {
      let (total, count, atOnce) = (bunch.share.total, bunch.count, ParticleFile.rowCount)
      try archive.append(
        name, shape: [total] + rowShape, as: Word.self == Float.self ? .float32 : .float64,
        pieces: (count + atOnce - 1) / atOnce
      ) { numbers($0 * atOnce..<min(($0 + 1) * atOnce, count)) }
    }
    try appendParticles("coordinates", rowShape: [6]) { bunch.rows(of: $0).coordinates }
    try appendParticles("weights", rowShape: []) { bunch.rows(of: $0).weights }
    try appendParticles("alive", rowShape: []) { bunch.rows(of: $0).alive.map { $0 ? 1 : 0 } }
    archive.append(number(bunch.hasUniformWeights ? 1 : 0), named: "uniform_weights")
    let rows = losses.flatMap { loss -> [Double] in
      [
        Double(loss.particle), Double(loss.place), Double(loss.turn), loss.s,
        Double(Self.causes.firstIndex(of: loss.cause) ?? 0), Double(loss.passage),
        Double(Self.stages.firstIndex(of: loss.stage) ?? 0),
      ]
    }
    archive.append(NPYFile(shape: [losses.count, 7], values: rows), named: "losses")
    archive.append(
      list(energyChanges.map { $0.map { $0 ? 1 : 0 } ?? -1 }), named: "energy_changes")
    archive.append(number(Double(memories.count)), named: "effects")
    for (index, memory) in memories.enumerated() {
      archive.append(list(memory), named: "effect_\(index)")
    }
  }

  /// - Parameter communicator: The processes that share the bunch. No messages are sent: errors may occur in one
  ///   of them.
  init(
    _ archive: NPZFile, _ species: Species, _ communicator: any Communicator
  ) throws(DataFileError) {
    func fail(_ message: String) -> DataFileError { DataFileError(path: archive.path, message) }
    func list(_ name: String) throws(DataFileError) -> [Double] { try archive.array(name).values }
    func number(_ name: String) throws(DataFileError) -> Double {
      guard let value = try list(name).first else { throw fail("\(quoted(name)) is empty") }
      return value
    }
    func whole(_ value: Double, _ name: String) throws(DataFileError) -> Int {
      guard let whole = Int(exactly: value), whole >= 0 else {
        throw fail("\(quoted(name)): expected a whole number from 0, found \(value)")
      }
      return whole
    }
    let bits = try number("precision")
    guard bits == Double(8 * MemoryLayout<Word>.size) else {
      throw fail(
        "the particles are stored with \(concise(bits)) bits, expected the other precision")
    }
    let kind = try list("species")
    guard kind == [species.mass, species.chargeNumber] else {
      throw fail("the particles are of another species")
    }
    func reference(_ name: String) throws(DataFileError) -> ReferenceParticle<Double> {
      guard let particle = ReferenceParticle(species, numbers: try list(name)) else {
        throw fail("\(quoted(name)) is no reference particle")
      }
      return particle
    }
    // Each process reads its rows; the first compares the checksums of all.
    func rows(_ name: String) throws(DataFileError) -> (rows: NPYFile, rowCount: Int) {
      try archive.rows(of: name, verifies: communicator.isFirst) {
        BunchShare(of: $0, in: communicator).numbers
      }
    }
    let table = try rows("coordinates")
    let (weights, alive) = (try rows("weights"), try rows("alive"))
    guard table.rows.shape.count == 2, table.rows.shape[1] == 6,
      [weights, alive].allSatisfy({ $0.rows.shape.count == 1 && $0.rowCount == table.rowCount })
    else { throw fail("the arrays of particles do not have the same number of particles") }
    var bunch: Bunch<Word>
    do {
      let own = try Bunch<Word>(
        coordinates: table.rows.values, weights: weights.rows.values,
        alive: alive.rows.values.map { $0 != 0 }, reference: try reference("reference"))
      bunch = Bunch(own, as: BunchShare(of: table.rowCount, in: communicator))
    } catch let error as DataFileError {
      throw error
    } catch {
      throw fail("\(error)")
    }
    bunch.hasUniformWeights = try number("uniform_weights") != 0
    self.init(
      bunch, after: try whole(try number("turn"), "turn"), from: try reference("start"))
    let numbers = try list("losses")
    // The first process knows the losses of all.
    for row in stride(from: 0, to: numbers.count - numbers.count % 7, by: 7)
    where communicator.isFirst {
      let cause = try whole(numbers[row + 4], "losses")
      let stage = try whole(numbers[row + 6], "losses")
      guard cause < Self.causes.count, stage < Self.stages.count else {
        throw fail("\"losses\" has an unknown cause")
      }
      var loss = ParticleLoss(
        particle: try whole(numbers[row], "losses"), place: try whole(numbers[row + 1], "losses"),
        turn: try whole(numbers[row + 2], "losses"), s: numbers[row + 3], cause: Self.causes[cause],
        passage: numbers[row + 5] < 0 ? -1 : try whole(numbers[row + 5], "losses"))
      loss.stage = Self.stages[stage]
      losses.append(loss)
    }
    energyChanges = try list("energy_changes").map { $0 < 0 ? nil : $0 != 0 }
    for index in 0..<(try whole(try number("effects"), "effects")) {
      memories.append(try list("effect_\(index)"))
    }
  }
}

extension ReferenceParticle<Double> {
  /// All its numbers, in a fixed order.
  fileprivate var numbers: [Double] {
    var numbers: [Double] = []
    _ = map { (number: Double) -> Double in
      numbers.append(number)
      return number
    }
    return numbers
  }

  /// The particle with these ``numbers``; nil if there are not as many, or if it has no energy.
  fileprivate init?(_ species: Species, numbers: [Double]) {
    let any = ReferenceParticle(species: species, kineticEnergyOverMass: 1)
    guard numbers.count == any.numbers.count, numbers[0] > 0 else { return nil }
    var index = 0
    self = any.map { (_: Double) -> Double in
      defer { index += 1 }
      return numbers[index]
    }
  }
}
