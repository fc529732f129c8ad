import AutoDiff
import BeamDynamics
import Communication
import Foundation
import LinearAlgebra

/// A bunch that has passed a beamline: what was observed, and the particles at the end, from which
/// derivatives go back.
package struct ParticlePassage<C: SweepNumber>: Sendable {
  let sweep: ParticleSweep<C>
  let start: BeamStart<C>
  let program: ForwardProgram<C>
  let tiles: SweepTiles<C>
  /// The particles at the start.
  let bunch: Bunch<Double>
  let keepsPoints: Bool
  /// Σw of all particles that the run began with, those lost before included; of a bunch with
  /// uniform weights, their number.
  let initialWeight: Double
  /// Σw [real particles].
  let totalWeight: Double
  let sums: [ObservedSums<C>]
  let lossesByTile: [[ParticleLoss]]
  /// What the kicks on the way keep; the way back goes on with it.
  let kick: (any CollectiveKickRun)?

  private var line: SweepBeamline<C> { sweep.line }
  private var requests: [ObservationRequest] { sweep.requests }

  /// The particles that were lost, in the order of their numbers.
  package var losses: [ParticleLoss] {
    lossesByTile.flatMap(\.self).sorted { $0.particle < $1.particle }
  }

  /// In the order of the requests; without transfer matrices.
  package var observations: [BeamObservation<C>] {
    let whole = initialWeight
    return zip(requests, sums).map { request, sums in
      // Divided as the tracker divides: the same bits.
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
        reference: reference(at: request), charge: start.charge * (sums.weight / whole),
        densities: densities, averages: sums.values[first...].map { $0 * (1 / whole) },
        particles: sums.count)
    }
  }

  private func reference(at request: ObservationRequest) -> ReferenceParticle<C> {
    program.references[lastPassage(of: request).map { $0 + 1 } ?? 0]
  }

  /// The number of the passage after which a request is served; nil at the start.
  private func lastPassage(of request: ObservationRequest) -> Int? {
    program.passages.lastIndex { $0.place == request.place && $0.isEnd }
  }

  /// Takes the derivatives of an objective to the observations back to what varies.
  ///
  /// The particles go back to the start, from where they cannot go back again.
  ///
  /// - Throws: `Interruption` if the workers were stopped, ``UndefinedObjective``.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package consuming func pullBack(
    _ cotangents: [BeamObservation<C>]
  ) throws -> SweepCotangents<C> {
    precondition(cotangents.count == requests.count, "each request has one cotangent")
    let backward = BackwardProgram(
      line, program, requests, energyVaries: start.energyVaries, charge: unitCharge)
    let whole = initialWeight
    let forces = requests.indices.map { i in
      ObservationPullBack(requests[i], sums[i], cotangents[i], initialWeight: whole)
    }
    try findOverflown(after: forces)
    var result = try sweepBack(backward, forces)
    let slots = result.slots
    let reference = referencePullBack(backward, cotangents, slots, result.kicks)
    for k in line.parameters.indices {
      result.cotangents.parameters[k] = slots[k] + reference.parameters[k]
    }
    result.cotangents.kineticEnergyOverMass = reference.energy
    for number in result.kicks.keys.sorted() where totalWeight > 0 {
      result.cotangents.charge += (result.kicks[number]?.charge ?? .zero) * (1 / totalWeight)
    }
    for (cotangent, sums) in zip(cotangents, sums) where whole > 0 {
      result.cotangents.charge += cotangent.charge * (sums.weight / whole)
    }
    return result.cotangents
  }

  /// Looks for a particle whose coordinates overflowed after a force has acted on it: from such
  /// coordinates no inverse map leads back to where it was seen.
  private func findOverflown(after forces: [ObservationPullBack<C>]) throws(UndefinedObjective) {
    let felt = zip(requests, forces).filter { !$0.1.isEmpty }
      .map { lastPassage(of: $0.0) ?? -1 }
    guard let first = felt.min() else { return }
    for losses in lossesByTile {
      for loss in losses where loss.cause == .overflow && first < loss.passage {
        let place = line.beamline.placeNames[program.passages[max(loss.passage, 0)].place]
        throw UndefinedObjective(
          "the gradient",
          because: "the coordinates of particle \(loss.particle) overflow at \(place), after the "
            + "objective has looked at it", remedy: "an aperture takes such particles out in time")
      }
    }
  }

  /// The charge of a particle of weight 1 [C].
  private var unitCharge: C { start.charge * (totalWeight > 0 ? 1 / totalWeight : 0) }

  /// All tiles, back to the start: stretch after stretch, and the kicks between them.
  private func sweepBack(
    _ backward: BackwardProgram<C>, _ forces: [ObservationPullBack<C>]
  ) throws -> (slots: [C], cotangents: SweepCotangents<C>, kicks: [Int: KickCotangents<C>]) {
    var cotangents = SweepCotangents<C>(
      parameters: line.parameters.map { _ in .zero }, kineticEnergyOverMass: .zero, charge: .zero)
    var slots = [C](repeating: .zero, count: backward.slotCount)
    var kicks: [Int: KickCotangents<C>] = [:]
    // Between kicks, cotangents of all particles wait.
    let waiting =
      backward.segments.count > 1
      ? SweepTiles<C>(particleCount: tiles.particleCount, hasUniformWeights: true) : nil
    // Back through the stretch after `number` kicks, and through the kick before it.
    func goBack(_ number: Int) throws {
      let segment = backward.segments[backward.segments.count - 1 - number]
      let total = try sweepBack(
        segment, slotCount: slots.count, forces, waiting,
        isFirst: number == backward.segments.count - 1, isLast: number == 0, &cotangents)
      for i in slots.indices { slots[i] += total[i] }
    }
    func goBackThroughKick(before number: Int) throws {
      let segment = backward.segments[backward.segments.count - 1 - number]
      guard let kick, let step = segment.kick, let waiting else { return }
      kicks[step.passage] = try C.pullBack(kick, waiting.blocks, tiles.blocks, step.inputs)
    }
    let kickCount = backward.segments.count - 1
    try goBack(kickCount)
    guard let kick, kickCount > 0, let snapshots = plan(kicks: kickCount).slots else {
      for number in (0..<kickCount).reversed() {
        try goBackThroughKick(before: number + 1)
        try goBack(number)
      }
      return (slots, cotangents, kicks)
    }
    let schedule = SnapshotSchedule(
      steps: kickCount, slots: snapshots,
      store: { self.tiles.copy() },
      restore: { snapshot in if let snapshot { self.tiles.take(snapshot) } },
      advance: { number, isStart in
        try self.sweep.repeatSegment(
          self.program.segments[number], self.tiles, from: isStart ? self.bunch : nil, self.start,
          kick)
      },
      undo: { number in
        try goBackThroughKick(before: number + 1)
        try goBack(number)
      })
    try schedule.run()
    return (slots, cotangents, kicks)
  }

  /// What the way back costs.
  package func plan(kicks: Int) -> CheckpointPlan {
    CheckpointPlan(
      sweep.checkpointing, kicks: kicks,
      bytesPerSlot: SweepTiles<C>.byteCount(particles: tiles.particleCount),
      availableBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  /// All tiles, back through one stretch.
  ///
  /// - Returns: The sums of derivatives, slot by slot.
  private func sweepBack(
    _ segment: BackwardProgram<C>.Segment, slotCount: Int, _ forces: [ObservationPullBack<C>],
    _ waiting: SweepTiles<C>?, isFirst: Bool, isLast: Bool, _ cotangents: inout SweepCotangents<C>
  ) throws -> [C] {
    let shape = isLast ? start.shape : nil
    let shapeCount = shape == nil ? 0 : 42
    let keptNumbers = keptPassages
    let chunks = SweepChunks(tileCount: tiles.tileCount)
    let hasCoordinates = isLast && start.coordinates != nil
    let (tiles, lossesByTile, program) = (tiles, lossesByTile, program)
    let (keepsPoints, start) = (keepsPoints, start)
    let results = try bunch.storage.withUnsafeBufferPointer { storage in
      nonisolated(unsafe) let source = storage.baseAddress
      return try sweep.workers.map(chunks.count) { chunk -> ([C]?, [Vector6<C>]) in
        let workspace = SweepWorkspace<C>(slotCount: slotCount, keptCount: keptNumbers.count)
        var sums = TreeSum<[C]>()
        var coordinates: [Vector6<C>] = []
        for number in chunks.tiles(chunk) {
          guard let source else { continue }
          var pass = TilePullBack(
            workspace: workspace, tiles: tiles, number: number,
            losses: lossesByTile[number], keptNumbers: keptNumbers)
          if keepsPoints { pass.retrace(program, from: source, start) }
          if let waiting, !isFirst { pass.load(waiting) }
          pass.run(segment, forces)
          if let waiting, !isLast { pass.store(to: waiting) }
          var entries = pass.slots
          if let shape { entries += pass.shapeCotangents(shape.recipe) }
          sums.append(entries)
          if hasCoordinates { coordinates += pass.coordinateCotangents }
        }
        return (sums.total, coordinates)
      }
    }
    var tree = TreeSum<[C]>()
    for (sums, _) in results { if let sums { tree.append(sums) } }
    let total = tree.total ?? [C](repeating: .zero, count: slotCount + shapeCount)
    if shapeCount > 0 {
      cotangents.transform = Matrix6 { i, j in total[slotCount + 6 * i + j] }
      cotangents.mean = Vector6 { i in total[slotCount + 36 + i] }
    }
    if hasCoordinates { cotangents.coordinates = results.flatMap(\.1) }
    return Array(total.prefix(slotCount))
  }

  /// Where the points of each passage without an inverse are kept.
  private var keptPassages: [Int: Int] {
    var numbers: [Int: Int] = [:]
    for step in program.segments.flatMap(\.steps) {
      if case .keep(let passage) = step { numbers[passage] = numbers.count }
    }
    return numbers
  }

  /// The reference particle's share, from the last passage to the first.
  private func referencePullBack(
    _ backward: BackwardProgram<C>, _ cotangents: [BeamObservation<C>], _ slots: [C],
    _ kicks: [Int: KickCotangents<C>]
  ) -> (parameters: [C], energy: C) {
    var parameters = line.parameters.map { _ in C.zero }
    var bar = [C](repeating: .zero, count: 15)
    func add(_ cotangent: BeamObservation<C>) {
      for (i, number) in cotangent.reference.numbers.enumerated() { bar[i] += number }
    }
    let places = requests.map { lastPassage(of: $0) }
    var felt: [Int: [(slot: Int, number: ReferenceNumber)]] = [:]
    for (i, slot) in backward.referenceSlots.enumerated() {
      felt[slot.passage, default: []].append((line.parameters.count + i, slot.number))
    }
    for number in program.passages.indices.reversed() {
      for (request, place) in places.enumerated() where place == number {
        add(cotangents[request])
      }
      if program.passages[number].isSlice, bar.contains(where: { !$0.vanishes }) {
        bar = pullBack(bar, through: number, addingTo: &parameters)
      }
      if let kick = kicks[number] {
        bar[ReferenceNumber.energy.rawValue] += kick.kineticEnergyOverMass
        addLength(kick.length, of: program.passages[number], number, to: &parameters)
      }
      for slot in felt[number] ?? [] { bar[slot.number.rawValue] += slots[slot.slot] }
    }
    for (request, place) in places.enumerated() where place == nil { add(cotangents[request]) }
    return (parameters, bar[0])
  }

  /// The parameters' share in the length that a kick stands for.
  private func addLength(
    _ bar: C, of passage: Passage, _ number: Int, to parameters: inout [C]
  ) {
    let element = line.beamline[place: passage.place].element
    func lift(_ value: C, _ isVaried: Bool) -> Tangent<C> {
      Tangent(value, tangent: isVaried ? .one : .zero)
    }
    for k in line.ownParameters(at: passage.place) {
      let inputs = line.inputs(
        at: passage.place, passage.slice, program.references[number].map { lift($0, false) }, lift,
        along: k)
      parameters[k] += bar * C.kickLength(element, inputs).tangent
    }
  }

  private func pullBack(
    _ bar: [C], through number: Int, addingTo parameters: inout [C]
  ) -> [C] {
    let passage = program.passages[number]
    let element = line.beamline[place: passage.place].element
    let before = program.references[number]
    func product(_ inputs: SliceInputs<Tangent<C>>) -> C {
      let after = C.referenceAfter(element, inputs).numbers
      var sum = C.zero
      for i in bar.indices { sum += bar[i] * after[i].tangent }
      return sum
    }
    func lift(_ value: C, _ isVaried: Bool) -> Tangent<C> {
      Tangent(value, tangent: isVaried ? .one : .zero)
    }
    for k in line.ownParameters(at: passage.place) {
      parameters[k] += product(
        line.inputs(
          at: passage.place, passage.slice, before.map { lift($0, false) }, lift, along: k))
    }
    let numbers = before.numbers
    return numbers.indices.map { j in
      let point = numbers.indices.map { lift(numbers[$0], $0 == j) }
      return product(
        line.inputs(
          at: passage.place, passage.slice, before.replacingNumbers(by: point[...]), lift))
    }
  }
}
