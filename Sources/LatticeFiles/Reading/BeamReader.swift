import AutoDiff
import BeamDynamics
import Communication
import DataFiles
import Documents
import Sensitivity

extension BeamDescription {
  /// The beam of a file that holds a lattice only: 10,000 electrons of 100 MeV, 1 µm·rad
  /// normalised, 25 pC.
  public static let `default`: BeamDescription = {
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 100)
    var description = BeamShapeDescription(.twiss)
    description["emittance_x"] = 1e-6 / reference.betaGamma
    description["emittance_y"] = 1e-6 / reference.betaGamma
    description["emittance_t"] = 1e-8
    guard
      let beam = try? InitialBeam(
        GaussianDistribution(), describedBy: description, particles: 10_000, charge: 25e-12)
    else { preconditionFailure("the default beam has a proper shape") }
    return BeamDescription(species: .electron, kineticEnergy: 100, source: .drawn(beam))
  }()

  /// In a few words.
  var summary: String {
    let name = species.name ?? "ions"
    guard case .drawn(let beam) = source else { return "\(name), \(kineticEnergy) MeV" }
    return "\(beam.particles) particles (\(name), \(kineticEnergy) MeV)"
  }

  /// The most macro-particles that a run may ask for; what fits the memory is checked before they
  /// are made.
  static let particleLimit = 10_000_000_000

  private static let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude

  static func read(
    _ reader: inout ObjectReader, for method: RunFile.Method, isContinuous: Bool, folder: String,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> BeamDescription? {
    let species = readSpecies(&reader, &bindings, &diagnostics)
    let energy = readEnergy(&reader, species, &diagnostics)
    _ = reader.exactlyOne(of: ["charge", "current"], isOptional: true, &diagnostics)
    let charge = reader.number("charge", in: .nonNegative, &diagnostics)
    let current = reader.number("current", in: .nonNegative, &diagnostics)
    if method == .particles && !isContinuous && reader.contains("current") {
      diagnostics.error(
        "a beam of particles has a \"charge\", not a \"current\", unless its space charge is of the "
          + "model \"2D\"",
        at: reader.position(of: "current"))
    }
    let source: Source?
    if reader.contains("file") {
      let path = reader.string("file", &diagnostics)
      for key in ["particles", "seed", "distribution", "quiet_start"] where reader.contains(key) {
        _ = reader.node(key)
        diagnostics.error(
          "the beam is read from a \"file\": leave out \(quoted(key))",
          at: reader.position(of: key))
      }
      source = path.map { .file(path: RunFile.resolve($0, from: folder), charge: charge) }
    } else {
      let reference = species.flatMap { species in
        energy.map { ReferenceParticle<Double>(species: species, kineticEnergy: $0) }
      }
      let drawn = readDrawn(
        &reader, for: method, reference, charge: charge ?? (isContinuous ? current : nil),
        &bindings, &diagnostics)
      if reader.contains("current"), let sized = drawn?.distribution as? any SizedDistribution,
        type(of: sized).followsBeam
      {
        diagnostics.error(
          "a \(type(of: sized).kind) beam is a bunch: it has a \"charge\", not a \"current\"",
          at: reader.position(of: "current"))
      }
      source = drawn.map { .drawn($0) }
    }
    reader.finish(known: ["file"], &diagnostics)
    bindings += reader.bindings { written in
      BeamNumber.named.first { $0.name == written.key }.map { .beam($0.number) }
        ?? .setting("beam.\(written.key)")
    }
    guard let species, let energy, let source else { return nil }
    var beam = BeamDescription(species: species, kineticEnergy: energy, source: source)
    beam.current = current
    return beam
  }

  private static func readSpecies(
    _ reader: inout ObjectReader, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> Species? {
    guard let node = reader.requiredNode("species", &diagnostics) else { return nil }
    switch node.value {
    case .string(let name):
      if let species = Species(named: name) { return species }
      let names = Species.named.compactMap(\.name)
      let hint = nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
      diagnostics.error(
        "there is no species \(quoted(name)); there are: " + names.joined(separator: ", ")
          + ", or {\"mass\": MeV, \"charge\": e}" + hint, at: node.position)
      return nil
    case .object:
      guard
        var object = ObjectReader(
          node, describedAs: "the species", constants: reader.constants, &diagnostics)
      else { return nil }
      let mass = object.number("mass", in: positive, required: true, &diagnostics)
      let charge = object.number("charge", required: true, &diagnostics)
      object.finish(&diagnostics)
      bindings += object.bindings(ofSettingsIn: "beam.species")
      if charge == 0 {
        diagnostics.error(
          "\"charge\" of a species must not be 0", at: object.position(of: "charge"))
        return nil
      }
      guard let mass, let charge else { return nil }
      return Species(mass: mass, chargeNumber: charge)
    default:
      if !node.isUnreadable {
        diagnostics.error(
          "\"species\": expected a name or {\"mass\": MeV, \"charge\": e}, found \(node.summary)",
          at: node.position)
      }
      return nil
    }
  }

  /// The kinetic energy [MeV], from whichever way it is given.
  private static func readEnergy(
    _ reader: inout ObjectReader, _ species: Species?, _ diagnostics: inout Diagnostics
  ) -> Double? {
    let keys = ["kinetic_energy", "total_energy", "momentum"]
    let given = reader.exactlyOne(of: keys, &diagnostics)
    var value: Double?
    for key in keys {
      let number = reader.number(key, in: positive, &diagnostics)
      if key == given { value = number }
    }
    guard let given, let value, let species else { return nil }
    switch given {
    case "total_energy":
      if value <= species.mass {
        diagnostics.error(
          "\"total_energy\" must exceed the rest energy, \(species.mass) MeV",
          at: reader.position(of: given))
        return nil
      }
      return value - species.mass
    case "momentum":
      // √(m² + p²) − m without cancellation.
      return value * value
        / ((species.mass * species.mass + value * value).squareRoot() + species.mass)
    default:
      return value
    }
  }

  private static func readDrawn(
    _ reader: inout ObjectReader, for method: RunFile.Method,
    _ reference: ReferenceParticle<Double>?, charge: Double?,
    _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> InitialBeam? {
    // What is not drawn is not counted; what is not looked at needs no shape.
    let needsParticles = method == .particles
    var particles = reader.integer(
      "particles", in: 1...particleLimit, required: needsParticles, &diagnostics)
    if !needsParticles && !reader.contains("particles") { particles = 0 }
    let seed = reader.integer("seed", in: 0...(1 << 53 - 1), &diagnostics) ?? 1
    let isQuiet = reader.boolean("quiet_start", &diagnostics) ?? false
    let object = reader.object(
      "distribution", describedAs: "the distribution", required: method != .reference,
      &diagnostics)
    if needsParticles, let particles, !PhysicalMemory.holds(particles: particles) {
      diagnostics.error(
        "\(particles) particles do not fit this machine's memory of "
          + "\(PhysicalMemory.bytes >> 30) GiB", at: reader.position(of: "particles"))
    }
    guard var object else {
      if method != .reference || reader.contains("distribution") { return nil }
      guard let point = try? BeamShape<Double>(covariance: .zero) else { return nil }
      return InitialBeam(GaussianDistribution(), shape: point, particles: 0, charge: charge ?? 0)
    }
    let mistakes = diagnostics.entries.count
    let description = DistributionReader.read(&object, &bindings, &diagnostics)
    guard let particles, let description else { return nil }
    switch description {
    case .shaped(let distribution, let description):
      // Mistakes in the shape have been reported.
      return try? InitialBeam(
        distribution, describedBy: description, particles: particles, charge: charge ?? 0,
        seed: UInt64(seed), isQuiet: isQuiet)
    case .sized(let distribution, let mean):
      guard let reference, diagnostics.entries.count == mistakes else { return nil }
      do {
        var sized = try distribution.sized(for: reference, charge: charge ?? 0)
        if let mistake = DistributionReader.mistakeOfUnitCovariance(sized.distribution) {
          diagnostics.error(mistake, at: object.position(of: "kind"))
          return nil
        }
        sized.shape.mean = mean
        return InitialBeam(
          sized.distribution, shape: sized.shape, particles: particles, charge: charge ?? 0,
          seed: UInt64(seed), isQuiet: isQuiet)
      } catch {
        diagnostics.error("\(error)", at: object.position(of: error.parameter))
        return nil
      }
    }
  }

  // MARK: What a file holds

  /// What its file holds, of several processes the share of this one; nil if it comes from none.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read; what the processes throw if they cannot
  ///   communicate.
  func readFile(workers: Workers) throws -> BeamFile? {
    guard case .file(let path, let charge) = source else { return nil }
    return try BeamFile.read(path, charge: charge ?? current, workers: workers)
  }

  /// The beam with what its file holds in the file's place, and the file's columns that were passed
  /// over.
  ///
  /// - Parameter workers: The threads, and the processes that share the particles; this process alone has them all.
  /// - Throws: As ``readFile(workers:)``.
  func read(
    workers: Workers = .all
  ) throws -> (beam: BeamDescription, ignoredColumns: [String]) {
    guard let file = try readFile(workers: workers) else { return (self, []) }
    var beam = self
    beam.source = .particles(try file.bunch(reference: reference, workers.communicator))
    return (beam, file.ignoredColumns)
  }

  /// The same as far as a method looks at it: all particles in every process, for whose numbers variables may
  /// stand, or their moments.
  ///
  /// - Throws: As ``read(workers:)``; `Interruption` if the workers were stopped.
  func read(for method: RunFile.Method, workers: Workers) throws -> BeamDescription {
    guard case .file = source else { return self }
    if method == .particles {
      return try workers.communicator.together(failing: DataFileError.self) {
        try read(workers: workers.alone).beam
      }
    }
    let (envelope, charge) = try envelope(for: method, workers: workers).start
    var beam = self
    beam.source = .moments(
      mean: envelope.mean, covariance: envelope.covariance, charge: charge ?? 0)
    return beam
  }

  /// The particles of this process, and the columns of their file that were passed over.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read, `Interruption` if the workers were
  ///   stopped; what the processes throw if they cannot communicate.
  func makeBunch<Word: ParticleWord>(
    workers: Workers
  ) throws -> (bunch: Bunch<Word>, ignoredColumns: [String]) {
    if let file = try readFile(workers: workers) {
      return (
        try file.bunch(reference: reference, workers.communicator), file.ignoredColumns
      )
    }
    guard let drawn else { preconditionFailure("a run file draws its beam, or names a file") }
    return (try Bunch(drawn, reference: reference, workers: workers), [])
  }
}
