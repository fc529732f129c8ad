import AutoDiff

/// A particle that left the beam: where, when and why.
public struct ParticleLoss: Sendable, Equatable {
  /// Why a particle is lost.
  public enum Cause: String, Sendable {
    /// It hit an aperture.
    case aperture
    /// Its coordinates were outside the domain of an element's map: it turned round.
    case domain
    /// Its total energy came to its rest energy or below.
    case energy
    /// A collective effect lost it.
    case effect
    /// One of its coordinates was no finite number any more, or, before a collective kick, so large
    /// that the kick would be none.
    case overflow
  }

  /// The particle's number in the bunch, from 0.
  public let particle: Int
  /// The place of the loss: an index into the beamline's places.
  public let place: Int
  /// From 1.
  public let turn: Int
  /// Where its coordinates were taken [m]: after the slice at an aperture or without energy, before
  /// it outside a map's domain and where they overflowed, behind an effect that lost it.
  public let s: Double
  public let cause: Cause
  /// The passage, counted from the start of the run; −1 before the first. It does not count in
  /// comparisons: place, turn and s say the same.
  @usableFromInline package let passage: Int

  public init(
    particle: Int, place: Int, turn: Int, s: Double, cause: Cause, passage: Int = -1
  ) {
    self.particle = particle
    self.place = place
    self.turn = turn
    self.s = s
    self.cause = cause
    self.passage = passage
  }

  public static func == (a: Self, b: Self) -> Bool {
    (a.particle, a.place, a.turn, a.s, a.cause) == (b.particle, b.place, b.turn, b.s, b.cause)
  }
}

/// A view of `capacity` particles, stored coordinate after coordinate: the unit of threading, and
/// of summation.
///
/// Its coordinates fit the first-level cache, where a tile stays while it passes many elements.
public struct Tile<Word: ParticleWord>: ~Copyable {
  /// How many particles a full tile holds.
  @inlinable public static var capacity: Int { 512 }
  /// The words of a tile: six coordinates, the weight, and 1 for a living particle or 0 for a lost
  /// one.
  @inlinable public static var wordCount: Int { 8 * capacity }
  /// The distance between a value and its tangents, where there are any.
  @inlinable package static var componentStride: Int { wordCount }
  @inlinable package static var weightPlane: Int { 6 }
  @inlinable package static var alivePlane: Int { 7 }

  @usableFromInline package let base: UnsafeMutablePointer<Word>
  /// The number of particles, living or lost.
  public let count: Int
  /// The bunch's number of the tile's first particle.
  public let firstParticle: Int
  /// The number of living particles.
  @inlinable public var aliveCount: Int { living }
  /// The same, for those who lose and revive them.
  @usableFromInline package var living: Int
  /// True while no particle of the tile is lost.
  @usableFromInline package var isIntact: Bool
  /// Where the tile is, for the record of losses.
  @usableFromInline package var whereabouts = Whereabouts(passage: 0, place: 0, turn: 1, s: 0)
  /// What a particle dies of that a map does not let through.
  @usableFromInline package var cause = ParticleLoss.Cause.domain
  /// The misaligned frame that the tile is in, if any: lost particles are brought back from it.
  @usableFromInline package var frame: PlacementFrame<Double>?
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

  /// Stores the new coordinates of the living, and records those whose new coordinates mean
  /// nothing: they keep the old ones.
  @inlinable @inline(never)
  mutating func settle<S: ParticleScalar>(
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

  /// True if the coordinates of all particles, living or lost, are finite numbers.
  @inlinable package var isFinite: Bool { isBelow(.infinity) }

  /// True if the coordinates of all particles, living or lost, are numbers below a limit.
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

  /// Begins anew with the particles as they are now stored: nobody has been lost on the way.
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
      frame.leave(&z)
      setPoint(i, to: z)
    }
    losses.append(
      ParticleLoss(
        particle: firstParticle + i, place: whereabouts.place, turn: whereabouts.turn,
        s: whereabouts.s,
        cause: cause, passage: whereabouts.passage))
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

/// Where a tile is on its way.
@usableFromInline
package struct Whereabouts: Sendable {
  /// The number of the passage; −1 before the first.
  @usableFromInline package var passage: Int
  @usableFromInline var shortPlace: Int32
  @usableFromInline var shortTurn: Int32
  /// The reference particle's path length [m].
  @usableFromInline package var s: Double

  @inlinable package var place: Int { Int(shortPlace) }
  /// From 1.
  @inlinable package var turn: Int { Int(shortTurn) }

  @inlinable
  package init(passage: Int, place: Int, turn: Int, s: Double) {
    self.passage = passage
    shortPlace = Int32(place)
    shortTurn = Int32(turn)
    self.s = s
  }
}
