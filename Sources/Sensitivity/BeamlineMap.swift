import AutoDiff
import BeamTracking
import Communication
import LinearAlgebra
import SystemLibrary

/// A beamline as a differentiable map of particles to particles, with forward and backward
/// derivatives.
///
/// It can be combined with other differentiable components, such as machine-learned elements: it
/// receives cotangents from the component after it, and gives cotangents to the component before
/// it.
///
///     let map = BeamlineMap(line, parameters: [try line.parameter(named: "q1.k1")])
///     let evaluation = try map.evaluation(of: bunch)
///     let back = try evaluation.pullBack(cotangents)   // for evaluation.particles
///     back.particles                                    // for the particles of bunch
///     back.parameters                                   // for q1.k1
public struct BeamlineMap: Sendable {
  /// The beamline.
  public var beamline: Beamline
  /// The parameters with respect to which derivatives are computed, besides the particles.
  public var parameters: [BeamlineParameter]
  /// The number of turns.
  public var turns = 1
  /// The number of slices of each element that names none (0).
  public var slices = 1
  /// The collective effects, which act one after the other in every slice.
  public var effects: [any CollectiveEffect] = []
  /// The parameters of effects with respect to which derivatives are computed.
  public var effectParameters: [EffectParameter] = []
  /// How the backward pass restores the particles before each collective kick.
  public var checkpointing = Checkpointing.restoring
  /// The threads that track the particles.
  public var workers: Workers

  /// A map of one turn without effects, differentiable with respect to `parameters`.
  public init(
    _ beamline: Beamline, parameters: [BeamlineParameter] = [], workers: Workers = .all
  ) {
    self.beamline = beamline
    self.parameters = parameters
    self.workers = workers
  }

  /// The result of tracking, through which cotangents can be propagated backward once.
  public struct Evaluation {
    /// The particles at the end; lost particles keep the coordinates of their loss.
    public let particles: Bunch<Double>
    private let evaluation: ParticleEvaluation<Double>

    fileprivate init(_ particles: Bunch<Double>, _ evaluation: ParticleEvaluation<Double>) {
      self.particles = particles
      self.evaluation = evaluation
    }

    /// Propagates the derivatives of any function of the final coordinates backward to the start.
    ///
    /// - Parameter cotangents: The derivatives with respect to the six coordinates of each particle
    ///   at the end; those of lost particles are ignored.
    /// - Returns: The derivatives with respect to the initial particles and the parameters.
    /// - Throws: `Interruption` if the workers were stopped, `EffectWithoutDerivatives` if an
    ///   effect has no derivatives.
    public consuming func pullBack(_ cotangents: [Vector6<Double>]) throws -> Cotangents {
      require(cotangents.count == particles.count, "each particle has one cotangent")
      let back = try evaluation.pullBack([], final: cotangents)
      return Cotangents(
        particles: back.coordinates, parameters: back.parameters,
        effectParameters: back.effectParameters,
        kineticEnergyOverMass: back.kineticEnergyOverMass, charge: back.charge)
    }
  }

  /// Derivatives with respect to the inputs of an evaluation.
  public struct Cotangents: Sendable {
    /// With respect to the initial coordinates of each particle.
    public let particles: [Vector6<Double>]
    /// With respect to the ``BeamlineMap/parameters``.
    public let parameters: [Double]
    /// With respect to the ``BeamlineMap/effectParameters``.
    public let effectParameters: [Double]
    /// With respect to γ − 1 of the reference particle at the start.
    public let kineticEnergyOverMass: Double
    /// With respect to the signed charge of the bunch [1/C].
    public let charge: Double
  }

  /// Tracks particles through the beamline.
  ///
  /// - Throws: `Interruption` if the workers were stopped, `StoppedBeam` if the reference particle
  ///   loses all its kinetic energy, `FixedEffectParameter` if a parameter of an effect cannot
  ///   vary, ``KicksNotReversible`` if there are effects and an element has no inverse.
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

  /// The directional derivative of the final coordinates, for a change of initial coordinates and
  /// parameters.
  ///
  /// - Parameters:
  ///   - bunch: The particles at the start.
  ///   - tangents: The change of each particle's coordinates at the start.
  ///   - slopes: The change of each parameter.
  ///   - effectSlopes: The change of each parameter of effects.
  /// - Returns: The change of each particle's coordinates at the end.
  /// - Throws: As ``evaluation(of:)``, and `EffectWithoutDerivatives` if an effect has no
  ///   derivatives.
  public func tangents(
    of bunch: Bunch<Double>, along tangents: [Vector6<Double>], parameters slopes: [Double],
    effectParameters effectSlopes: [Double] = []
  ) throws -> [Vector6<Double>] {
    require(tangents.count == bunch.count, "each particle has one tangent")
    require(slopes.count == parameters.count, "each parameter has one tangent")
    require(
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
    let charge = try bunch.totalWeight(workers.communicator) * bunch.reference.species.charge
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
