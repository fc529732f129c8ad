import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra

/// Takes a bunch forward through a beamline, and the derivatives of an objective back.
///
/// Forward, tile by tile, sums over particles are collected where they are asked for. Back, each
/// tile starts from its final coordinates and goes through the inverse maps, so that nothing is
/// stored on the way: memory does not depend on the number of elements (see `Sensitivity.md`).
package struct ParticleSweep<C: SweepNumber>: Sendable {
  let line: SweepBeamline<C>
  let requests: [ObservationRequest]
  let workers: Workers
  /// How the way back finds the particles before each kick.
  package var checkpointing = Checkpointing.restoring

  /// - Parameters:
  ///   - parameters: The numbers of the beamline that vary, with their `values`.
  ///   - slices: Of elements that name none.
  ///   - kick: What particles give each other in every slice, if anything.
  ///   - requests: What is asked of the beam, in the last turn.
  package init(
    beamline: Beamline, turns: Int = 1, slices: Int = 1, kick: (any CollectiveKick)? = nil,
    parameters: [BeamlineParameter], values: [C], requests: [ObservationRequest], workers: Workers
  ) {
    line = SweepBeamline(
      beamline, turns: turns, slices: slices, kick: kick, parameters: parameters, values: values)
    self.requests = requests
    self.workers = workers
  }

  /// Takes a copy of `bunch` through the beamline.
  ///
  /// - Throws: `Interruption` if the workers were stopped, `StoppedBeam`, and
  ///   ``NoWayBackThroughKicks`` before anything is tracked.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package func forward(
    _ bunch: Bunch<Double>, from start: BeamStart<C>
  ) throws -> ParticlePassage<C> {
    let withoutInverse = line.beamline.elements.first {
      $0.element.inversion == .localJacobian
    }
    let keepsPoints = withoutInverse != nil
    if let withoutInverse, line.kick != nil {
      throw NoWayBackThroughKicks(element: withoutInverse.name)
    }
    let whole = bunch.totalWeight
    let program = try ForwardProgram(
      line, from: start.reference, charge: start.charge * (whole > 0 ? 1 / whole : 0), requests,
      keepsPoints: keepsPoints)
    let tiles = SweepTiles<C>(
      particleCount: bunch.count, hasUniformWeights: bunch.hasUniformWeights)
    let kick = line.kick?.begin(workers)
    var sums = requests.map { ObservedSums<C>($0) }
    var losses = [[ParticleLoss]](repeating: [], count: tiles.tileCount)
    for (index, segment) in program.segments.enumerated() {
      let results = try pass(
        segment, tiles, filledFrom: index == 0 ? bunch : nil, start, observes: true)
      var total = TreeSum<[ObservedSums<C>]>()
      for result in results { if let sums = result.sums { total.append(sums) } }
      if let total = total.total {
        for (number, observed) in zip(segment.requests, total) { sums[number] = observed }
      }
      for (number, lost) in results.flatMap(\.losses).enumerated() { losses[number] += lost }
      if let kick, let inputs = segment.kick { try C.apply(kick, to: tiles.blocks, inputs) }
    }
    return ParticlePassage(
      sweep: self, start: start, program: program, tiles: tiles, bunch: bunch,
      keepsPoints: keepsPoints,
      initialWeight: bunch.hasUniformWeights ? Double(bunch.count) : whole, totalWeight: whole,
      sums: sums, lossesByTile: losses, kick: kick)
  }

  /// Takes particles again through one stretch and the kick behind it, looking at nothing.
  ///
  /// - Parameter bunch: Where the stretch is the first: what they start from.
  func repeatSegment(
    _ segment: ForwardProgram<C>.Segment, _ tiles: SweepTiles<C>, from bunch: Bunch<Double>?,
    _ start: BeamStart<C>, _ kick: any CollectiveKickRun
  ) throws {
    _ = try pass(segment, tiles, filledFrom: bunch, start, observes: false)
    if let inputs = segment.kick { try C.apply(kick, to: tiles.blocks, inputs) }
  }

  /// All tiles, through a stretch without kicks.
  private func pass(
    _ segment: ForwardProgram<C>.Segment, _ tiles: SweepTiles<C>,
    filledFrom bunch: Bunch<Double>?, _ start: BeamStart<C>, observes: Bool
  ) throws -> [ChunkResult] {
    let served = observes ? segment.requests : []
    let chunks = SweepChunks(tileCount: tiles.tileCount)
    func pass(_ source: UnsafePointer<Double>?) throws -> [ChunkResult] {
      nonisolated(unsafe) let source = source
      return try workers.map(chunks.count) { chunk -> ChunkResult in
        var sums = TreeSum<[ObservedSums<C>]>()
        var losses: [[ParticleLoss]] = []
        let watch = OverflowWatch<Double>(blockCount: C.componentCount)
        for number in chunks.tiles(chunk) {
          if let source { fill(tiles, number, from: source, start) }
          let particles = tiles.particles(ofTile: number)
          var tile = Tile(
            base: tiles.address(ofTile: number), count: particles.count,
            firstParticle: particles.lowerBound)
          tile.passage = segment.start
          sums.append(
            watch.pass(&tile) { tile, isCareful in
              var observed = served.map { ObservedSums<C>(requests[$0]) }
              for step in segment.steps {
                watch.step(&tile, isCareful: isCareful) {
                  apply(step, to: &$0, tiles, served, &observed)
                }
              }
              return observed
            })
          losses.append(tile.losses)
        }
        return ChunkResult(sums: sums.total, losses: losses)
      }
    }
    guard let bunch else { return try pass(nil) }
    return try bunch.storage.withUnsafeBufferPointer { try pass($0.baseAddress) }
  }

  private struct ChunkResult: Sendable {
    let sums: [ObservedSums<C>]?
    let losses: [[ParticleLoss]]
  }

  private func apply(
    _ step: ForwardProgram<C>.Step, to tile: inout Tile<Double>, _ tiles: SweepTiles<C>,
    _ served: [Int], _ observed: inout [ObservedSums<C>]
  ) {
    switch step {
    case .move(let kernel, let passage, let cause):
      tile.passage = passage
      tile.cause = cause
      kernel(&tile)
    case .observe(let numbers):
      for (place, number) in served.enumerated() where numbers.contains(number) {
        observed[place].collect(
          tile, requests[number], hasUniformWeights: tiles.hasUniformWeights)
      }
    case .keep:
      break
    }
  }

  /// Puts the particles of a tile, with their tangents, into its blocks.
  private func fill(
    _ tiles: SweepTiles<C>, _ number: Int, from source: UnsafePointer<Double>,
    _ start: BeamStart<C>
  ) {
    Self.fill(tiles.address(ofTile: number), tiles, number, from: source, start)
  }

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
          var sum = shape.mean[i].derivative
          for j in 0..<6 { sum += shape.transform[i, j].derivative * unit[j] }
          return sum
        }
      }
    }
    if let coordinates = start.coordinates {
      for particle in particles { write(particle) { coordinates[particle][$0].derivative } }
    }
  }
}

/// Tiles gathered into at most 256 chunks, aligned powers of two, so that what is summed over them
/// is the same for any number of threads.
struct SweepChunks: Sendable {
  let tileCount: Int
  private let size: Int

  init(tileCount: Int) {
    self.tileCount = tileCount
    var size = 1
    while tileCount > 256 * size { size *= 2 }
    self.size = size
  }

  var count: Int { (tileCount + size - 1) / size }

  func tiles(_ chunk: Int) -> Range<Int> { chunk * size..<min((chunk + 1) * size, tileCount) }
}
