import AutoDiff
import BeamDynamics
import DataFiles
import Documents

extension TrackingState {
  /// Writes the state as an archive of NumPy arrays, which appears when it is whole.
  ///
  /// `coordinates` has the shape (particles, 6): x [m], px, y [m], py, t [m], pt; `weights` and `alive`
  /// have a number for each particle, `turn` says how many turns are over. Everything is stored to the
  /// last bit.
  ///
  /// - Throws: `DataFileError` if the file cannot be written; `EffectWithoutMemory`.
  public func write(to path: String) throws {
    try AtomicFile.write(to: path) { writer in
      var archive = NPZWriter(writer)
      try append(to: &archive)
      try archive.end()
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
    try self.init(NPZFile.read(path), species)
  }

  /// The causes of losses by the numbers that stand for them in files.
  private static var causes: [ParticleLoss.Cause] {
    [.aperture, .domain, .energy, .effect, .overflow]
  }
  private static var stages: [PassageStage] { [.entering, .inside, .leaving] }

  func append(to archive: inout NPZWriter) throws {
    try requireMemory()
    func list(_ values: [Double]) -> NPYFile { NPYFile(shape: [values.count], values: values) }
    func number(_ value: Double) -> NPYFile { NPYFile(shape: [], values: [value]) }
    let count = bunch.count
    try archive.append(number(Double(turn)), named: "turn")
    try archive.append(number(Double(8 * MemoryLayout<Word>.size)), named: "precision")
    let species = start.species
    try archive.append(list([species.mass, species.chargeNumber]), named: "species")
    try archive.append(list(start.numbers), named: "start")
    try archive.append(list(bunch.reference.numbers), named: "reference")
    let format: NPYFile.Format = Word.self == Float.self ? .float32 : .float64
    try archive.append(
      NPYFile(shape: [count, 6], values: bunch.coordinates()), named: "coordinates", as: format)
    try archive.append(list(bunch.weights), named: "weights", as: format)
    try archive.append(list(bunch.alive.map { $0 ? 1 : 0 }), named: "alive", as: format)
    try archive.append(number(bunch.hasUniformWeights ? 1 : 0), named: "uniform_weights")
    let rows = losses.flatMap { loss -> [Double] in
      [
        Double(loss.particle), Double(loss.place), Double(loss.turn), loss.s,
        Double(Self.causes.firstIndex(of: loss.cause) ?? 0), Double(loss.passage),
        Double(Self.stages.firstIndex(of: loss.stage) ?? 0),
      ]
    }
    try archive.append(NPYFile(shape: [losses.count, 7], values: rows), named: "losses")
    try archive.append(
      list(energyChanges.map { $0.map { $0 ? 1 : 0 } ?? -1 }), named: "energy_changes")
    try archive.append(number(Double(memories.count)), named: "effects")
    for (index, memory) in memories.enumerated() {
      try archive.append(list(memory), named: "effect_\(index)")
    }
  }

  init(_ archive: NPZFile, _ species: Species) throws(DataFileError) {
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
    let table = try archive.array("coordinates")
    let (weights, alive) = (try list("weights"), try list("alive"))
    guard table.shape.count == 2, table.shape[1] == 6, weights.count == table.shape[0],
      alive.count == weights.count
    else { throw fail("the arrays of particles do not have the same number of particles") }
    var bunch: Bunch<Word>
    do {
      bunch = try Bunch(
        coordinates: table.values, weights: weights, alive: alive.map { $0 != 0 },
        reference: try reference("reference"))
    } catch let error as DataFileError {
      throw error
    } catch {
      throw fail("\(error)")
    }
    bunch.hasUniformWeights = try number("uniform_weights") != 0
    self.init(
      bunch, after: try whole(try number("turn"), "turn"), from: try reference("start"))
    let rows = try list("losses")
    for row in stride(from: 0, to: rows.count - rows.count % 7, by: 7) {
      let cause = try whole(rows[row + 4], "losses")
      let stage = try whole(rows[row + 6], "losses")
      guard cause < Self.causes.count, stage < Self.stages.count else {
        throw fail("\"losses\" has an unknown cause")
      }
      var loss = ParticleLoss(
        particle: try whole(rows[row], "losses"), place: try whole(rows[row + 1], "losses"),
        turn: try whole(rows[row + 2], "losses"), s: rows[row + 3], cause: Self.causes[cause],
        passage: rows[row + 5] < 0 ? -1 : try whole(rows[row + 5], "losses"))
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
