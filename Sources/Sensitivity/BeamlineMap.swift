import AutoDiff
import BeamTracking
import Communication
import LinearAlgebra

/// A beamline as a map of particles to particles, with its tangent and its way back.
///
/// It stands between other differentiable things, such as learnt elements: derivatives come from
/// whatever is behind it and go on to whatever is before it.
///
///     let map = BeamlineMap(line, parameters: [try line.parameter(named: "q1.k1")])
///     let evaluation = try map.evaluation(of: bunch)
///     let back = try evaluation.pullBack(cotangents)       // to evaluation.particles
///     back.particles                                // to the particles of bunch
///     back.parameters                               // to q1.k1
public struct BeamlineMap: Sendable {
  public var beamline: Beamline
  /// What derivatives go to besides the particles.
  public var parameters: [BeamlineParameter]
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1
  /// What particles do to each other in every slice, one after the other.
  public var effects: [any CollectiveEffect] = []
  /// Numbers of these that derivatives go to.
  public var effectParameters: [EffectParameter] = []
  /// How the way back finds the particles before each of these.
  public var checkpointing = Checkpointing.restoring
  public var workers: Workers

  public init(
    _ beamline: Beamline, parameters: [BeamlineParameter] = [], workers: Workers = .all
  ) {
    self.beamline = beamline
    self.parameters = parameters
    self.workers = workers
  }

  /// A way of particles, from which cotangents go back once.
  public struct Evaluation {
    /// At the end; those that were lost keep the coordinates that they had then.
    public let particles: Bunch<Double>
    private let evaluation: ParticleEvaluation<Double>

    fileprivate init(_ particles: Bunch<Double>, _ evaluation: ParticleEvaluation<Double>) {
      self.particles = particles
      self.evaluation = evaluation
    }

    /// Takes the derivatives of anything to the coordinates at the end back to the start.
    ///
    /// - Parameter cotangents: One for each particle; those of lost ones do not count.
    /// - Throws: `Interruption` if the workers were stopped, `EffectWithoutDerivatives`.
    public consuming func pullBack(_ cotangents: [Vector6<Double>]) throws -> Cotangents {
      precondition(cotangents.count == particles.count, "each particle has one cotangent")
      let back = try evaluation.pullBack([], final: cotangents)
      return Cotangents(
        particles: back.coordinates, parameters: back.parameters,
        effectParameters: back.effectParameters,
        kineticEnergyOverMass: back.kineticEnergyOverMass, charge: back.charge)
    }
  }

  /// Derivatives to what a way begins with.
  public struct Cotangents: Sendable {
    /// To the coordinates of each particle.
    public let particles: [Vector6<Double>]
    /// To the parameters of the map.
    public let parameters: [Double]
    /// To its ``BeamlineMap/effectParameters``.
    public let effectParameters: [Double]
    /// To γ − 1 of the reference particle.
    public let kineticEnergyOverMass: Double
    /// To the charge of the bunch [1/C], with its sign.
    public let charge: Double
  }

  /// Takes particles through the beamline.
  ///
  /// - Throws: `Interruption` if the workers were stopped, `StoppedBeam`, `FixedEffectParameter`.
  public func evaluation(of bunch: Bunch<Double>) throws -> Evaluation {
    let evaluation = try evaluation(
      of: bunch, parameters.map { beamline[$0] }, effectParameters.map { effects[$0] }
    ) { bunch[$0][$1] }
    var particles = bunch
    for i in 0..<bunch.count {
      let (z, isAlive) = evaluation.particle(i)
      particles[i] = z
      particles.setAlive(i, to: isAlive)
    }
    particles.reference = evaluation.builder.reference
    return Evaluation(particles, evaluation)
  }

  /// How the particles at the end change with those at the start and with the parameters.
  ///
  /// - Parameters:
  ///   - tangents: The change of each particle's coordinates at the start.
  ///   - slopes: The change of each parameter.
  ///   - effectSlopes: The change of each parameter of effects.
  /// - Throws: As ``way(of:)``, and `EffectWithoutDerivatives`.
  public func tangents(
    of bunch: Bunch<Double>, along tangents: [Vector6<Double>], parameters slopes: [Double],
    effectParameters effectSlopes: [Double] = []
  ) throws -> [Vector6<Double>] {
    precondition(tangents.count == bunch.count, "each particle has one tangent")
    precondition(slopes.count == parameters.count, "each parameter has one tangent")
    precondition(
      effectSlopes.count == effectParameters.count, "each parameter of effects has one tangent")
    let values = zip(parameters, slopes).map { Tangent(beamline[$0], tangent: $1) }
    let effectValues = zip(effectParameters, effectSlopes).map {
      Tangent(effects[$0], tangent: $1)
    }
    let evaluation = try evaluation(of: bunch, values, effectValues) { i, k in
      Tangent(bunch[i][k], tangent: tangents[i][k])
    }
    return (0..<bunch.count).map { i in
      let (z, _) = evaluation.particle(i)
      return Vector6 { z[$0].tangent }
    }
  }

  private func evaluation<C: SweepScalar>(
    of bunch: Bunch<Double>, _ values: [C], _ effectValues: [C], _ coordinate: (Int, Int) -> C
  ) throws -> ParticleEvaluation<C> {
    var sweep = ParticleSweep<C>(
      beamline: beamline.choosingSteps(from: bunch.reference, slices: slices, effects: effects),
      turns: turns, slices: slices, effects: effects, parameters: parameters, values: values,
      effectParameters: effectParameters, effectValues: effectValues, requests: [],
      workers: workers)
    sweep.checkpointing = checkpointing
    let charge = bunch.totalWeight * bunch.reference.species.charge
    return try sweep.forward(
      bunch,
      from: BeamStart(
        bunch.reference.map { C($0) }, energyVaries: true, charge: C(charge),
        coordinates: (0..<bunch.count).map { i in Vector6 { coordinate(i, $0) } }))
  }
}

extension ParticleEvaluation {
  /// The coordinates of a particle at the end, and whether it lives.
  fileprivate func particle(_ i: Int) -> (PhaseSpace<C>, isAlive: Bool) {
    let (tile, place) = i.quotientAndRemainder(dividingBy: Tile<Double>.capacity)
    let address = tiles.address(ofTile: tile) + place
    return (
      PhaseSpace(loadedFrom: address, stride: Tile<Double>.componentStride),
      address[Tile<Double>.alivePlane * Tile<Double>.capacity] != 0
    )
  }
}
