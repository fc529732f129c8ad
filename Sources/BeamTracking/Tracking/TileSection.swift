import BeamMaps
import Communication

/// One step of a tile along the beamline.
package enum TileStep<Word: ParticleWord>: Sendable {
  /// Moves the particles.
  case move(TileKernel<Word>, Whereabouts)
  /// Transforms into a misaligned element's frame. Particles that are lost in it are transformed
  /// back, if the frame is given. (Indirect, so that steps are small.)
  indirect case enter(SliceFrame<Double>?, TileKernel<Word>, Whereabouts)
  /// Transforms out of the frame.
  case leave(TileKernel<Word>)
  /// Loses, with this cause, the particles that fail a test.
  case test(TileKernel<Word>, ParticleLoss.Cause, Whereabouts)
  /// The same with the cause ``ParticleLoss/Cause/overflow`` at fixed time: lost particles are
  /// transformed back to fixed position.
  indirect case testAtFixedTime(TileKernel<Word>, ReferenceParticle<Double>, Whereabouts)
  /// Marks that the backward pass needs the particles before the passage of this number: its map
  /// has no inverse.
  case keep(passage: Int)
  /// Observes the beam.
  case observe

  /// The coordinates that living particles keep in the step.
  var kept: KeptCoordinates {
    switch self {
    case .move(let kernel, _): kernel.kept
    case .enter, .leave: .none
    case .test, .testAtFixedTime, .keep, .observe: .all
    }
  }

  /// Does the step; ``keep(passage:)`` and ``observe`` change nothing.
  package func apply(to tile: inout Tile<Word>) {
    switch self {
    case .move(let kernel, let whereabouts):
      tile.whereabouts = whereabouts
      kernel(&tile)
    case .enter(let frame, let kernel, let whereabouts):
      tile.whereabouts = whereabouts
      tile.whereabouts.stage = .entering
      kernel(&tile)
      tile.whereabouts.stage = .inside
      tile.frame = frame
    case .leave(let kernel):
      tile.frame = nil
      tile.whereabouts.stage = .leaving
      kernel(&tile)
      tile.whereabouts.stage = .inside
    case .test(let kernel, let cause, let whereabouts):
      tile.whereabouts = whereabouts
      tile.cause = cause
      kernel(&tile)
      tile.cause = .domain
    case .testAtFixedTime(let kernel, let reference, let whereabouts):
      let count = tile.losses.count
      TileStep.test(kernel, .overflow, whereabouts).apply(to: &tile)
      for loss in tile.losses[count...] {
        tile.leaveFixedTime(loss.particle - tile.firstParticle, reference)
      }
    case .keep, .observe:
      break
    }
  }
}

/// A point where the beam is observed, after the passage of this number (−1: at the start), with
/// the reference particle there.
package struct ObservationPoint<C: SweepScalar>: Sendable {
  /// The place after which it is; nil at the start.
  package let place: Int?
  package let passage: Int
  /// The name of the place, "start", or "end".
  package let name: String
  /// The turn, from 1.
  package let turn: Int
  package let reference: ReferenceParticle<C>
}

/// A section: consecutive steps that each tile passes without waiting for the other tiles.
package struct TileSection<C: SweepScalar, Word: ParticleWord>: Sendable {
  package internal(set) var steps: [TileStep<Word>] = []
  package internal(set) var points: [ObservationPoint<C>] = []
  /// The turn in which it begins.
  let turn: Int
  let start: Whereabouts
  /// The place of the monitor at its end, if there is one.
  var monitor: Int?
  /// The effect that acts at its end, if there is one; the particles are in its frame.
  package internal(set) var effect: EffectCall<C>?
  /// Whether the particles are observed just before this effect.
  var observesEffect = false
  /// The fraction of the whole run that is done after the section.
  var fractionDone = 0.0

  /// Tracks all tiles through the section.
  ///
  /// - Parameters:
  ///   - fill: Writes a tile's particles to the given memory before the tile starts.
  ///   - observe: Appends the value observed at the observation point of this index to those of the points
  ///     before; `kept` is what the living particles have kept since the last of these.
  /// - Returns: The merged values of the particles of all processes, one for each observation point, nil if
  ///   there is no tile; and the lost particles of this process, tile by tile.
  @_specialize(exported:false,where C == Double, Word == Double, Seen == Moments)
  @_specialize(exported:false,where C == Double, Word == Float, Seen == Moments)
  package func pass<Seen: Mergeable & Packable & Sendable>(
    _ particles: ParticleBlocks<Word>, _ workers: Workers,
    progress: (from: Double, report: @Sendable (Double) -> Void)? = nil,
    fill: (@Sendable (_ tile: Int, UnsafeMutablePointer<Word>) -> Void)? = nil,
    observe:
      @escaping @Sendable (
        borrowing Tile<Word>, _ point: Int, _ kept: KeptCoordinates, _ seen: inout [Seen]
      ) -> Void
  ) throws -> (seen: [Seen]?, losses: [ParticleLoss]) {
    let chunks = particles.chunks
    let first = progress?.from ?? 0
    let done = ProgressCounter(
      total: chunks.count, from: first, span: fractionDone - first, progress?.report)
    let results = try workers.map(chunks.count) { chunk -> ([Seen]?, [ParticleLoss]) in
      var seen = TreeSum<[Seen]>()
      var losses: [ParticleLoss] = []
      let watch = OverflowWatch<Word>(blockCount: particles.blockCount)
      for number in chunks.tiles(chunks.first + chunk) {
        let address = particles.address(ofTile: number)
        fill?(number, address)
        let numbers = particles.particles(ofTile: number)
        var tile = Tile(base: address, count: numbers.count, firstParticle: numbers.lowerBound)
        tile.whereabouts = start
        seen.append(pass(&tile, watch, observe))
        losses += tile.losses
      }
      done.advance()
      return (seen.total, losses)
    }
    var tree = TreeSum<[Seen]>(from: chunks.first)
    for case (let seen?, _) in results { tree.append(seen) }
    // Where nothing is observed, there is nothing to tell the others.
    let seen = points.isEmpty ? tree.total : try workers.communicator.total(tree)
    return (seen, results.flatMap(\.1))
  }

  /// Tracks one tile through the section.
  private func pass<Seen>(
    _ tile: inout Tile<Word>, _ watch: borrowing OverflowWatch<Word>,
    _ observe: (borrowing Tile<Word>, Int, KeptCoordinates, inout [Seen]) -> Void
  ) -> [Seen] {
    watch.pass(&tile) { tile, isCareful in
      var seen: [Seen] = []
      seen.reserveCapacity(points.count)
      var kept = KeptCoordinates.none
      for step in steps {
        if case .observe = step {
          observe(tile, seen.count, kept, &seen)
          kept = .all
          continue
        }
        kept = min(kept, step.kept)
        watch.step(&tile, isCareful: isCareful) { step.apply(to: &$0) }
      }
      return seen
    }
  }

  /// Tracks one tile through the section without observing it.
  ///
  /// - Parameter keep: Called where the tile contains the particles before a map without an
  ///   inverse.
  package func retrace(
    _ tile: inout Tile<Word>, blockCount: Int, keep: (_ passage: Int) -> Void
  ) {
    let watch = OverflowWatch<Word>(blockCount: blockCount)
    watch.pass(&tile) { tile, isCareful in
      for step in steps {
        if case .keep(let passage) = step {
          keep(passage)
        } else {
          watch.step(&tile, isCareful: isCareful) { step.apply(to: &$0) }
        }
      }
    }
  }
}
