import AutoDiff
import BeamTracking
import LinearAlgebra

/// The backward pass of one tile.
struct TilePullBack<C: SweepScalar> {
  let workspace: SweepWorkspace<C>
  private let tiles: SweepTiles<C>
  private let number: Int
  private let losses: [ParticleLoss]
  private let keptNumbers: [Int: Int]

  private static var span: Int { C.componentCount * Tile<Double>.componentStride }
  private static var capacity: Int { Tile<Double>.capacity }

  init(
    workspace: SweepWorkspace<C>, tiles: SweepTiles<C>, number: Int, losses: [ParticleLoss],
    keptNumbers: [Int: Int]
  ) {
    self.workspace = workspace
    self.tiles = tiles
    self.number = number
    self.losses = losses
    self.keptNumbers = keptNumbers
    workspace.load(tiles.address(ofTile: number))
  }

  /// Continues with the cotangents from the section after this one.
  func load(_ cotangents: SweepTiles<C>) {
    (workspace.tile + Self.span).update(
      from: cotangents.address(ofTile: number), count: Self.span)
  }

  /// Begins with the cotangents w of the tile's living particles: v = Ω⁻¹w.
  func begin(with cotangents: [Vector6<C>]) {
    let stride = Tile<Double>.componentStride
    for (i, particle) in tiles.particles(ofTile: number).enumerated() {
      if workspace.tile[Tile<Double>.alivePlane * Self.capacity + i] == 0 { continue }
      var v = PhaseSpace<C>.zero
      v.addCotangent(cotangents[particle - tiles.share.first])
      v.store(to: workspace.tile + (Self.span + i), stride: stride)
    }
  }

  /// Stores coordinates and cotangents for the section before this one.
  func store(to cotangents: SweepTiles<C>) {
    tiles.address(ofTile: number).update(from: workspace.tile, count: Self.span)
    cotangents.address(ofTile: number).update(
      from: workspace.tile + Self.span, count: Self.span)
  }

  /// Tracks the tile forward once more, and stores the points before maps without an inverse.
  func retrace(
    _ section: TileSection<C, Double>, from source: UnsafePointer<Double>, _ start: BeamStart<C>
  ) {
    ParticleSweep<C>.fill(workspace.tile, tiles, number, from: source, start)
    let particles = tiles.particles(ofTile: number)
    var tile = Tile(
      base: workspace.tile, count: particles.count, firstParticle: particles.lowerBound)
    section.retrace(&tile, blockCount: C.componentCount) { passage in
      guard let place = keptNumbers[passage] else { return }
      SweepWorkspace<C>.copyPoints(from: workspace.tile, to: workspace.keptPoints(place))
    }
    (workspace.tile + Self.span).update(repeating: 0, count: Self.span)
  }

  mutating func run(_ steps: [BackwardSection<C>.Step], _ forces: [ObservationPullBack<C>]) {
    let particles = tiles.particles(ofTile: number)
    var tile = Tile(
      base: workspace.tile, count: particles.count, firstParticle: particles.lowerBound)
    for step in steps {
      switch step {
      case .move(let kernel):
        kernel(&tile)
      case .moveWithSlope(let kernel, let slot):
        kernel.pullBack(&tile, addingTo: workspace.sum(slot))
      case .moveThenSlopes(let kernel, let slopes):
        SweepWorkspace<C>.copyPoints(from: workspace.tile, to: workspace.points)
        kernel(&tile)
        for slope in slopes {
          slope.kernel.slope(&tile, at: workspace.points, addingTo: workspace.sum(slope.slot))
        }
      case .restore(let passage, let kernel, let slopes):
        restore(passage, kernel, slopes, &tile)
      case .scale(let factor):
        scale(by: factor, tile)
      case .revive(let passage, let cause, let stage):
        revive(passage, cause, stage, &tile)
      case .observe(let numbers):
        for number in numbers where !forces[number].isEmpty {
          forces[number].apply(to: tile, hasUniformWeights: tiles.hasUniformWeights)
        }
      }
    }
  }

  /// With z at the entrance and w at the exit: w ← Jᵀw, one direction after the other.
  ///
  /// v ∧ u = −wᵀu, so that the projections are −Jᵀw, and derivatives with respect to inputs have
  /// the opposite sign to those by an inverse map.
  private func restore(
    _ passage: Int, _ kernel: TangentKernel, _ slopes: [BackwardSection<C>.Slope],
    _ tile: inout Tile<Double>
  ) {
    guard let place = keptNumbers[passage] else {
      preconditionFailure("the points before a map without an inverse are stored")
    }
    let points = workspace.keptPoints(place)
    let words = SweepWorkspace<C>.sumWords
    for slope in slopes {
      let sum = workspace.sum(slope.slot)
      for i in 0..<words { sum[i] = -sum[i] }
      slope.kernel.slope(&tile, at: points, addingTo: sum)
      for i in 0..<words { sum[i] = -sum[i] }
    }
    for i in 0..<6 {
      kernel.project(
        &tile, at: points, along: i, to: workspace.projections + i * Self.capacity)
    }
    let v = workspace.tile + Self.span
    for i in 0..<tile.count where tile.base[Tile<Double>.alivePlane * Self.capacity + i] != 0 {
      for component in 0..<C.componentCount {
        let offset = component * Tile<Double>.componentStride + i
        for plane in 0..<3 {
          let q = 2 * plane * Self.capacity + offset
          let p = q + Self.capacity
          v[q] = workspace.projections[p]
          v[p] = -workspace.projections[q]
          tile.base[q] = points[q]
          tile.base[p] = points[p]
        }
      }
    }
  }

  private func scale(by factor: C, _ tile: borrowing Tile<Double>) {
    let stride = Tile<Double>.componentStride
    for coordinate in 0..<6 {
      for i in 0..<tile.count {
        let address = workspace.tile + (Self.span + coordinate * Self.capacity + i)
        (C.load(address, stride: stride) * factor).store(to: address, stride: stride)
      }
    }
  }

  private func revive(
    _ passage: Int, _ cause: ParticleLoss.Cause, _ stage: PassageStage,
    _ tile: inout Tile<Double>
  ) {
    for loss in losses
    where loss.passage == passage && loss.cause == cause && loss.stage == stage {
      let i = loss.particle - tile.firstParticle
      tile.base[Tile<Double>.alivePlane * Self.capacity + i] = 1
      tile.living += 1
    }
    tile.isIntact = tile.aliveCount == tile.count
  }

  /// The derivatives of the tile's particles with respect to each slot.
  var slots: [C] {
    (0..<workspace.slotCount).map { slot in
      var sum = C.zero
      let laneCount = SweepWorkspace<C>.laneCount
      for lane in 0..<laneCount {
        sum += C.load(workspace.sum(slot) + lane, stride: laneCount)
      }
      return sum
    }
  }

  /// The cotangent w = Ωv of particle `i` of the tile.
  private func cotangent(_ i: Int) -> Vector6<C> {
    let v = PhaseSpace<C>(
      loadedFrom: workspace.tile + (Self.span + i), stride: Tile<Double>.componentStride)
    return Vector6 { k in k % 2 == 0 ? v[k + 1] : -v[k - 1] }
  }

  /// Σ w ζ̂ᵀ, row by row, and Σ w, over the coordinates that come from the shape.
  func shapeCotangents(_ recipe: InitialBeam, _ start: BeamStart<C>) -> [C] {
    var sums = [C](repeating: .zero, count: 42)
    let particles = tiles.particles(ofTile: number)
    recipe.forEachUnitPoint(of: particles) { particle, unit in
      let w = cotangent(particle - particles.lowerBound)
      for i in 0..<6 where !start.isReplaced(particle, i) {
        for j in 0..<6 { sums[6 * i + j] += w[i] * unit[j] }
        sums[36 + i] += w[i]
      }
    }
    return sums
  }

  var coordinateCotangents: [Vector6<C>] {
    tiles.particles(ofTile: number).indices.map {
      cotangent($0 - tiles.particles(ofTile: number).lowerBound)
    }
  }
}
