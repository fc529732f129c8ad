import AutoDiff
import BeamEnvelopes
import BeamTracking
import Communication
import Synchronization
import SystemLibrary

/// A scan with what its settings share: the particles, and the steps of tracking.
struct ScanPlan<Word: ParticleWord>: Sendable {
  private let scan: Scan
  /// The particles at the start; nil where each setting has its own, and for other methods.
  private let bunch: Bunch<Word>?
  /// The tracker for all settings; nil where each has to be prepared for itself.
  private let tracker: RepeatedTracker<Word>?
  /// The numbers of elements that settings vary, and their places among those of the design.
  private let parameters: [(parameter: BeamlineParameter, place: Int)]
  /// The other numbers that settings vary.
  private let otherNumbers: [(number: RunNumber, place: Int)]
  private let memory = SplittingMemory()

  /// - Throws: `Interruption` if the workers were stopped.
  init(_ scan: Scan, _ workers: Workers) throws {
    self.scan = scan
    let run = scan.run
    parameters = scan.variables.design.numbers.enumerated().compactMap { place, number in
      if case .element(let parameter) = number { (parameter, place) } else { nil }
    }
    otherNumbers = scan.variables.design.numbers.enumerated().compactMap { place, number in
      if case .element = number { nil } else { (number, place) }
    }
    guard run.isOfParticles else {
      bunch = nil
      tracker = nil
      return
    }
    bunch =
      scan.variables.variesParticles
      ? nil : try run.beam.bunch(of: Word.self, at: run.beam.reference, workers: workers)
    let changesEnergy = scan.variables.design.numbers.contains {
      if case .beam(let number) = $0 { number.isEnergy } else { false }
    }
    let isShared =
      run.effects.isEmpty && scan.errors.isEmpty && scan.ramps.isEmpty
      && !(changesEnergy && run.beamline.leavesStepsOpen)
      && scan.variables.design.numbers.allSatisfy {
        switch $0 {
        case .element, .beam, .coordinate: true
        case .effect, .setting: false
        }
      }
    // A first run that fails says nothing of the others.
    tracker =
      isShared
      ? (try? RepeatedTracker(
        run.beamline, choosing: scan.choosingSteps(run, scan.rangesOfSteps, memory),
        turns: run.turns, slices: run.slices,
        varying: parameters.map(\.parameter), from: run.beam.reference)).flatMap(\.self) : nil
  }

  /// The result of a setting; a failure is part of it.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  func result(_ number: Int, _ workers: Workers) throws -> ScanResult {
    let setting = scan.settings[number]
    var result = ScanResult(number: number, setting: setting)
    do {
      try run(setting, workers, &result)
    } catch let error as Interruption {
      throw error
    } catch let error as UndefinedObjective {
      result.failure = "\(error.subject) is undefined: \(error.reason)"
    } catch {
      result.failure = "\(error)"
    }
    return result
  }

  private func run(_ setting: [Double], _ workers: Workers, _ result: inout ScanResult) throws {
    let design = scan.variables.design
    let numbers = design.numbers(of: scan.variables.designValues(of: setting))
    try VariedRun(scan.run, otherNumbers.map(\.number), otherNumbers.map { numbers[$0.place] })
      .check()
    let beam = try scan.beam(in: setting, numbers)
    let isTracked = try trackShared(beam, numbers, workers, &result)
    func noteLosses() {
      if result.beam?.particles == 0 { result.failure = "all particles are lost" }
    }
    if isTracked && scan.objective == nil { return noteLosses() }
    try VariedRun(scan.run, design.numbers, numbers).check()
    let run = try scan.run(in: setting, numbers, beam, memory)
    if !isTracked {
      switch run.method {
      case .particles: try track(run, workers, &result)
      case .envelope, .reference: try trackEnvelope(run, workers, &result)
      }
    }
    noteLosses()
    if let objective = scan.objective {
      try evaluate(objective.goal, objective, run, setting, workers, &result)
    }
  }

  /// Tracks particles with the steps that all settings share; false where that cannot be.
  private func trackShared(
    _ beam: BeamDescription, _ numbers: [Double], _ workers: Workers, _ result: inout ScanResult
  ) throws -> Bool {
    guard let tracker else { return false }
    var bunch = try particles(beam, workers)
    guard
      let (moments, losses) = try tracker.track(
        &bunch, parameters.map { numbers[$0.place] }, workers: workers)
    else { return false }
    result.beam = BeamStatistics(moments, reference: bunch.reference)
    result.losses = losses.count
    return true
  }

  private func track(_ run: DesignRun, _ workers: Workers, _ result: inout ScanResult) throws {
    var bunch = try particles(run.beam, workers)
    var options = TrackingOptions(
      turns: run.turns, slices: run.slices, moments: .none, effects: run.effects)
    options.ramps = scan.ramps
    let record = try Tracker(run.beamline, options: options, workers: workers).record(&bunch)
    result.beam = record.end?.statistics
    result.losses = record.losses.count
  }

  /// The particles of a setting at the start.
  private func particles(_ beam: BeamDescription, _ workers: Workers) throws -> Bunch<Word> {
    guard var bunch else {
      return try beam.bunch(of: Word.self, at: beam.reference, workers: workers)
    }
    bunch.reference = beam.reference
    return bunch
  }

  private func trackEnvelope(
    _ run: DesignRun, _ workers: Workers, _ result: inout ScanResult
  ) throws {
    var options = EnvelopeOptions(turns: run.turns, slices: run.slices, moments: .none)
    options.effects = run.effects
    var start = EnvelopeStart<Double>(reference: run.beam.reference, covariance: .zero)
    var charge: Double?
    if case .envelope(let spaceCharge) = run.method {
      options.spaceCharge = spaceCharge
      guard let moments = try run.beam.moments(workers: workers) else {
        result.failure = "the beam has no living particles that have a weight"
        return
      }
      start.mean = moments.mean
      start.covariance = moments.covariance
      start.intensity = run.beam.current ?? moments.charge.magnitude
      charge = run.beam.current == nil ? moments.charge : nil
    } else {
      options.tracksEnvelope = false
    }
    var sweep = EnvelopeSweep(run.beamline, options: options, start: start)
    guard let end = try sweep.run().last else { return }
    result.beam =
      options.tracksEnvelope
      ? BeamStatistics(
        mean: end.mean, covariance: end.covariance, charge: charge, reference: end.reference)
      : BeamStatistics(Moments(), reference: end.reference)
  }

  private func evaluate<Goal: BeamObjective>(
    _ goal: Goal, _ objective: ScanObjective, _ run: DesignRun, _ setting: [Double],
    _ workers: Workers, _ result: inout ScanResult
  ) throws {
    let variables = scan.moved(objective.variables, to: run, setting)
    let problem = DesignProblem(run, variables, goal: goal, workers: workers)
    if objective.hasGradient {
      let (value, gradient) = try problem.valueAndGradient(at: variables.start)
      result.objective = value
      result.gradient = gradient
    } else {
      result.objective = try problem.value(at: variables.start)
    }
  }
}

extension ScanVariables {
  /// Whether each setting has its own particles.
  fileprivate var variesParticles: Bool {
    meanings.contains(.beamSeed)
      || design.numbers.contains {
        switch $0 {
        case .beam(let number): !number.isEnergy
        case .coordinate: true
        case .element, .effect, .setting: false
        }
      }
  }
}

extension Scan {
  /// The beam of a setting.
  fileprivate func beam(in setting: [Double], _ numbers: [Double]) throws -> BeamDescription {
    var ofBeam: [(number: BeamNumber, value: Double)] = []
    var coordinates: [(particle: Int, coordinate: Int, value: Double)] = []
    for (number, value) in zip(variables.design.numbers, numbers) {
      switch number {
      case .beam(let own): ofBeam.append((own, value))
      case .coordinate(let particle, let i): coordinates.append((particle, i, value))
      case .element, .effect, .setting: break
      }
    }
    var beam = try run.beam.setting(ofBeam)
    if case .drawn(var initial) = beam.source {
      for (meaning, value) in zip(variables.meanings, setting) where meaning == .beamSeed {
        initial.seed = UInt64(value)
      }
      beam.source = .drawn(initial)
    }
    if !coordinates.isEmpty {
      var bunch: Bunch<Double> = try beam.bunch(of: Double.self, at: beam.reference, workers: .one)
      for (particle, coordinate, value) in coordinates { bunch[particle][coordinate] = value }
      beam.source = .particles(bunch)
    }
    return beam
  }

  /// The run of a setting, with its errors, and with orders and steps chosen.
  fileprivate func run(
    in setting: [Double], _ numbers: [Double], _ beam: BeamDescription, _ memory: SplittingMemory
  ) throws -> DesignRun {
    var own = run
    own.beam = beam
    for (number, value) in zip(variables.design.numbers, numbers) {
      switch number {
      case .element(let parameter): own.beamline[parameter] = value
      case .effect(let parameter): own.effects[parameter] = value
      case .beam, .coordinate, .setting: break
      }
    }
    own.beamline = choosingSteps(
      own, rangesOfSteps.map { moved($0, to: own, setting) }, memory)
    if !errors.isEmpty {
      own.beamline = try own.beamline.withErrors(variables.families(errors, in: setting))
    }
    return own
  }

  /// The beamline of a run with orders and steps.
  fileprivate func choosingSteps(
    _ run: DesignRun, _ variables: DesignVariables?, _ memory: SplittingMemory
  ) -> Beamline {
    run.beamline.choosingSteps(
      from: run.beam.reference, slices: run.slices, effects: run.effects,
      alsoFor: (variables?.extremes(of: run.beamline) ?? [])
        + run.beamline.extremes(of: ramps),
      remembering: memory)
  }

  /// Variables in the run of a setting: they start where the setting has put them.
  fileprivate func moved(
    _ others: DesignVariables, to own: DesignRun, _ setting: [Double]
  ) -> DesignVariables {
    others.moved(
      from: run, to: own,
      constants: variables.design.constants(of: variables.designValues(of: setting)))
  }
}

extension BeamDescription {
  /// The particles at the start.
  ///
  /// - Precondition: It is a beam of particles, and a file has been read.
  fileprivate func bunch<Word: ParticleWord>(
    of word: Word.Type, at reference: ReferenceParticle<Double>, workers: Workers
  ) throws -> Bunch<Word> {
    switch source {
    case .drawn(let initial):
      return try Bunch(initial, reference: reference, workers: workers)
    case .particles(let given):
      var bunch = try Bunch<Word>(
        coordinates: given.coordinates(.byParticle, as: Double.self), weights: given.weights,
        alive: given.alive, reference: reference)
      bunch.hasUniformWeights = given.hasUniformWeights
      return bunch
    case .moments, .file: preconditionFailure("a beam of particles is made of particles")
    }
  }
}
