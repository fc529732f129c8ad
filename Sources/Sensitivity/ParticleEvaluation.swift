import AutoDiff
import BeamTracking
import Communication
import LinearAlgebra
import SystemLibrary

/// The result of tracking a bunch: the observations, and the particles at the end, from which
/// derivatives can be propagated backward.
package struct ParticleEvaluation<C: SweepScalar>: Sendable {
  let sweep: ParticleSweep<C>
  let start: BeamStart<C>
  /// Makes the sections again.
  let builder: SectionBuilder<C, Double>
  /// The beginning of each section, and the end.
  let marks: [SectionBuilder<C, Double>.Mark]
  /// The effect after each section but the last.
  let acts: [EffectAct<C>]
  let tiles: SweepTiles<C>
  /// The particles at the start.
  let bunch: Bunch<Double>
  let keepsPoints: Bool
  /// Σw of all initial particles, including those lost later; for a bunch with uniform weights,
  /// their number.
  let initialWeight: Double
  /// Σw [real particles].
  let totalWeight: Double
  /// The observed sums, in the order of the requests.
  let observed: [ParticleSweep<C>.Observed]
  let lossesByTile: [[ParticleLoss]]
  /// The runs of the effects; the backward pass continues with their state.
  let runs: [any EffectRun]

  private var line: VariedBeamline<C> { sweep.line }
  private var requests: [ObservationRequest] { sweep.requests }

  /// The lost particles of this process, in the order of their numbers.
  package var losses: [ParticleLoss] {
    lossesByTile.flatMap(\.self).sorted { $0.particle < $1.particle }
  }

  /// The observations, in the order of the requests; without transfer matrices.
  package var observations: [BeamObservation<C>] {
    @_specialize(exported:false,where C == Double)
    @_specialize(exported:false,where C == Tangent<Double>)
    get {
      let whole = initialWeight
      return zip(requests, observed).map { request, seen in
        let sums = seen.sums
        // Divided as in tracking, so that the bits are the same.
        let weight = sums.weight > 0 ? sums.weight : .infinity
        var densities: [[C]] = []
        var first = 0
        for screen in request.screens {
          densities.append(
            sums.values[first..<first + screen.cellCount].map { $0 * (1 / whole) })
          first += screen.cellCount
        }
        return BeamObservation(
          mean: sums.mean,
          covariance: Matrix6 { i, j in sums.products[Moments.index(i, j)] / weight },
          reference: seen.reference, charge: start.charge * (sums.weight / whole),
          densities: densities, averages: sums.values[first...].map { $0 * (1 / whole) },
          particles: sums.count)
      }
    }
  }

  /// Propagates the derivatives of an objective with respect to the observations, and to the
  /// particles at the end, backward to the varied inputs.
  ///
  /// The particles are moved to the start, so that a second backward pass is not possible.
  ///
  /// - Parameters:
  ///   - cotangents: One for each request.
  ///   - final: Derivatives with respect to the coordinates of each particle at the end; nil for
  ///     none.
  /// - Throws: `Interruption` if the workers were stopped, `EffectWithoutDerivatives` if an effect
  ///   has no derivatives, ``UndefinedObjective`` if a particle's coordinates overflow after it was
  ///   observed.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package consuming func pullBack(
    _ cotangents: [Cotangent<BeamObservation<C>>], final: [Vector6<C>]? = nil
  ) throws -> SweepCotangents<C> {
    require(cotangents.count == requests.count, "each request has one cotangent")
    let effects = try sweep.differentiable(runs)
    let whole = initialWeight
    let forces = requests.indices.map { i in
      ObservationPullBack(requests[i], observed[i].sums, cotangents[i], initialWeight: whole)
    }
    try findOverflown(after: forces)
    let state = BackwardPass<C>(
      parameters: line.parameters.count, effectParameters: sweep.effectParameters.count)
    try sweepBack(effects, forces, cotangents, final, state)
    for (cotangent, seen) in zip(cotangents, observed) where seen.passage == -1 {
      state.reference.cotangent += ReferenceCotangent(cotangent)
    }
    var result = state.cotangents
    for k in line.parameters.indices {
      result.parameters[k] = state.slots[k] + state.referenceParameters[k]
    }
    result.kineticEnergyOverMass = state.reference.cotangent.kineticEnergyOverMass
    for charge in state.charges.reversed() where totalWeight > 0 {
      result.charge += charge * (1 / totalWeight)
    }
    for (cotangent, seen) in zip(cotangents, observed) where whole > 0 {
      result.charge += cotangent.charge * (seen.sums.weight / whole)
    }
    return result
  }

  /// Finds a particle whose coordinates overflowed after an observation with a cotangent: no
  /// inverse map leads from such coordinates back to the observed ones.
  private func findOverflown(after forces: [ObservationPullBack<C>]) throws {
    let active = zip(observed, forces).filter { !$0.1.isEmpty }.compactMap(\.0.passage)
    guard let first = active.min() else { return }
    let own = lossesByTile.lazy.flatMap(\.self).first {
      $0.cause == .overflow && first < $0.passage
    }
    // All processes refuse, if one has such a particle.
    let found = try sweep.workers.communicator.allGather(
      values: own.map { [$0.particle, $0.place] })
    guard let loss = found.compactMap(\.self).first else { return }
    throw UndefinedObjective(
      "the gradient",
      because: "the coordinates of particle \(loss[0]) overflow at "
        + "\(line.beamline.placeNames[loss[1]]), after the objective has observed it",
      remedy: "add an aperture that stops such particles earlier")
  }

  /// Moves all tiles backward to the start: section by section, with the kicks between them.
  private func sweepBack(
    _ effects: [(any DifferentiableEffectRun)?], _ forces: [ObservationPullBack<C>],
    _ cotangents: [Cotangent<BeamObservation<C>>],
    _ final: [Vector6<C>]?, _ state: BackwardPass<C>
  ) throws {
    let activities = try activities()
    // Between sections, the cotangents of all particles are stored.
    let waiting =
      acts.isEmpty
      ? nil : SweepTiles<C>(tiles.share, hasUniformWeights: true)
    func goBack(_ number: Int) throws {
      let references = try references(ofSection: number)
      let section = BackwardSection(
        line, sweep.effects, charge: builder.charge, references, observed: observed.map(\.passage),
        activities[number], builder.energyChanges, sweep.recordings)
      let slots = try sweepBack(
        section, forces, final, waiting, isFirst: number == acts.count, isLast: number == 0,
        &state.cotangents)
      for i in state.slots.indices { state.slots[i] += slots[i] }
      self.goBack(through: references, section, slots, cotangents, state)
    }
    func goBackThroughEffect(_ number: Int) throws {
      let act = acts[number]
      let call = act.call
      guard let effect = effects[call.effect], let waiting else { return }
      effect.state = act.state
      for particle in act.lost { tiles.revive(particle) }
      let back = try C.pullBack(effect, waiting.blocks, tiles.blocks, call.slice)
      state.effect = back
    }
    try goBack(acts.count)
    guard !acts.isEmpty, let snapshots = plan(kicks: acts.count).slots else {
      for number in acts.indices.reversed() {
        try goBackThroughEffect(number)
        try goBack(number)
      }
      return
    }
    let schedule = SnapshotSchedule(
      steps: acts.count, slots: snapshots,
      store: { self.tiles.copy() },
      restore: { snapshot in if let snapshot { self.tiles.take(snapshot) } },
      advance: { number, isStart in
        var again = self.builder.again(from: self.marks[number])
        guard let section = try again.next() else { return }
        try self.sweep.repeatSection(
          section, self.tiles, from: isStart ? self.bunch : nil, self.start, self.runs,
          self.acts[number])
      },
      undo: { number in
        try goBackThroughEffect(number)
        try goBack(number)
      })
    try schedule.run()
  }

  /// The reference particle before and after each passage of a section.
  private func references(ofSection number: Int) throws(StoppedBeam) -> SectionReferences<C> {
    try SectionReferences(
      line, sweep.effects, charge: builder.charge, from: marks[number],
      to: marks[number + 1].cursor.passage)
  }

  /// The variables of the reference particle that vary at the beginning of each section.
  private func activities() throws(StoppedBeam) -> [ReferenceActivity] {
    var activity = ReferenceActivity(energyVaries: start.energyVaries)
    var result = [activity]
    for number in marks.indices.dropLast(2) {
      for step in try references(ofSection: number).steps { activity.pass(step, of: line) }
      result.append(activity)
    }
    return result
  }

  /// Propagates the derivatives with respect to the reference particle backward through one
  /// section.
  private func goBack(
    through references: SectionReferences<C>, _ section: BackwardSection<C>, _ slots: [C],
    _ cotangents: [Cotangent<BeamObservation<C>>], _ state: BackwardPass<C>
  ) {
    var active: [Int: [(slot: Int, number: ReferenceNumber?)]] = [:]
    for (i, slot) in section.referenceSlots.enumerated() {
      active[slot.passage, default: []].append((line.parameters.count + i, slot.number))
    }
    for step in references.steps.reversed() {
      let passage = step.passage
      let item = line.beamline.elements[passage.element]
      for (cotangent, seen) in zip(cotangents, observed) where seen.passage == passage.index {
        state.reference.cotangent += ReferenceCotangent(cotangent)
      }
      switch passage.kind {
      case .slice:
        state.reference.goBack(
          through: item.element, passage.slice, step.before, line.elements[passage.element],
          addingTo: &state.referenceParameters)
      case .effect(let number):
        guard let effect = state.effect else { break }
        state.effect = nil
        add(effect, of: number, step, state)
      case .gain(let number):
        let gain = sweep.effects.gain(
          of: number, passage, along: line, step.before, charge: builder.charge)
        var derivative = [C.zero]
        state.reference.goBack(
          through: gain.element, passage.slice, step.before, gain.values, addingTo: &derivative)
        for (slot, number) in active[passage.index] ?? [] where number == nil {
          derivative[0] += slots[slot]
        }
        add(gain.pullBack(derivative[0]), of: number, step, state)
      case .frame: break
      }
      for (slot, number) in active[passage.index] ?? [] {
        number?.add(slots[slot], to: &state.reference.cotangent)
      }
    }
  }

  /// Propagates the derivatives with respect to the inputs of an effect to the inputs before it.
  private func add(
    _ back: EffectCotangents<C>, of effect: Int, _ step: SectionReferences<C>.Step,
    _ state: BackwardPass<C>
  ) {
    let own = sweep.effects.own[effect]
    require(
      own.isEmpty || back.parameters.count == own.count,
      "an effect gives the derivative with respect to each parameter that it lets vary")
    let isCalled = sweep.effects.callers[effect] != nil
    for (number, derivative) in zip(own, back.parameters) {
      if isCalled {
        state.referenceParameters[number] += derivative
      } else {
        state.cotangents.effectParameters[number] += derivative
      }
    }
    state.charges.append(back.charge)
    state.reference.cotangent.kineticEnergyOverMass += back.kineticEnergyOverMass
    state.reference.cotangent.s += back.s
    state.reference.cotangent.t += back.t
    let passage = step.passage
    let values = line.elements[passage.element]
    let still = step.before.map { (u: C) in Tangent(u, tangent: .zero) }
    let element = line.beamline.elements[passage.element].element
    for k in values.own {
      let inputs = values.tangents(passage.slice, still, along: k)
      let curvature = still.curvature(to: C.referenceAfter(element, inputs))
      state.referenceParameters[k] +=
        back.length * C.kickLength(element, inputs).tangent + back.curvature * curvature.tangent
    }
  }

  /// The cost of the backward pass.
  package func plan(kicks: Int) -> CheckpointPlan {
    CheckpointPlan(
      sweep.checkpointing, kicks: kicks,
      bytesPerSlot: SweepTiles<C>.byteCount(particles: tiles.share.count),
      availableBytes: Int(clamping: Host.physicalMemory))
  }

  /// Moves all tiles backward through one section.
  ///
  /// - Returns: The sums of derivatives, one for each slot.
  private func sweepBack(
    _ section: BackwardSection<C>, _ forces: [ObservationPullBack<C>], _ final: [Vector6<C>]?,
    _ waiting: SweepTiles<C>?, isFirst: Bool, isLast: Bool, _ cotangents: inout SweepCotangents<C>
  ) throws -> [C] {
    let slotCount = section.slotCount
    let shape = isLast ? start.shape : nil
    let shapeCount = shape == nil ? 0 : 42
    // Without kicks there is only one section, in which points are stored.
    var again = builder.again(from: marks[0])
    let forward = keepsPoints ? try again.next() : nil
    let keptNumbers = forward?.keptPassages ?? [:]
    let chunks = tiles.blocks.chunks
    let hasCoordinates = isLast && start.coordinates != nil
    let (tiles, lossesByTile, start) = (tiles, lossesByTile, start)
    let results = try bunch.storage.withUnsafeBufferPointer { storage in
      nonisolated(unsafe) let source = storage.baseAddress
      return try sweep.workers.map(chunks.count) { chunk -> ([C]?, [Vector6<C>]) in
        let workspace = SweepWorkspace<C>(slotCount: slotCount, keptCount: keptNumbers.count)
        var sums = TreeSum<[C]>()
        var coordinates: [Vector6<C>] = []
        for number in chunks.tiles(chunks.numbers.lowerBound + chunk) {
          guard let source else { continue }
          var pass = TilePullBack(
            workspace: workspace, tiles: tiles, number: number,
            losses: lossesByTile[number], keptNumbers: keptNumbers)
          if let forward { pass.retrace(forward, from: source, start) }
          if let waiting, !isFirst { pass.load(waiting) }
          if let final, isFirst { pass.begin(with: final) }
          pass.run(section.steps, forces)
          if let waiting, !isLast { pass.store(to: waiting) }
          var entries = pass.slots
          if let shape { entries += pass.shapeCotangents(shape.recipe, start) }
          sums.append(entries)
          if hasCoordinates { coordinates += pass.coordinateCotangents }
        }
        return (sums.total, coordinates)
      }
    }
    var tree = TreeSum<[C]>(from: chunks.numbers.lowerBound)
    for (sums, _) in results { if let sums { tree.append(sums) } }
    let total =
      try sweep.workers.communicator.total(tree)
      ?? [C](repeating: .zero, count: slotCount + shapeCount)
    if shapeCount > 0 {
      cotangents.transform = Matrix6 { i, j in total[slotCount + 6 * i + j] }
      cotangents.mean = Vector6 { i in total[slotCount + 36 + i] }
    }
    if hasCoordinates {
      cotangents.coordinates = results.flatMap(\.1)
      cotangents.firstParticle = tiles.share.first
    }
    return Array(total.prefix(slotCount))
  }
}

/// The accumulated derivatives of a backward pass.
private final class BackwardPass<C: SweepScalar> {
  var reference = ReferenceAdjoint<C>()
  var cotangents: SweepCotangents<C>
  /// With respect to the parameters: from the particles, and from the reference particle.
  var slots: [C]
  var referenceParameters: [C]
  /// With respect to the charge of a particle, for each application of an effect, the last first.
  var charges: [C] = []
  /// With respect to the slice of the effect that was reversed last.
  var effect: EffectCotangents<C>?

  init(parameters: Int, effectParameters: Int) {
    slots = [C](repeating: .zero, count: parameters)
    referenceParameters = slots
    cotangents = SweepCotangents(parameters: slots)
    cotangents.effectParameters = [C](repeating: .zero, count: effectParameters)
  }
}

extension TileSection {
  /// The index of the stored points of each passage without an inverse.
  fileprivate var keptPassages: [Int: Int] {
    var numbers: [Int: Int] = [:]
    for case .keep(let passage) in steps { numbers[passage] = numbers.count }
    return numbers
  }
}

extension ReferenceCotangent {
  /// The cotangents of an observed reference particle.
  init(_ observed: Cotangent<BeamObservation<C>>) {
    let particle = observed.reference
    self.init(
      kineticEnergyOverMass: particle.kineticEnergyOverMass, s: particle.s, t: particle.t,
      position: particle.position, orientation: particle.orientation)
  }
}
