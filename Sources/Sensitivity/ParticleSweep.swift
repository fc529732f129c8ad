import AutoDiff
import BeamTracking
import Communication
import LinearAlgebra
import ParameterTables

/// A sweep: tracks a bunch forward through a beamline, and propagates the derivatives of an
/// objective backward.
///
/// The forward pass sums over particles, tile by tile, at the observation points. In the backward
/// pass, each tile starts with its final coordinates and passes the inverse maps, so that nothing
/// is stored along the beamline: memory does not depend on the number of elements (see
/// `Sensitivity.md`).
package struct ParticleSweep<C: SweepScalar>: Sendable {
  let line: VariedBeamline<C>
  let itinerary: Itinerary
  let effects: VariedEffects<C>
  let effectParameters: [EffectParameter]
  let requests: [ObservationRequest]
  let workers: Workers
  /// How the backward pass restores the particles before each kick.
  package var checkpointing = Checkpointing.restoring
  /// Recordings of the beamline's slices, for second derivatives. Sweeps with the same varied
  /// numbers may use the same recordings.
  package var recordings = SliceRecordings()

  /// - Parameters:
  ///   - parameters: The numbers of the beamline that vary, with their `values`.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - effects: The collective effects in every slice.
  ///   - effectParameters: The numbers of effects that vary, with their `effectValues`.
  ///   - requests: The requested observations, in the last turn.
  package init(
    beamline: Beamline, turns: Int = 1, slices: Int = 1, effects: [any CollectiveEffect] = [],
    parameters: [BeamlineParameter], values: [C], effectParameters: [EffectParameter] = [],
    effectValues: [C] = [], requests: [ObservationRequest], workers: Workers
  ) {
    line = VariedBeamline(beamline, parameters, values)
    self.effects = VariedEffects(effects, along: line, effectParameters, effectValues)
    self.effectParameters = effectParameters
    itinerary = Itinerary(
      line.beamline, turns: turns, slices: slices,
      effects: self.effects.itineraries(along: line))
    self.requests = requests
    self.workers = workers
  }

  /// Tracks a copy of `bunch` through the beamline.
  ///
  /// - Throws: `Interruption` if the workers were stopped, `StoppedBeam`; and, before anything is
  ///   tracked, ``KicksNotReversible``, `FixedEffectParameter` and ``UndefinedObjective``.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package func forward(
    _ bunch: Bunch<Double>, from start: BeamStart<C>
  ) throws -> ParticleEvaluation<C> {
    if let refusal = effects.refusal { throw refusal }
    try refuseMatrices()
    let withoutInverse = line.beamline.elements.first {
      $0.element.inversion == .localJacobian
    }
    let keepsPoints = withoutInverse != nil
    if let withoutInverse, itinerary.effectCount > 0 {
      throw KicksNotReversible(element: withoutInverse.name)
    }
    bunch.requireShare(in: workers.communicator)
    let whole = try bunch.totalWeight(workers.communicator)
    let unitCharge = start.unitCharge(ofWeight: whole)
    var builder = SectionBuilder<C, Double>(
      itinerary, line, effects, from: start.reference, charge: unitCharge,
      settings(keepsPoints: keepsPoints))
    let tiles = SweepTiles<C>(bunch.share, hasUniformWeights: bunch.hasUniformWeights)
    let runs = effects.effects.map { $0.begin(workers) }
    if C.self != Double.self { _ = try differentiable(runs) }
    var observed = requests.map { Observed(ObservedSums<C>($0), start.reference, nil) }
    var losses = [[ParticleLoss]](repeating: [], count: tiles.tileCount)
    var marks = [builder.mark]
    var acts: [EffectAct<C>] = []
    while let section = try builder.next() {
      let requests = requests
      let served = section.points.map { point in
        requests.indices.filter { requests[$0].place == point.place }
      }
      let (seen, lost): ([[ObservedSums<C>]]?, [ParticleLoss]) = try pass(
        section, tiles, filledFrom: marks.count == 1 ? bunch : nil, start
      ) { tile, point, _, seen in
        seen.append(
          served[point].map { number in
            ObservedSums(tile, requests[number], hasUniformWeights: tiles.hasUniformWeights)
          })
      }
      for (i, point) in section.points.enumerated() {
        for (k, number) in served[i].enumerated() {
          observed[number] = Observed(
            seen?[i][k] ?? ObservedSums(requests[number]), point.reference, point.passage)
        }
      }
      func note(_ lost: [ParticleLoss]) {
        for loss in lost {
          losses[tiles.blocks.place(ofParticle: loss.particle).tile].append(loss)
        }
      }
      note(lost)
      marks.append(builder.mark)
      if let call = section.effect {
        let run = runs[call.effect]
        let state = run.state
        let lost = try call.act(run, on: tiles.blocks)
        note(lost)
        acts.append(EffectAct(call: call, state: state, lost: lost.map(\.particle)))
      }
    }
    return ParticleEvaluation(
      sweep: self, start: start, builder: builder, marks: marks, acts: acts, tiles: tiles,
      bunch: bunch, keepsPoints: keepsPoints,
      initialWeight: bunch.hasUniformWeights ? Double(bunch.share.total) : whole,
      totalWeight: whole,
      observed: observed, lossesByTile: losses, runs: runs)
  }

  /// Transfer matrices are those of the elements along the design orbit, without effects.
  ///
  /// - Throws: ``UndefinedObjective`` if a matrix is requested and an effect changes the reference
  ///   particle's energy.
  private func refuseMatrices() throws(UndefinedObjective) {
    guard requests.contains(where: \.needsTransferMatrix) else { return }
    for (number, effect) in effects.effects.enumerated() where effect.changesReferenceEnergy {
      guard let place = itinerary.firstPlace(ofEffect: number) else { continue }
      throw UndefinedObjective(
        "the transfer matrix",
        because: "the effect \(quoted(type(of: effect).kind)) changes the reference particle's "
          + "energy at \(line.beamline.placeNames[place]), and matrices are those of elements alone",
        remedy: "use moments of the particles instead")
    }
  }

  /// The runs of effects as runs with derivatives.
  ///
  /// - Throws: `EffectWithoutDerivatives` for one without derivatives that acts somewhere.
  func differentiable(
    _ runs: [any EffectRun]
  ) throws(EffectWithoutDerivatives) -> [(any DifferentiableEffectRun)?] {
    var result: [(any DifferentiableEffectRun)?] = []
    for (number, run) in runs.enumerated() {
      let differentiable = run as? any DifferentiableEffectRun
      if differentiable == nil, let place = itinerary.firstPlace(ofEffect: number) {
        throw EffectWithoutDerivatives(
          kind: type(of: effects.effects[number]).kind, place: line.beamline.placeNames[place])
      }
      result.append(differentiable)
    }
    return result
  }

  /// The sums observed for one request.
  struct Observed: Sendable {
    let sums: ObservedSums<C>
    let reference: ReferenceParticle<C>
    /// The number of the passage after which it was observed; −1 at the start, nil if the beam did
    /// not reach it.
    let passage: Int?

    init(_ sums: ObservedSums<C>, _ reference: ReferenceParticle<C>, _ passage: Int?) {
      self.sums = sums
      self.reference = reference
      self.passage = passage
    }
  }

  private func settings(keepsPoints: Bool) -> SectionBuilder<C, Double>.Settings {
    var selection = ObservationSelection(behind: Set(requests.compactMap(\.place)))
    selection.atStart = requests.contains { $0.place == nil }
    selection.inLastTurnOnly = true
    var settings = SectionBuilder<C, Double>.Settings(selecting: selection)
    // Merging is as in tracking, if there are no derivatives.
    settings.mergesLinearElements = C.self == Double.self && !keepsPoints
    settings.endsForObservers = false
    settings.keepsPoints = keepsPoints
    settings.leavesLossesInFrames = true
    return settings
  }

  /// Tracks particles again through one section and the kick after it, without observing them.
  ///
  /// - Parameter bunch: The initial particles, if the section is the first one.
  func repeatSection(
    _ section: TileSection<C, Double>, _ tiles: SweepTiles<C>, from bunch: Bunch<Double>?,
    _ start: BeamStart<C>, _ runs: [any EffectRun], _ act: EffectAct<C>
  ) throws {
    _ = try pass(section, tiles, filledFrom: bunch, start) { (_, _, _, _: inout [Double]) in }
    if let call = section.effect {
      runs[call.effect].state = act.state
      _ = try call.act(runs[call.effect], on: tiles.blocks)
    }
  }

  /// Tracks all tiles through a section without kicks.
  private func pass<Seen: Mergeable & Packable & Sendable>(
    _ section: TileSection<C, Double>, _ tiles: SweepTiles<C>, filledFrom bunch: Bunch<Double>?,
    _ start: BeamStart<C>,
    observe:
      @escaping @Sendable (
        borrowing Tile<Double>, _ point: Int, _ kept: KeptCoordinates, _ seen: inout [Seen]
      ) -> Void
  ) throws -> (seen: [Seen]?, losses: [ParticleLoss]) {
    guard let bunch else { return try section.pass(tiles.blocks, workers, observe: observe) }
    return try bunch.storage.withUnsafeBufferPointer { storage in
      nonisolated(unsafe) let source = storage.baseAddress
      return try section.pass(
        tiles.blocks, workers,
        fill: { number, address in
          if let source { Self.fill(address, tiles, number, from: source, start) }
        }, observe: observe)
    }
  }

  /// Writes the particles of a tile, with their tangents, to its blocks.
  static func fill(
    _ address: UnsafeMutablePointer<Double>, _ tiles: SweepTiles<C>, _ number: Int,
    from source: UnsafePointer<Double>, _ start: BeamStart<C>
  ) {
    let words = Tile<Double>.wordCount
    address.update(from: source + number * words, count: words)
    guard C.componentCount > 1 else { return }
    let tangents = address + Tile<Double>.componentStride
    tangents.update(repeating: 0, count: words)
    let particles = tiles.particles(ofTile: number)
    func write(_ particle: Int, _ derivative: (Int) -> Double) {
      for i in 0..<6 {
        tangents[i * Tile<Double>.capacity + particle - particles.lowerBound] += derivative(i)
      }
    }
    if let shape = start.shape {
      shape.recipe.forEachUnitPoint(of: particles) { particle, unit in
        write(particle) { i in
          if start.isReplaced(particle, i) { return 0 }
          var sum = shape.mean[i].derivative
          for j in 0..<6 { sum += shape.transform[i, j].derivative * unit[j] }
          return sum
        }
      }
    }
    if let coordinates = start.coordinates {
      for particle in particles {
        write(particle) { coordinates[particle - tiles.share.first][$0].derivative }
      }
    }
  }
}

/// The record of an effect that acted on the particles.
struct EffectAct<C: SweepScalar>: Sendable {
  let call: EffectCall<C>
  /// The state of the effect's run before.
  let state: (any Sendable)?
  /// The particles that it lost.
  let lost: [Int]
}
