import AutoDiff
import BeamMaps
import Communication
import SystemLibrary

/// A recipe for an initial beam: the distribution, the shape and the number of particles.
public struct InitialBeam: Sendable {
  /// The distribution of unit covariance.
  public var distribution: any Distribution
  /// The transformation to the beam's sizes, correlations and mean. Setting it resets
  /// ``shapeDescription``.
  public var shape: BeamShape<Double> { didSet { shapeDescription = nil } }
  /// The numbers that describe the shape; nil if only the shape itself is known.
  public private(set) var shapeDescription: BeamShapeDescription?
  /// The number of macro-particles, which may be 0.
  public var particles: Int
  /// The seed of the random numbers. Each seed gives another sample of the same beam.
  public var seed: UInt64
  /// Whether the particles fill phase space evenly (a scrambled Sobol sequence) instead of
  /// independently; the moments are then closer to the requested ones.
  public var isQuiet: Bool
  /// The magnitude of the bunch charge [C]; the sign is the species'. It may be 0: the particles
  /// then have weight 0, cause no collective effects, and have equal weights in all moments.
  public var charge: Double

  /// A beam of `particles` particles with this distribution and shape.
  public init(
    _ distribution: any Distribution, shape: BeamShape<Double>, particles: Int, charge: Double,
    seed: UInt64 = 1, isQuiet: Bool = false
  ) {
    require(particles >= 0, "a bunch cannot have a negative number of particles")
    require(charge >= 0 && charge.isFinite, "the charge of a bunch is a magnitude")
    self.distribution = distribution
    self.shape = shape
    self.particles = particles
    self.charge = charge
    self.seed = seed
    self.isQuiet = isQuiet
  }

  /// A beam whose shape is given by the numbers of a run file.
  ///
  /// - Throws: ``InvalidBeamShape`` for numbers that no beam can have.
  public init(
    _ distribution: any Distribution, describedBy description: BeamShapeDescription, particles: Int,
    charge: Double, seed: UInt64 = 1, isQuiet: Bool = false
  ) throws(InvalidBeamShape) {
    self.init(
      distribution, shape: try description.shape, particles: particles, charge: charge, seed: seed,
      isQuiet: isQuiet)
    shapeDescription = description
  }

  /// The same beam with a shape of other numbers.
  ///
  /// - Throws: ``InvalidBeamShape`` for numbers that no beam can have.
  public func described(by description: BeamShapeDescription) throws(InvalidBeamShape) -> Self {
    var beam = self
    beam.shape = try description.shape
    beam.shapeDescription = description
    return beam
  }
}

extension InitialBeam {
  /// The points ζ̂ of the unit distribution for some of the particles, by number.
  package func forEachUnitPoint(
    of particles: Range<Int>, _ body: (Int, PhaseSpace<Double>) -> Void
  ) {
    let count = type(of: distribution).uniformCount
    let source = UniformSource(seed: seed, count: count, isQuiet: isQuiet)
    var uniforms = [Double](repeating: 0, count: count)
    for particle in particles {
      var numbers = uniforms.mutableSpan
      source.fill(&numbers, particle: particle)
      body(particle, distribution.point(uniforms.span))
    }
  }
}

extension Bunch {
  /// Particles drawn from `beam`, all living. Each has the weight Q/(e·|Z|·N): the charge of the
  /// bunch, over that of a real particle times the number of macro-particles.
  ///
  /// Particle i depends on the seed and on i alone, not on the number of threads or particles.
  /// Coordinates are computed in double precision and then rounded to this one. Each of several processes
  /// draws its own share.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  public init(
    _ beam: InitialBeam, reference: ReferenceParticle<Double>, workers: Workers = .one
  ) throws {
    let share = BunchShare(of: beam.particles, in: workers.communicator)
    let count = share.count
    let tiles = (count + Tile<Word>.capacity - 1) / Tile<Word>.capacity
    let chargeNumber = reference.species.chargeNumber.magnitude
    let realParticles = beam.charge / (PhysicalConstants.elementaryCharge * chargeNumber)
    let weight = count > 0 ? Word(realParticles / Double(share.total)) : 0
    let words = tiles * Tile<Word>.wordCount
    let sampler = TileSampler(beam)
    let storage = try TileStorage<Word>(uninitialized: words) { buffer in
      // Each tile is written by one thread.
      nonisolated(unsafe) let base = buffer.baseAddress
      try workers.forEach(tiles) { tile in
        guard let base else { return }
        let first = tile * Tile<Word>.capacity
        let tileBase = base + tile * Tile<Word>.wordCount
        let particles = first..<min(first + Tile<Word>.capacity, count)
        sampler.fill(
          tileBase, with: share.first + particles.lowerBound..<share.first + particles.upperBound,
          weight: weight)
      }
    }
    self.init(reference: reference, share: share, storage: storage)
  }
}

/// Draws the particles of one tile at a time.
private struct TileSampler: Sendable {
  private let distribution: any Distribution
  private let shape: BeamShape<Double>
  private let source: UniformSource
  private let uniformCount: Int

  init(_ beam: InitialBeam) {
    distribution = beam.distribution
    shape = beam.shape
    uniformCount = type(of: beam.distribution).uniformCount
    source = UniformSource(seed: beam.seed, count: uniformCount, isQuiet: beam.isQuiet)
  }

  /// Writes `particles` to their tile, which begins at `base`.
  func fill<Word: ParticleWord>(
    _ base: UnsafeMutablePointer<Word>, with particles: Range<Int>, weight: Word
  ) {
    // The type is tested once per tile, so that the loops are compiled for it even where the caller
    // is generic.
    let words = UnsafeMutableRawPointer(base)
    if Word.self == Double.self {
      fill(doubles: words.assumingMemoryBound(to: Double.self), particles, Double(weight))
    } else if Word.self == Float.self {
      fill(floats: words.assumingMemoryBound(to: Float.self), particles, Float(weight))
    } else {
      preconditionFailure("particles are stored as Double or Float")
    }
  }

  @inline(never)
  private func fill(
    doubles base: UnsafeMutablePointer<Double>, _ particles: Range<Int>, _ weight: Double
  ) {
    write(base, particles, weight)
  }

  @inline(never)
  private func fill(
    floats base: UnsafeMutablePointer<Float>, _ particles: Range<Int>, _ weight: Float
  ) {
    write(base, particles, weight)
  }

  @inline(__always)
  private func write<Word: ParticleWord>(
    _ base: UnsafeMutablePointer<Word>, _ particles: Range<Int>, _ weight: Word
  ) {
    let pitch = Tile<Word>.capacity
    base.initialize(repeating: 0, count: Tile<Word>.wordCount)
    var uniforms = [Double](repeating: 0, count: uniformCount)
    for particle in particles {
      var numbers = uniforms.mutableSpan
      source.fill(&numbers, particle: particle)
      let z = shape(distribution.point(uniforms.span))
      let place = base + (particle - particles.lowerBound)
      for coordinate in 0..<6 { place[coordinate * pitch] = Word(z[coordinate]) }
      place[Tile<Word>.weightPlane * pitch] = weight
      place[Tile<Word>.alivePlane * pitch] = 1
    }
  }
}
