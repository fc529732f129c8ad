import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra

/// Takes the beam of a design through its beamline, whatever it consists of.
struct DesignSweep: Sendable {
  private let run: DesignRun
  private let inputs: DesignInputs
  private let requests: [ObservationRequest]
  private let workers: Workers

  init(
    _ run: DesignRun, _ inputs: DesignInputs, requests: [ObservationRequest], workers: Workers
  ) {
    self.run = run
    self.inputs = inputs
    self.requests = requests
    self.workers = workers
  }

  /// A way through the beamline.
  ///
  /// - Parameters:
  ///   - values: The varied numbers of the run.
  ///   - bunch: The particles, with the plain values of what varies; nil for an envelope.
  /// - Throws: `EnvelopeError`, `Interruption`.
  func passage<C: DesignNumber>(
    _ values: [C], _ bunch: Bunch<Double>?
  ) throws -> DesignPassage<C> {
    let reference = ReferenceParticle<C>(
      species: run.beam.species, kineticEnergyOverMass: inputs.kineticEnergyOverMass(values))
    if let bunch { return try particlePassage(values, bunch, reference) }
    if workers.isInterrupted() { throw Interruption() }
    return try envelopePassage(values, reference)
  }

  private var sign: Double { run.beam.species.sign }
  private var isContinuous: Bool { run.beam.current != nil }

  private func parameterValues<C: DesignNumber>(_ values: [C]) -> [C] {
    inputs.parameterPlaces.map { values[$0] }
  }

  // MARK: Particles

  private func particlePassage<C: DesignNumber>(
    _ values: [C], _ bunch: Bunch<Double>, _ reference: ReferenceParticle<C>
  ) throws -> DesignPassage<C> {
    var sweep = ParticleSweep<C>(
      beamline: run.beamline, turns: run.turns, slices: run.slices, effects: run.effects,
      parameters: inputs.parameters, values: parameterValues(values),
      effectParameters: inputs.effectParameters,
      effectValues: inputs.effectPlaces.map { values[$0] }, requests: requests, workers: workers)
    sweep.checkpointing = run.checkpointing
    let particles = try sweep.forward(
      bunch,
      from: BeamStart(
        reference, energyVaries: inputs.energy != nil,
        charge: sign * inputs.intensity(values), shape: shape(values),
        coordinates: coordinates(values, bunch)))
    var beams = particles.observations
    var orbit: EnvelopePassage<C>?
    if requests.contains(where: \.needsTransferMatrix) {
      // Matrices are those of the design orbit: an envelope without a size goes along it.
      let passage = try EnvelopePassage(
        sweep: envelopeSweep(
          values, EnvelopeStart(reference: reference, covariance: .zero), nil),
        requests, turns: run.turns)
      for i in beams.indices where requests[i].needsTransferMatrix {
        beams[i].transferMatrix = passage.observation(ofRequest: i).transferMatrix ?? .identity
      }
      orbit = passage
    }
    return DesignPassage(
      particles: particles, envelope: orbit, beams: beams, species: run.beam.species,
      isContinuous: isContinuous)
  }

  /// How the particles were drawn, if the shape of the beam varies.
  private func shape<C: DesignNumber>(
    _ values: [C]
  ) throws -> (recipe: InitialBeam, transform: Matrix6<C>, mean: Vector6<C>)? {
    guard let recipe = run.beam.drawn, let shape = try inputs.shape(values) else {
      return nil
    }
    return (recipe, shape.transform, Vector6 { shape.mean[$0] })
  }

  /// The coordinates of all particles, with the derivatives of those that vary; nil if none does.
  private func coordinates<C: DesignNumber>(
    _ values: [C], _ bunch: Bunch<Double>
  ) -> [Vector6<C>]? {
    if inputs.coordinates.isEmpty { return nil }
    var all = (0..<bunch.count).map { i in
      let z = bunch[i]
      return Vector6<C> { C(z[$0]) }
    }
    for (particle, coordinate, place) in inputs.coordinates {
      all[particle][coordinate] = values[place]
    }
    return all
  }

  // MARK: Envelopes

  private func envelopePassage<C: DesignNumber>(
    _ values: [C], _ reference: ReferenceParticle<C>
  ) throws -> DesignPassage<C> {
    let intensity = inputs.intensity(values)
    var spaceCharge: EnvelopeSpaceCharge?
    if case .envelope(let given) = run.method { spaceCharge = given }
    let passage = try EnvelopePassage(
      sweep: envelopeSweep(values, start(values, reference, intensity), spaceCharge), requests,
      turns: run.turns)
    let beams = requests.indices.map { i in
      let place = passage.observation(ofRequest: i)
      return BeamObservation(
        mean: place.mean, covariance: place.covariance, reference: place.reference,
        transferMatrix: place.transferMatrix ?? .identity,
        charge: isContinuous ? .zero : sign * intensity)
    }
    return DesignPassage(
      particles: nil, envelope: passage, beams: beams, species: run.beam.species,
      isContinuous: isContinuous)
  }

  private func start<C: DesignNumber>(
    _ values: [C], _ reference: ReferenceParticle<C>, _ intensity: C
  ) throws -> EnvelopeStart<C> {
    var start = EnvelopeStart<C>(reference: reference, covariance: .zero, intensity: intensity)
    if case .reference = run.method { return start }
    if let shape = try inputs.shape(values) {
      start.mean = Vector6 { shape.mean[$0] }
      start.covariance = shape.covariance
      return start
    }
    if let moments = try run.beam.moments(workers: workers) {
      start.mean = Vector6 { C(moments.mean[$0]) }
      start.covariance = moments.covariance.map { C($0) }
    }
    return start
  }

  private func envelopeSweep<C: DesignNumber>(
    _ values: [C], _ start: EnvelopeStart<C>, _ spaceCharge: EnvelopeSpaceCharge?
  ) -> EnvelopeSweep<C> {
    var options = EnvelopeOptions()
    options.turns = run.turns
    options.slices = run.slices
    options.spaceCharge = spaceCharge
    // Along the orbit of particles it has no size to act on.
    if !run.isOfParticles { options.effects = run.effects }
    options.tracksTransferMatrix = requests.contains(where: \.needsTransferMatrix)
    if case .reference = run.method { options.tracksEnvelope = options.tracksTransferMatrix }
    options.observedPlaces = Set(requests.compactMap(\.place))
    var sweep = EnvelopeSweep<C>(
      run.beamline, options: options, start: start, parameters: inputs.parameters,
      values: parameterValues(values))
    sweep.recordsWay = true
    sweep.differentiatesReference = inputs.energy != nil
    return sweep
  }
}
