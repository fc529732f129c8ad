import AutoDiff
import BeamMaps
import SystemLibrary

/// A bunch of macro-particles with their reference particle, in double or single precision.
///
/// Particles are numbered from 0 and keep their number. They are stored tile by tile, and within a
/// tile coordinate by coordinate (see `Tile`).
///
/// Where several processes track one bunch, each has a ``share`` of its particles; `bunch[0]` is then the
/// first of these.
public struct Bunch<Word: ParticleWord>: Sendable {
  /// The particle on the design orbit to which coordinates are relative.
  public var reference: ReferenceParticle<Double>
  /// Which of the bunch's particles are in this process; all, unless it is one of several.
  public let share: BunchShare
  /// The number of macro-particles in this process, living or lost.
  public var count: Int { share.count }
  /// True if all particles have the same weight.
  public package(set) var hasUniformWeights: Bool
  @usableFromInline package var storage: TileStorage<Word>

  /// A bunch of `count` living particles on the axis, each representing one real particle.
  public init(count: Int, reference: ReferenceParticle<Double>) {
    require(count >= 0, "a bunch cannot have a negative number of particles")
    self.reference = reference
    share = BunchShare(allOf: count)
    hasUniformWeights = true
    let tiles = (count + Tile<Word>.capacity - 1) / Tile<Word>.capacity
    storage = TileStorage(zeros: tiles * Tile<Word>.wordCount)
    for i in 0..<count {
      storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity] = 1
      storage[address(of: i) + Tile<Word>.alivePlane * Tile<Word>.capacity] = 1
    }
  }

  /// A bunch of particles of one weight, with the words of `storage`.
  package init(
    reference: ReferenceParticle<Double>, share: BunchShare, storage: TileStorage<Word>
  ) {
    self.reference = reference
    self.share = share
    self.storage = storage
    hasUniformWeights = true
  }

  /// The number of tiles; all but the last are full.
  public var tileCount: Int { storage.count / Tile<Word>.wordCount }

  /// The coordinates of particle `i`.
  @inlinable public subscript(i: Int) -> PhaseSpace<Double> {
    get {
      let first = address(of: i)
      var z = PhaseSpace<Double>.zero
      for coordinate in 0..<6 {
        z[coordinate] = Double(storage[first + coordinate * Tile<Word>.capacity])
      }
      return z
    }
    set {
      let first = address(of: i)
      for coordinate in 0..<6 {
        storage[first + coordinate * Tile<Word>.capacity] = Word(newValue[coordinate])
      }
    }
  }

  /// The number of real particles that macro-particle `i` represents.
  @inlinable public func weight(of i: Int) -> Double {
    Double(storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity])
  }

  /// False if particle `i` is lost.
  @inlinable public func isAlive(_ i: Int) -> Bool {
    storage[address(of: i) + Tile<Word>.alivePlane * Tile<Word>.capacity] != 0
  }

  /// Sets the number of real particles that macro-particle `i` represents.
  public mutating func setWeight(of i: Int, to weight: Double) {
    storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity] = Word(weight)
    hasUniformWeights = false
  }

  /// Sets the weight of every particle [real particles].
  public mutating func setWeights(to weight: Double) {
    for i in 0..<count {
      storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity] = Word(weight)
    }
    hasUniformWeights = true
  }

  /// Marks particle `i` as living or lost.
  @inlinable public mutating func setAlive(_ i: Int, to isAlive: Bool) {
    storage[address(of: i) + Tile<Word>.alivePlane * Tile<Word>.capacity] = isAlive ? 1 : 0
  }

  /// The index of particle `i`'s first coordinate in the storage.
  @inlinable func address(of i: Int) -> Int {
    precondition(0 <= i && i < count, "the bunch has no such particle")
    let (tile, place) = i.quotientAndRemainder(dividingBy: Tile<Word>.capacity)
    return tile * Tile<Word>.wordCount + place
  }

  /// Calls `body` with the particles in the form for collective effects.
  package mutating func withBlocks<R>(_ body: (ParticleBlocks<Word>) throws -> R) rethrows -> R {
    let share = share
    return try storage.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else {
        preconditionFailure("the storage of a bunch has an address")
      }
      return try body(ParticleBlocks(base: base, share: share, blockCount: 1))
    }
  }

  /// Changes to the coordinates at the reference particle's time, or back: z [m] takes the place of
  /// t, and pz = Pz/p0 − 1 the place of pt.
  package mutating func changeFrame(toFixedTime: Bool) {
    let frame = FixedTimeFrame(isExit: !toFixedTime)
    let kernel = Word.kernel(
      double: frame.kernelInDouble(Slice(), reference),
      single: frame.kernelInSingle(Slice(), reference))
    withBlocks { particles in
      for number in 0..<particles.tileCount {
        let numbers = particles.particles(ofTile: number)
        var tile = Tile(
          base: particles.address(ofTile: number), count: numbers.count,
          firstParticle: numbers.lowerBound)
        kernel(&tile)
      }
    }
  }
}
