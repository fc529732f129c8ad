import AutoDiff

/// A view of up to `capacity` particles, stored coordinate after coordinate: the unit of work of a
/// thread, and of summation.
///
/// The coordinates fit the first-level cache, where a tile stays while it passes many elements.
public struct Tile<Word: ParticleWord>: ~Copyable {
  /// The number of particles in a full tile. With a power of two the same particle's words in all planes would
  /// compete for the same few lines of the cache, which takes half as long again where there are many planes of tangents.
  @inlinable public static var capacity: Int { 496 }
  /// The number of words in a tile: six coordinates, the weight, and 1 for a living particle or 0
  /// for a lost one, each for `capacity` particles.
  @inlinable public static var wordCount: Int { 8 * capacity }
  /// The distance in words between a value and its tangent, where there is one.
  @inlinable package static var componentStride: Int { wordCount }
  @inlinable package static var weightPlane: Int { 6 }
  @inlinable package static var alivePlane: Int { 7 }

  @usableFromInline package let base: UnsafeMutablePointer<Word>
  /// The number of particles, living or lost.
  public let count: Int
  /// The index in the bunch of the tile's first particle.
  public let firstParticle: Int
  /// The number of living particles.
  @inlinable public var aliveCount: Int { living }
  /// The same, writable for code that loses and revives particles.
  @usableFromInline package var living: Int
  /// True while no particle of the tile is lost.
  @usableFromInline package var isIntact: Bool
  /// The tile's present position, for the record of losses.
  @usableFromInline package var whereabouts = Whereabouts(passage: 0, place: 0, turn: 1, s: 0)
  /// The cause recorded for particles outside the domain of the present map.
  @usableFromInline package var cause = ParticleLoss.Cause.domain
  /// The misaligned frame that the tile is in, if any; lost particles are transformed back from it.
  @usableFromInline package var frame: SliceFrame<Double>?
  @usableFromInline package var losses: [ParticleLoss] = []

  @inlinable
  package init(base: UnsafeMutablePointer<Word>, count: Int, firstParticle: Int) {
    self.base = base
    self.count = count
    self.firstParticle = firstParticle
    let alive = Word.countNonzero(base + Self.alivePlane * Self.capacity, count)
    living = alive
    isIntact = alive == count
  }

  /// Stores the new coordinates of the living particles. Those with invalid new coordinates are
  /// recorded as lost and keep the old ones.
  @inlinable @inline(never)
  package mutating func settle<S: ParticleScalar>(
    _ z: PhaseSpace<S>, _ isInside: S.Mask, at address: UnsafeMutablePointer<Word>
  ) where S.Word == Word {
    let stride = Self.componentStride
    let wasAlive =
      S.zero < S.load(address + Self.alivePlane * Self.capacity, stride: stride)
    let before = PhaseSpace<S>(loadedFrom: address, stride: stride)
    PhaseSpace.select(wasAlive .& isInside, z, before).store(to: address, stride: stride)
    let isLost = wasAlive .& .!isInside
    if isLost.any {
      let first = address - base
      for lane in 0..<S.laneCount where S.isTrue(isLost, lane: lane) {
        lose(first + lane)
      }
    }
  }

  /// True if the coordinates of all particles, living or lost, are finite.
  @inlinable package var isFinite: Bool { isBelow(.infinity) }

  /// True if the magnitudes of the coordinates of all particles, living or lost, are below a limit.
  @inlinable
  package func isBelow(_ limit: Word) -> Bool {
    for coordinate in 0..<6
    where !Word.areBelow(limit, base + coordinate * Self.capacity, count) {
      return false
    }
    return true
  }

  /// False if particle `i` of this tile is lost.
  @inlinable
  package func isAlive(_ i: Int) -> Bool { base[Self.alivePlane * Self.capacity + i] != 0 }

  /// Starts a new record of losses with the particles as they are now stored.
  @inlinable
  package mutating func restart() {
    living = Word.countNonzero(base + Self.alivePlane * Self.capacity, count)
    isIntact = living == count
    frame = nil
    cause = .domain
    losses = []
  }

  /// Marks the living particle `i` of this tile as lost here.
  @inlinable @inline(never)
  package mutating func lose(_ i: Int) {
    base[Self.alivePlane * Self.capacity + i] = 0
    living -= 1
    isIntact = false
    if let frame {
      var z = point(i)
      let isAfterSlice =
        cause != .domain && cause != .overflow && whereabouts.stage != .entering
      if isAfterSlice ? frame.leave(&z) : frame.leaveBackward(&z) { setPoint(i, to: z) }
    }
    var loss = ParticleLoss(
      particle: firstParticle + i, place: whereabouts.place, turn: whereabouts.turn,
      s: whereabouts.s, cause: cause, passage: whereabouts.passage)
    loss.stage = whereabouts.stage
    losses.append(loss)
  }

  /// The coordinates of particle `i` of this tile.
  @inlinable
  package func point(_ i: Int) -> PhaseSpace<Double> {
    let p = base + i
    let pitch = Self.capacity
    return PhaseSpace(
      x: Double(p[0]), px: Double(p[pitch]), y: Double(p[2 * pitch]), py: Double(p[3 * pitch]),
      t: Double(p[4 * pitch]), pt: Double(p[5 * pitch]))
  }

  @inlinable
  package func setPoint(_ i: Int, to z: PhaseSpace<Double>) {
    for coordinate in 0..<6 {
      base[coordinate * Self.capacity + i] = Word(z[coordinate])
    }
  }
}
