import AutoDiff
import BeamMaps

/// A bunch of macro-particles with their reference particle, in double or single precision.
///
/// Particles are numbered from 0 and keep their number. They are stored tile after tile, and in a
/// tile coordinate after coordinate (see ``Tile``).
public struct Bunch<Word: ParticleWord>: Sendable {
  /// The particle on the design orbit that coordinates are measured against.
  public var reference: ReferenceParticle<Double>
  /// The number of macro-particles, living or lost.
  public let count: Int
  /// True if all particles have the same weight.
  public package(set) var hasUniformWeights: Bool
  @usableFromInline package var storage: TileStorage<Word>

  /// `count` particles on the axis, living, each standing for one real particle.
  public init(count: Int, reference: ReferenceParticle<Double>) {
    precondition(count >= 0, "a bunch cannot have a negative number of particles")
    self.reference = reference
    self.count = count
    hasUniformWeights = true
    let tiles = (count + Tile<Word>.capacity - 1) / Tile<Word>.capacity
    storage = TileStorage(zeros: tiles * Tile<Word>.wordCount)
    for i in 0..<count {
      storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity] = 1
      storage[address(of: i) + Tile<Word>.alivePlane * Tile<Word>.capacity] = 1
    }
  }

  /// `count` particles of one weight, as they lie in `storage`.
  init(reference: ReferenceParticle<Double>, count: Int, storage: TileStorage<Word>) {
    self.reference = reference
    self.count = count
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

  /// How many real particles the macro-particle `i` stands for.
  @inlinable public func weight(of i: Int) -> Double {
    Double(storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity])
  }

  /// Σw of all particles, living or lost [real particles].
  package var totalWeight: Double {
    if count == 0 { return 0 }
    if hasUniformWeights { return Double(count) * weight(of: 0) }
    return (0..<count).reduce(0) { $0 + weight(of: $1) }
  }

  /// False if particle `i` is lost.
  @inlinable public func isAlive(_ i: Int) -> Bool {
    storage[address(of: i) + Tile<Word>.alivePlane * Tile<Word>.capacity] != 0
  }

  /// Makes particle `i` stand for `weight` real particles.
  public mutating func setWeight(of i: Int, to weight: Double) {
    storage[address(of: i) + Tile<Word>.weightPlane * Tile<Word>.capacity] = Word(weight)
    hasUniformWeights = false
  }

  /// Gives every particle the same weight [real particles].
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

  /// Where particle `i`'s first coordinate is stored.
  @inlinable func address(of i: Int) -> Int {
    precondition(0 <= i && i < count, "the bunch has no such particle")
    let (tile, place) = i.quotientAndRemainder(dividingBy: Tile<Word>.capacity)
    return tile * Tile<Word>.wordCount + place
  }

  /// The particles as a collective kick sees them.
  package mutating func withBlocks<R>(_ body: (ParticleBlocks<Word>) throws -> R) rethrows -> R {
    let count = count
    return try storage.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else {
        preconditionFailure("the storage of a bunch has an address")
      }
      return try body(ParticleBlocks(base: base, count: count, blockCount: 1))
    }
  }

  /// Puts the particles where they are at the reference particle's time, with z [m] in the place of
  /// t and pz = Pz/p0 − 1 in that of pt, or back.
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
