import AutoDiff
import BeamEnvelopes
import BeamTracking
import Communication
import LinearAlgebra

/// The result of tracking a beam, through which derivatives can be propagated backward.
struct DesignEvaluation<C: SweepScalar> {
  /// nil for an envelope.
  let particles: ParticleEvaluation<C>?
  /// nil if it was not needed.
  let envelope: EnvelopeEvaluation<C>?
  /// The observed beams, in the order of the requests.
  let beams: [BeamObservation<C>]
  let species: Species
  let isContinuous: Bool

  /// Propagates the derivatives with respect to ``beams`` backward to the inputs of the run.
  ///
  /// - Throws: `Interruption` if the workers were stopped, and the errors of
  ///   `ParticleEvaluation.pullBack`.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  consuming func pullBack(
    _ cotangents: [Cotangent<BeamObservation<C>>]
  ) throws -> SweepCotangents<C> {
    let (species, isContinuous, isEnvelope) = (species, isContinuous, particles == nil)
    let envelope = envelope
    var result = try particles?.pullBack(cotangents) ?? SweepCotangents(parameters: [])
    guard var envelope else { return result }
    let back = envelope.pullBack(cotangents, matricesOnly: !isEnvelope)
    if isEnvelope {
      result.parameters = back.parameters
      result.covariance = back.start.covariance
      result.mean = back.start.mean
      result.charge = species.sign * back.intensity
      if !isContinuous { for cotangent in cotangents { result.charge += cotangent.charge } }
    } else {
      for k in result.parameters.indices { result.parameters[k] += back.parameters[k] }
    }
    result.kineticEnergyOverMass += back.start.reference.kineticEnergyOverMass
    return result
  }
}

// MARK: There

extension VariedRun where S: SweepScalar {
  /// Tracks the beam through the beamline, as particles or as an envelope.
  ///
  /// - Parameters:
  ///   - bunch: The particles, with the plain values of varied numbers; nil for an envelope.
  ///   - requests: The requested observations.
  ///   - recordings: The recordings of the beamline's slices.
  /// - Throws: `EnvelopeError`, `Interruption`, and the errors of particle tracking.
  @_specialize(exported:false,where S == Double)
  @_specialize(exported:false,where S == Tangent<Double>)
  func evaluation(
    _ bunch: Bunch<Double>?, requests: [ObservationRequest], workers: Workers,
    _ recordings: SliceRecordings
  ) throws -> DesignEvaluation<S> {
    if let bunch { return try particlePassage(bunch, requests, workers, recordings) }
    if workers.shouldStop() { throw Interruption() }
    let evaluation = try EnvelopeEvaluation(
      sweep: envelopeSweep(from: envelopeStart(workers), requests, recordings), requests,
      turns: run.turns)
    let charge = isContinuous ? .zero : run.beam.species.sign * intensity
    let beams = requests.indices.map { i in
      let place = evaluation.observation(ofRequest: i)
      return BeamObservation(
        mean: place.mean, covariance: place.covariance, reference: place.reference,
        transferMatrix: place.transferMatrix ?? .identity, charge: charge)
    }
    return DesignEvaluation(
      particles: nil, envelope: evaluation, beams: beams, species: run.beam.species,
      isContinuous: isContinuous)
  }

  private var isContinuous: Bool { run.beam.current != nil }

  private func particlePassage(
    _ bunch: Bunch<Double>, _ requests: [ObservationRequest], _ workers: Workers,
    _ recordings: SliceRecordings
  ) throws -> DesignEvaluation<S> {
    var sweep = ParticleSweep<S>(
      beamline: run.beamline, turns: run.turns, slices: run.slices, effects: run.effects,
      parameters: parameters.map(\.parameter), values: parameters.map(\.value),
      effectParameters: effectParameters.map(\.parameter),
      effectValues: effectParameters.map(\.value), requests: requests, workers: workers)
    sweep.checkpointing = run.checkpointing
    sweep.recordings = recordings
    var start = BeamStart(
      reference, energyVaries: energyVaries, charge: run.beam.species.sign * intensity)
    if let recipe = run.beam.drawn, let shape = try shape {
      start.shape = (recipe, shape.transform, Vector6 { shape.mean[$0] })
    }
    if !coordinates.isEmpty {
      var all = (0..<bunch.count).map { i in
        let z = bunch[i]
        return Vector6<S> { S(z[$0]) }
      }
      for (particle, coordinate, value) in coordinates
      where bunch.share.numbers.contains(particle) {
        all[particle - bunch.share.first][coordinate] = value
        start.replaced[particle, default: []].insert(coordinate)
      }
      start.coordinates = all
    }
    let particles = try sweep.forward(bunch, from: start)
    var beams = particles.observations
    var orbit: EnvelopeEvaluation<S>?
    if requests.contains(where: \.needsTransferMatrix) {
      // Transfer matrices are those of the design orbit: an envelope of zero size is tracked along
      // it.
      let evaluation = try EnvelopeEvaluation(
        sweep: envelopeSweep(
          from: EnvelopeStart(reference: reference, covariance: .zero), requests, recordings),
        requests, turns: run.turns)
      for i in beams.indices where requests[i].needsTransferMatrix {
        beams[i].transferMatrix = evaluation.observation(ofRequest: i).transferMatrix ?? .identity
      }
      orbit = evaluation
    }
    return DesignEvaluation(
      particles: particles, envelope: orbit, beams: beams, species: run.beam.species,
      isContinuous: isContinuous)
  }

  private func envelopeStart(_ workers: Workers) throws -> EnvelopeStart<S> {
    var start = EnvelopeStart<S>(reference: reference, covariance: .zero, intensity: intensity)
    if case .reference = run.method { return start }
    if let shape = try shape {
      start.mean = Vector6 { shape.mean[$0] }
      start.covariance = shape.covariance
    } else if let moments = try run.beam.moments(workers: workers) {
      start.mean = Vector6 { S(moments.mean[$0]) }
      start.covariance = moments.covariance.map { S($0) }
    }
    return start
  }

  private func envelopeSweep(
    from start: EnvelopeStart<S>, _ requests: [ObservationRequest], _ recordings: SliceRecordings
  ) -> EnvelopeSweep<S> {
    var options = EnvelopeOptions()
    options.turns = run.turns
    options.slices = run.slices
    options.tracksTransferMatrix = requests.contains(where: \.needsTransferMatrix)
    options.observedPlaces = Set(requests.compactMap(\.place))
    switch run.method {
    case .particles: break  // along their orbit it has no size that anything could act on
    case .envelope(let spaceCharge):
      options.spaceCharge = spaceCharge
      options.effects = run.effects
    case .reference:
      options.effects = run.effects
      options.tracksEnvelope = options.tracksTransferMatrix
    }
    var sweep = EnvelopeSweep<S>(
      run.beamline, options: options, start: start, parameters: parameters.map(\.parameter),
      values: parameters.map(\.value), recordings: recordings)
    sweep.recordsTrajectory = true
    sweep.differentiatesReference = energyVaries
    return sweep
  }
}
