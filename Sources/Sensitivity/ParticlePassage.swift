import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra

/// A bunch that has passed a beamline: what was observed, and the particles at the end, from which
/// derivatives go back.
package struct ParticlePassage<C: SweepNumber>: Sendable {
  let line: SweepBeamline<C>
  let requests: [ObservationRequest]
  let workers: Workers
  let start: BeamStart<C>
  let program: ForwardProgram<C>
  let tiles: SweepTiles<C>
  /// The particles at the start.
  let bunch: Bunch<Double>
  let keepsPoints: Bool
  let sums: [ObservedSums<C>]
  let lossesByTile: [[ParticleLoss]]
  /// Σw of all particles that the run began with, those lost before included.
  let initialWeight: Double

  /// The particles that were lost, in the order of their numbers.
  package var losses: [ParticleLoss] {
    lossesByTile.flatMap(\.self).sorted { $0.particle < $1.particle }
  }

  /// In the order of the requests; without transfer matrices.
  package var observations: [BeamObservation<C>] {
    let whole = initialWeight
    return zip(requests, sums).map { request, sums in
      let inverse = sums.weight > 0 ? 1 / sums.weight : 0
      var densities: [[C]] = []
      var first = 0
      for screen in request.screens {
        densities.append(
          sums.values[first..<first + screen.cellCount].map { $0 * (1 / whole) })
        first += screen.cellCount
      }
      return BeamObservation(
        mean: sums.mean,
        covariance: Matrix6 { i, j in sums.products[Moments.index(i, j)] * inverse },
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
    program.passages.lastIndex { $0.place == request.place && $0.slice.isLast }
  }

  /// Takes the derivatives of an objective to the observations back to what varies.
  ///
  /// The particles go back to the start, from where they cannot go back again.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package consuming func pullBack(
    _ cotangents: [BeamObservation<C>]
  ) throws -> SweepCotangents<C> {
    precondition(cotangents.count == requests.count, "each request has one cotangent")
    let backward = BackwardProgram(
      line, program, requests, energyVaries: start.energyVaries)
    let whole = initialWeight
    let forces = requests.indices.map { i in
      ObservationPullBack(requests[i], sums[i], cotangents[i], initialWeight: whole)
    }
    var result = try sweepBack(backward, forces)
    let slots = result.slots
    let reference = referencePullBack(backward, cotangents, slots)
    for k in line.parameters.indices {
      result.cotangents.parameters[k] = slots[k] + reference.parameters[k]
    }
    result.cotangents.kineticEnergyOverMass = reference.energy
    for (cotangent, sums) in zip(cotangents, sums) where whole > 0 {
      result.cotangents.charge += cotangent.charge * (sums.weight / whole)
    }
    return result.cotangents
  }

  /// All tiles, back to the start.
  private func sweepBack(
    _ backward: BackwardProgram<C>, _ forces: [ObservationPullBack<C>]
  ) throws -> (slots: [C], cotangents: SweepCotangents<C>) {
    var cotangents = SweepCotangents<C>(
      parameters: line.parameters.map { _ in .zero }, kineticEnergyOverMass: .zero, charge: .zero)
    let slotCount = backward.slotCount
    let shapeCount = start.shape == nil ? 0 : 42
    let keptNumbers = keptPassages
    let chunks = SweepChunks(tileCount: tiles.tileCount)
    let hasCoordinates = start.coordinates != nil
    let results = try bunch.storage.withUnsafeBufferPointer { storage in
      nonisolated(unsafe) let source = storage.baseAddress
      return try workers.map(chunks.count) { chunk -> ([C]?, [Vector6<C>]) in
        let workspace = SweepWorkspace<C>(slotCount: slotCount, keptCount: keptNumbers.count)
        var sums = TreeSum<[C]>()
        var coordinates: [Vector6<C>] = []
        for number in chunks.tiles(chunk) {
          guard let source else { continue }
          var pass = TilePullBack(
            workspace: workspace, tiles: tiles, number: number,
            losses: lossesByTile[number], keptNumbers: keptNumbers)
          if keepsPoints { pass.retrace(program, from: source, start) }
          pass.run(backward, forces)
          var entries = pass.slots
          if shapeCount > 0, let shape = start.shape {
            entries += pass.shapeCotangents(shape.recipe)
          }
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
    return (Array(total.prefix(slotCount)), cotangents)
  }

  /// Where the points of each passage without an inverse are kept.
  private var keptPassages: [Int: Int] {
    var numbers: [Int: Int] = [:]
    for step in program.steps {
      if case .keep(let passage) = step { numbers[passage] = numbers.count }
    }
    return numbers
  }

  /// The reference particle's share, from the last passage to the first.
  private func referencePullBack(
    _ backward: BackwardProgram<C>, _ cotangents: [BeamObservation<C>], _ slots: [C]
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
      if bar.contains(where: { !$0.vanishes }) {
        bar = pullBack(bar, through: number, addingTo: &parameters)
      }
      for slot in felt[number] ?? [] { bar[slot.number.rawValue] += slots[slot.slot] }
    }
    for (request, place) in places.enumerated() where place == nil { add(cotangents[request]) }
    return (parameters, bar[0])
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
