import BeamDynamics
import Communication
import Documents
import Sensitivity

extension RunFile {
  /// The run that a design varies, as far as the names of its numbers and their values go; all
  /// effects can be made of what a file has said.
  var namedRun: DesignRun { designRun(beam, (try? tracking.makeEffects()) ?? []) }

  /// The run that a design varies, with the beam that its file holds.
  private func designRun(
    _ beam: BeamDescription, _ effects: [any CollectiveEffect]
  ) -> DesignRun {
    let method: DesignRun.Method =
      switch tracking.method {
      case .particles: .particles
      case .envelope: .envelope(tracking.spaceCharge)
      case .reference: .reference
      }
    var run = DesignRun(beamline, beam, method: method)
    run.turns = tracking.turns
    run.slices = tracking.slices
    run.effects = effects
    run.checkpointing = checkpointing
    return run
  }

  /// The cost of the backward pass of a gradient; nil if no collective effect acts on particles.
  ///
  /// - Throws: `SpaceChargeError`, `DataFileError` for a beam file that cannot be read.
  public func checkpointPlan(workers: Workers = .all) throws -> CheckpointPlan? {
    let effects = try tracking.makeEffects()
    if effects.isEmpty { return nil }
    return designRun(try beam.read().beam, effects).checkpointPlan
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
  /// - Throws: `DataFileError` for a beam file that cannot be read, `InvalidInput` for a run with ramps.
  public func makeDesign<Goal: BeamObjective>(
    goal: Goal, workers: Workers = .all
  ) throws -> DesignProblem<Goal>? {
    guard let variables else { return nil }
    try refuseRamps()
    let beam = try beam.read(for: tracking.method, workers: workers)
    return DesignProblem(
      designRun(beam, try tracking.makeEffects()), variables, goal: goal, workers: workers)
  }

  /// - Throws: `InvalidInput` for a run with ramps.
  private func refuseRamps() throws(InvalidInput) {
    if tracking.ramps.isEmpty { return }
    throw InvalidInput(
      file: path,
      "ramps have no derivatives, and \"variables\" are the same in all turns: leave out \"ramps\" for "
        + "an objective or an optimum")
  }

  /// The file's scan; nil if it has none.
  ///
  /// - Throws: `DataFileError` for a beam file that cannot be read, `SpaceChargeError`, `InvalidInput` for
  ///   an objective of a run with ramps.
  public func makeScan(workers: Workers = .all) throws -> Scan? {
    guard let scan else { return nil }
    if scan.hasObjective { try refuseRamps() }
    let beam = try beam.read(for: tracking.method, workers: workers)
    var run = designRun(beam, try tracking.makeEffects())
    run.beamline = design
    var own = Scan(run, scan.variables, scan.settings.all)
    own.errors = errors
    own.ramps = tracking.ramps.flatMap(\.ramps)
    own.rangesOfSteps = variables
    own.isInSinglePrecision = tracking.precision == .float
    if scan.hasObjective, let objective {
      own.objective = ScanObjective(
        objective, variables ?? DesignVariables([]), hasGradient: scan.hasGradient)
    }
    return own
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
    var ofBeam: [(number: BeamNumber, value: Double)] = []
    for (number, value) in zip(variables.numbers, variables.numbers(of: values)) {
      switch number {
      case .element(let parameter):
        file.beamline[parameter] = value
        file.design[parameter] = value
      case .beam(let own): ofBeam.append((own, value))
      case .effect(let parameter): file.tracking.set(parameter, to: value)
      case .coordinate, .setting: break
      }
    }
    file.beam = try beam.setting(ofBeam)
    file.variables = variables.starting(at: values)
    return file
  }
}
