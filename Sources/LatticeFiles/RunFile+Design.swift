import BeamDynamics
import Communication
import Documents
import LinearAlgebra
import Sensitivity

extension RunFile {
  /// The names of the numbers that may vary.
  var inputNames: InputNames { designRun(with: nil).inputNames }

  /// The run that a design varies.
  ///
  /// - Parameters:
  ///   - beam: What a beam file says.
  ///   - effects: What particles do to each other.
  func designRun(
    with beam: DesignRun.Beam?, effects: [any CollectiveEffect] = []
  ) -> DesignRun {
    var source: DesignRun.Beam = .moments(
      mean: Vector6(repeating: 0), covariance: .zero, charge: 0)
    if case .drawn(let initial) = self.beam.source { source = .drawn(initial, self.beam.shape) }
    let method: DesignRun.Method =
      switch tracking.method {
      case .particles: .particles
      case .envelope: .envelope(tracking.spaceCharge)
      case .reference: .reference
      }
    var run = DesignRun(
      beamline, species: self.beam.species, kineticEnergy: self.beam.kineticEnergy,
      beam: beam ?? source, method: method)
    run.current = self.beam.current
    run.turns = tracking.turns
    run.slices = tracking.slices
    run.effects = effects
    run.checkpointing = checkpointing
    return run
  }

  /// What the way back of a gradient will cost; nil without space charge of particles.
  ///
  /// - Throws: `SpaceChargeError`, `DataFileError` for a beam file that cannot be read.
  public func checkpointPlan(workers: Workers = .all) throws -> CheckpointPlan? {
    let effects = try tracking.makeEffects()
    if effects.isEmpty { return nil }
    var source: DesignRun.Beam?
    if case .file = beam.source {
      source = .particles(try beam.makeBunch(workers: workers).bunch)
    }
    return designRun(with: source, effects: effects).checkpointPlan
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
    var source: DesignRun.Beam?
    if case .file = beam.source {
      if tracking.method == .particles {
        source = .particles(try beam.makeBunch(workers: workers).bunch)
      } else {
        let (envelope, charge) = try beam.envelope(for: tracking.method, workers: workers).start
        source = .moments(
          mean: envelope.mean, covariance: envelope.covariance, charge: charge ?? 0)
      }
    }
    return DesignProblem(
      designRun(with: source, effects: try tracking.makeEffects()), variables, goal: goal,
      workers: workers)
  }

  /// The run file with the variables of some groups only; the others stay where they start.
  ///
  /// - Throws: `InvalidInput` for a group that it does not have.
  public func varying(groups: [String]) throws(InvalidInput) -> RunFile {
    guard let variables else { return self }
    let known = variables.variables.compactMap(\.group)
    for group in groups where !known.contains(group) {
      let hint = nearestName(to: group, among: known).map { "; did you mean \(quoted($0))?" }
      throw InvalidInput(
        file: path, "there is no group of variables \(quoted(group))" + (hint ?? ""))
    }
    var file: RunFile
    do {
      file = try setting(variables.start)
    } catch {
      throw InvalidInput(file: path, "the variables start where there is no such beam: \(error)")
    }
    file.variables = file.variables?.keeping { variable in
      variable.group.map(groups.contains) ?? false
    }
    return file
  }

  /// The run file with other values of its variables.
  ///
  /// - Throws: `InvalidBeamShape` for values that no beam can have.
  public func setting(_ values: [Double]) throws(InvalidBeamShape) -> RunFile {
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
    if variables.inputs.contains(where: { if case .beam(.shape) = $0 { true } else { false } }) {
      try file.beam.reshape()
    }
    file.variables = variables.starting(at: values)
    return file
  }
}

extension BeamDescription {
  /// Gives one of the numbers that describe the beam another value; its shape follows with
  /// ``reshape()``, when all of them are there.
  fileprivate mutating func set(_ input: BeamInput, to value: Double) {
    switch input {
    case .kineticEnergy: kineticEnergy = value
    case .totalEnergy, .momentum:
      kineticEnergy = input.kineticEnergyOverMass(value, species) * species.mass
    case .charge, .current:
      if input == .current { current = value }
      if case .drawn(var initial) = source {
        initial.charge = value
        source = .drawn(initial)
      }
    case .shape(let place): shape?.values[place] = value
    }
  }

  /// Makes the shape that the description says.
  fileprivate mutating func reshape() throws(InvalidBeamShape) {
    guard let shape, case .drawn(var initial) = source else { return }
    initial.shape = try shape.shape
    source = .drawn(initial)
  }
}
