import BeamDynamics
import Communication
import Sensitivity

extension RunFile {
  /// The names of the numbers that may vary.
  var inputNames: InputNames {
    var particles = 0
    if case .drawn(let initial) = beam.source { particles = initial.particles }
    var hasCharge = false
    if case .drawn = beam.source { hasCharge = true }
    return InputNames(
      beamline: beamline, shape: beam.shape, hasCharge: hasCharge, hasCurrent: false,
      particles: particles)
  }

  /// The run that a design varies; of a beam file, with its particles.
  func designRun(with bunch: Bunch<Double>?) -> DesignRun {
    let source: DesignRun.Beam =
      switch beam.source {
      case .drawn(let initial): .drawn(initial, beam.shape)
      case .file: .particles(bunch ?? Bunch(count: 0, reference: beam.reference))
      }
    var run = DesignRun(
      beamline, species: beam.species, kineticEnergy: beam.kineticEnergy, beam: source)
    run.turns = tracking.turns
    run.slices = tracking.slices
    return run
  }

  /// The file's variables and objective as a function with derivatives; nil if it lacks one of them.
  ///
  /// Derivatives are computed in double precision, whatever the file's precision of tracking is.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read.
  public func makeDesign(workers: Workers = .all) throws -> DesignProblem<TermObjective>? {
    guard let objective else { return nil }
    return try makeDesign(goal: objective, workers: workers)
  }

  /// The file's variables with an objective of one's own; nil if the file names no variables.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read.
  public func makeDesign<Goal: BeamObjective>(
    goal: Goal, workers: Workers = .all
  ) throws -> DesignProblem<Goal>? {
    guard let variables else { return nil }
    var bunch: Bunch<Double>?
    if case .file = beam.source { bunch = try beam.makeBunch(workers: workers).bunch }
    return DesignProblem(designRun(with: bunch), variables, goal: goal, workers: workers)
  }

  /// The run file with other values of its variables.
  public func setting(_ values: [Double]) -> RunFile {
    guard let variables else { return self }
    var file = self
    file.constants = variables.constants(of: values)
    for (input, value) in zip(variables.inputs, variables.inputs(of: values)) {
      switch input {
      case .element(let parameter): file.beamline[parameter] = value
      case .beam(let input): file.beam.set(input, to: value)
      case .coordinate: break
      }
    }
    file.variables = variables.starting(at: values)
    return file
  }
}

extension BeamDescription {
  /// Gives one of the numbers that describe the beam another value, which must be one that a beam
  /// can have.
  fileprivate mutating func set(_ input: BeamInput, to value: Double) {
    switch input {
    case .kineticEnergy: kineticEnergy = value
    case .totalEnergy, .momentum:
      kineticEnergy = input.kineticEnergyOverMass(value, species) * species.mass
    case .charge, .current:
      if case .drawn(var initial) = source {
        initial.charge = value
        source = .drawn(initial)
      }
    case .shape(let place):
      shape?.values[place] = value
      if case .drawn(var initial) = source, let made = try? shape?.shape {
        initial.shape = made
        source = .drawn(initial)
      }
    }
  }
}
