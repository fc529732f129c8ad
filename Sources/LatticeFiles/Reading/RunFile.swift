import BeamDynamics
import CollectiveEffects
import DataFiles
import Documents
import Sensitivity

/// A run as a file describes it: a beam, a beamline, how to track and what to write.
public struct RunFile: Sendable {
  /// The file that it was read from.
  public var path: String
  /// The initial beam.
  public var beam: BeamDescription
  /// The elements, in the order of passing, with their girders and errors.
  public var beamline: Beamline
  /// The beamline as the file has it, without errors, and with what it leaves open of order and steps.
  var design: Beamline
  /// The families that the errors of ``beamline`` were made of.
  public var errors: [ErrorFamily] = []
  /// How the beam is tracked.
  public var tracking: TrackingDescription
  /// What is written, and where.
  public var output: OutputDescription
  /// The constants that expressions of the file may use.
  public var constants: ConstantTable
  /// The numbers of the file that are given by expressions.
  public var bindings: [Binding]
  /// The design variables; nil if the file names none.
  public var variables: DesignVariables?
  /// The objective to be minimised; nil if the file has none.
  public var objective: TermObjective?
  /// How the minimum is searched for.
  public var optimizer = OptimizerDescription()
  /// What a scan varies; nil if the file has none.
  public var scan: ScanDescription?
  /// How the backward pass of a gradient obtains the particles before each collective effect.
  public var checkpointing = Checkpointing.restoring
  /// What the reader noticed without refusing the file.
  public var warnings: [Diagnostic]

  /// How the beam is tracked.
  public struct TrackingDescription: Sendable {
    /// What is tracked.
    public var method = Method.particles
    /// The model of elements that name none; nil for the default of each kind, `Element.unnamedModel`.
    public var elementModel: ElementModel?
    /// Slices of elements that name none.
    public var slices = 1
    /// The precision of the particles' coordinates.
    public var precision = Precision.double
    /// The number of turns.
    public var turns = 1
    /// The space charge of an envelope; nil for none.
    public var spaceCharge: EnvelopeSpaceCharge?
    /// The space charge of particles; nil for none.
    public var particleSpaceCharge: SpaceChargeDescription?
    /// Further collective effects, which act one after the other.
    public var effects: [any CatalogEffect] = []
    /// The numbers that vary from turn to turn.
    public var ramps: [RampDescription] = []

    /// All collective effects: space charge, then the others.
    ///
    /// - Throws: `SpaceChargeError` if the mesh has no cells, or does not fit into the memory.
    public func makeEffects() throws -> [any CollectiveEffect] {
      var all: [any CollectiveEffect] = []
      if let particleSpaceCharge { all.append(try particleSpaceCharge.makeKick()) }
      return all + effects
    }

    /// How many of these come before the listed ones.
    var effectOffset: Int { particleSpaceCharge == nil ? 0 : 1 }

    /// Gives a number of one of all effects another value.
    mutating func set(_ parameter: EffectParameter, to value: Double) {
      var listed: [any CollectiveEffect] = effects
      var own = parameter
      own.effect -= effectOffset
      listed[own] = value
      effects = listed.compactMap { $0 as? any CatalogEffect }
    }
  }

  /// What is tracked.
  public enum Method: String, Sendable, CaseIterable {
    /// Every particle.
    case particles
    /// The mean and the covariance of the beam.
    case envelope
    /// The reference particle alone.
    case reference
  }

  /// The precision of the particles' coordinates.
  public enum Precision: String, Sendable, CaseIterable {
    /// 64 bits.
    case double
    /// 32 bits.
    case float
  }

  /// What is written, and where.
  public struct OutputDescription: Sendable {
    /// The folder of the results; relative to the run file unless absolute.
    public var directory = "out"
    /// Where moments are written.
    public var moments = ObservationPlaces.element
    /// Whether `covariance.csv` is written for particles; for envelopes it always is.
    public var covariance = false
    /// Moments, the reference particle and what monitors see are written in the turns that are multiples
    /// of this.
    public var everyTurns = 1
    /// Whether the final particles are written.
    public var particles = true
    /// The format of files of particles.
    public var format: any BeamFormat.Type = CSVBeam.self
    /// The places where the mesh of space charge is written in the last turn, indices into
    /// `Beamline.order`.
    public var meshPlaces: [Int] = []
  }
}

extension RunFile {
  /// Reads a run file, which may name what is in ``Catalogs/current``.
  ///
  /// - Parameter path: The file; paths inside it are relative to its folder.
  /// - Throws: `InvalidInput` with every mistake found, each with its place in the file.
  public static func read(_ path: String) throws(InvalidInput) -> RunFile {
    try parse(bytes(of: path), path: path)
  }

  /// The contents of a file that a user wrote.
  static func bytes(of path: String) throws(InvalidInput) -> [UInt8] {
    do {
      return try FileBytes.read(path)
    } catch {
      throw InvalidInput(file: path, error.reason)
    }
  }

  /// Reads a run file's contents, which may name what is in ``Catalogs/current``.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 text.
  ///   - path: The name for messages, and the place that relative paths start from.
  /// - Throws: `InvalidInput` with every mistake found, each with its place in the file.
  public static func parse(_ bytes: [UInt8], path: String) throws(InvalidInput) -> RunFile {
    var diagnostics = Diagnostics(file: path)
    guard let root = JSON.parse(bytes, &diagnostics) else {
      throw InvalidInput(diagnostics: diagnostics.sorted)
    }
    let run = read(root, path: path, &diagnostics)
    try diagnostics.throwIfErrors()
    guard let run else { throw InvalidInput(file: path, "is not a run file") }
    return run
  }

  private static func read(
    _ root: JSONNode, path: String, _ diagnostics: inout Diagnostics
  ) -> RunFile? {
    let catalogs = Catalogs.current
    for ambiguity in catalogs.ambiguities { diagnostics.warning(ambiguity, at: nil) }
    guard var reader = ObjectReader(root, describedAs: "the run file", &diagnostics) else {
      return nil
    }
    let constants = readConstants(&reader, &diagnostics)
    reader.constants = constants
    var bindings: [Binding] = []
    let method = TrackingDescription.method(in: root)
    var beam: BeamDescription? = .default
    if reader.contains("beam") {
      beam = reader.object("beam", describedAs: "\"beam\"", &diagnostics).flatMap { object in
        var object = object
        return BeamDescription.read(
          &object, for: method, isContinuous: TrackingDescription.isContinuous(in: root),
          folder: folder(of: path), &bindings, &diagnostics)
      }
    } else {
      _ = reader.node("beam")
      diagnostics.warning(
        "there is no \"beam\": tracking the default one, \(BeamDescription.default.summary)",
        at: reader.position)
    }
    let lattice = reader.requiredNode("lattice", &diagnostics)
    var ramps: JSONNode?
    let tracking =
      reader.object("tracking", describedAs: "\"tracking\"", &diagnostics).map { object in
        var object = object
        ramps = object.node("ramps")
        return TrackingDescription.read(&object, catalogs.effects, &bindings, &diagnostics)
      } ?? TrackingDescription()
    var meshNodes: [JSONNode] = []
    let output =
      reader.object("output", describedAs: "\"output\"", &diagnostics).map { object in
        var object = object
        meshNodes = object.array("mesh", &diagnostics) ?? []
        return OutputDescription.read(&object, &bindings, &diagnostics)
      } ?? OutputDescription()
    let girders = reader.node("girders")
    let errors = reader.node("errors")
    let variables = reader.node("variables")
    let objective = reader.node("objective")
    let optimizer = reader.node("optimizer")
    let scan = reader.node("scan")
    reader.finish(&diagnostics)
    tracking.checkSpaceCharge(of: beam, in: root, &diagnostics)

    var line = lattice.flatMap { node in
      LatticeReader(
        catalog: catalogs.elements, defaultModel: tracking.elementModel, constants: constants,
        folder: folder(of: path)
      ).read(node, &bindings, &diagnostics)
    }
    if let girders, let design = line {
      line = GirderReader(constants: constants)
        .read(girders, under: design, &bindings, &diagnostics)
    }
    let families =
      errors.map { ErrorReader(constants: constants).read($0, &bindings, &diagnostics) } ?? []
    guard let beam, let beamline = line else { return nil }
    if tracking.method == .envelope,
      let item = beamline.elements.first(where: { $0.hasAperture })
    {
      diagnostics.warning(
        "apertures do not act on an envelope: that of \(quoted(item.name)) is ignored",
        at: root.position)
    }
    var run = RunFile(
      path: path, beam: beam, beamline: beamline, design: beamline, tracking: tracking,
      output: output, constants: constants, bindings: bindings, warnings: [])
    run.output.meshPlaces = MeshPlaceReader(run: run).read(meshNodes, &diagnostics)
    if let ramps {
      var reader = RampReader(run)
      run.tracking.ramps = reader.read(ramps, &run.bindings, &diagnostics)
    }
    if let variables {
      var reader = VariableReader(run)
      run.variables = reader.read(variables, &diagnostics)
    }
    run.chooseSteps(at: lattice?.position ?? root.position, &diagnostics)
    run.addErrors(families, &diagnostics)
    if let objective { run.objective = ObjectiveReader(run).read(objective, &diagnostics) }
    if let optimizer {
      run.optimizer = .read(optimizer, for: run.objective, constants, &diagnostics)
    }
    if let scan {
      run.scan = ScanReader(run, families.map(\.family)).read(scan, &diagnostics)
    }
    run.warnings = diagnostics.sorted.filter { $0.severity == .warning }
    return run
  }

  static func readConstants(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> ConstantTable {
    let object = reader.object(
      "constants", describedAs: "\"constants\"", keysCalled: "constant", &diagnostics)
    guard let object else { return ConstantTable(known: KnownConstants.all) }
    return ConstantTable.read(object, known: KnownConstants.all, &diagnostics)
  }

  /// The folder that relative paths in the file at `path` start from.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    let folder = path[..<slash]
    return folder.isEmpty ? "/" : String(folder)
  }

  /// Where the results go unless a run says otherwise.
  var resultsDirectory: String {
    Self.resolve(output.directory, from: Self.folder(of: path))
  }

  /// A path in a file, seen from where the program runs.
  static func resolve(_ path: String, from folder: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : folder + "/" + path
  }
}

extension RunFile.TrackingDescription {
  static func read(
    _ reader: inout ObjectReader, _ effects: EffectCatalog, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> Self {
    var tracking = Self()
    let methods = RunFile.Method.allCases.map(\.rawValue)
    if let name = reader.choice("method", among: methods, &diagnostics) {
      tracking.method = RunFile.Method(rawValue: name) ?? .particles
    }
    let models = [ElementModel.linear, .chromatic, .exact].map(\.rawValue)
    if let name = reader.choice("model", among: models, &diagnostics) {
      tracking.elementModel = ElementModel(rawValue: name)
    }
    tracking.slices = reader.integer("slices", in: 1...1_000_000, &diagnostics) ?? 1
    let precisions = RunFile.Precision.allCases.map(\.rawValue)
    if let name = reader.choice("precision", among: precisions, &diagnostics) {
      tracking.precision = RunFile.Precision(rawValue: name) ?? .double
    }
    tracking.turns = reader.integer("turns", in: 1...1_000_000_000, &diagnostics) ?? 1
    tracking.readSpaceCharge(&reader, &diagnostics)
    tracking.effects = EffectReader(catalog: effects, offset: tracking.effectOffset)
      .read(&reader, tracking.method, &bindings, &diagnostics)
    reader.finish(&diagnostics)
    bindings += reader.bindings(ofSettingsIn: "tracking")
    return tracking
  }
}

extension RunFile.OutputDescription {
  static func read(
    _ reader: inout ObjectReader, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> Self {
    var output = Self()
    if let directory = reader.string("directory", &diagnostics) {
      if directory.isEmpty {
        diagnostics.error(
          "\"directory\" must not be empty; \".\" is the run file's own folder",
          at: reader.position(of: "directory"))
      }
      output.directory = directory
    }
    output.everyTurns = reader.integer("every_turns", in: 1...1_000_000_000, &diagnostics) ?? 1
    let places = ObservationPlaces.allCases.map(\.rawValue)
    if let name = reader.choice("moments", among: places, &diagnostics) {
      output.moments = ObservationPlaces(rawValue: name) ?? .element
    }
    output.covariance = reader.boolean("covariance", &diagnostics) ?? false
    output.particles = reader.boolean("particles", &diagnostics) ?? true
    let formats = Catalogs.current.beamFormats
    if let name = reader.choice("format", among: formats.writableNames, &diagnostics),
      let format = formats[name]
    {
      output.format = format
    }
    reader.finish(&diagnostics)
    bindings += reader.bindings(ofSettingsIn: "output")
    return output
  }
}
