import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra
import Testing

@testable import Sensitivity

/// A run with effects, and the derivatives of one number that looks at all moments and at the reference
/// particle at the end: to parameters of the beamline and of effects, to the energy, the charge and one
/// particle's place at the start.
struct EffectCheck {
  var beamline: Beamline
  var effects: [any CollectiveEffect] = []
  var names: [String] = []
  var effectParameters: [EffectParameter] = []
  var turns = 2
  var slices = 2
  var bunch = Self.bunch()
  var checkpointing = Checkpointing.restoring
  var workers = Workers.one
  /// How far differences go, as a share of each number.
  var stepShare = 1e-3

  init(_ beamline: Beamline, _ effects: [any CollectiveEffect] = []) {
    self.beamline = beamline
    self.effects = effects
  }

  /// Electrons of 20 MeV, 1 nC in a millimetre.
  static func bunch(count: Int = 600) -> Bunch<Double> {
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 20)
    var bunch = Bunch<Double>(count: count, reference: reference)
    for i in 0..<count {
      bunch[i] = PhaseSpace { 1e-3 * Double.sin(Double(7 * i + 3 * $0) + 0.01 * Double(i)) }
    }
    bunch.setWeights(to: 6e9 / Double(count))
    return bunch
  }

  /// The numbers that vary: of the beamline, of effects, γ − 1, the charge, x of the first particle.
  var start: [Double] {
    parameters.map { beamline[$0] } + effectParameters.map { effects[$0] } + [
      bunch.reference.kineticEnergyOverMass,
      Double(bunch.count) * bunch.weight(of: 0) * bunch.reference.species.charge, bunch[0].x,
    ]
  }

  private var parameters: [BeamlineParameter] {
    names.compactMap { try? beamline.parameter(named: $0) }
  }

  func evaluation<C: SweepScalar>(_ x: [C]) throws -> ParticleEvaluation<C> {
    let parameters = parameters
    let first = parameters.count
    let second = first + effectParameters.count
    var sweep = ParticleSweep<C>(
      beamline: beamline, turns: turns, slices: slices, effects: effects, parameters: parameters,
      values: Array(x[..<first]), effectParameters: effectParameters,
      effectValues: Array(x[first..<second]),
      requests: [ObservationRequest(after: beamline.count - 1)], workers: workers)
    sweep.checkpointing = checkpointing
    var reference = bunch.reference.map { C($0) }
    reference.kineticEnergyOverMass = x[second]
    var bunch = bunch
    bunch[0].x = x[second + 2].plain
    var coordinates = (0..<bunch.count).map { i in Vector6<C> { C(bunch[i][$0]) } }
    coordinates[0][0] = x[second + 2]
    return try sweep.forward(
      bunch,
      from: BeamStart(
        reference, energyVaries: true, charge: x[second + 1], coordinates: coordinates))
  }

  /// What the derivatives of the number to the observation are: it is linear in that.
  private func weights<C: SweepScalar>(_: C.Type) -> BeamObservation<C> {
    var reference = bunch.reference.map { _ in C.zero }
    reference.kineticEnergyOverMass = C(0.01)
    reference.s = C(0.003)
    reference.t = C(0.002)
    return BeamObservation(
      mean: Vector6 { C(1 + 0.1 * Double($0)) },
      covariance: Matrix6 { i, j in C(500 * Double.cos(Double(i + j))) }, reference: reference)
  }

  func value<C: SweepScalar>(_ x: [C]) throws -> C {
    let seen = try evaluation(x).observations[0]
    let w = weights(C.self)
    var sum = seen.reference.kineticEnergyOverMass * w.reference.kineticEnergyOverMass
    sum += seen.reference.s * w.reference.s + seen.reference.t * w.reference.t
    for i in 0..<6 {
      sum += seen.mean[i] * w.mean[i]
      for j in i..<6 { sum += seen.covariance[i, j] * w.covariance[i, j] }
    }
    return sum
  }

  func gradient<C: SweepScalar>(_ x: [C]) throws -> [C] {
    let back = try evaluation(x).pullBack([Cotangent(weights(C.self))])
    return back.parameters + back.effectParameters + [
      back.kineticEnergyOverMass, back.charge, back.coordinates[0][0],
    ]
  }

  /// Steps that matter alike: the same share of each number.
  var steps: [Double] { start.map { stepShare * max($0.magnitude, 1e-12) } }

  /// The way back against tangents and differences, direction by direction, and second derivatives
  /// against differences of gradients.
  ///
  /// Tangents and the way back agree to some hundred sums over particles; differences,
  /// extrapolated, to 1e-6 of the largest.
  func expectDerivatives(differences: Bool = true, _ place: SourceLocation = #_sourceLocation)
    throws
  {
    let x = start
    let gradient = try gradient(x)
    let scale = zip(gradient, steps).map { abs($0 * $1) }.max() ?? 0
    for i in x.indices {
      let step = steps[i]
      func moved(_ share: Double) -> [Double] {
        x.indices.map { x[$0] + ($0 == i ? share * step : 0) }
      }
      let back = gradient[i] * step
      let tangents = x.indices.map { Tangent(x[$0], tangent: $0 == i ? step : 0) }
      let forward = try value(tangents).tangent
      #expect(
        abs(forward - back) <= 1e-9 * max(abs(forward), 1e-3 * scale), "\(i): \(forward) \(back)",
        sourceLocation: place)
      guard differences else { continue }
      func slope(_ share: Double) throws -> Double {
        (try value(moved(share)) - value(moved(-share))) / (2 * share)
      }
      let difference = (4 * (try slope(0.5)) - (try slope(1))) / 3
      #expect(
        abs(difference - back) <= 1e-6 * max(abs(back), 1e-2 * scale),
        "\(i): \(difference) \(back)", sourceLocation: place)
    }
    guard differences else { return }
    let direction = steps.enumerated().map { i, step in (i % 2 == 0 ? 0.7 : -0.4) * step }
    let product = try self.gradient(zip(x, direction).map { Tangent($0, tangent: $1) })
    for (a, b) in zip(product, gradient) {
      #expect(abs(a.value - b) <= 1e-9 * abs(b), sourceLocation: place)
    }
    func slope(_ share: Double) throws -> [Double] {
      let ends = try [share, -share].map { h in
        try self.gradient(zip(x, direction).map { $0 + h * $1 })
      }
      return zip(ends[0], ends[1]).map { ($0 - $1) / (2 * share) }
    }
    let (half, whole) = (try slope(0.5), try slope(1))
    let largest = zip(product, steps).map { abs($0.tangent * $1) }.max() ?? 0
    for i in x.indices {
      let difference = (4 * half[i] - whole[i]) / 3 * steps[i]
      let exact = product[i].tangent * steps[i]
      #expect(
        abs(difference - exact) <= 1e-5 * max(abs(exact), 1e-2 * largest),
        "\(i): \(difference) \(exact)", sourceLocation: place)
    }
  }

  /// The same bits in any number of threads; with checkpoints, in any number of these, and the same
  /// numbers as where particles are restored.
  func expectSameBits(_ place: SourceLocation = #_sourceLocation) throws {
    var check = self
    let restored = try check.gradient(start)
    for threads in [2, 3] {
      check.workers = Workers(count: threads)
      #expect(try check.gradient(start) == restored, sourceLocation: place)
    }
    check.checkpointing = .automatic
    let kept = try check.gradient(start)
    for slots in [0, 2] {
      check.checkpointing = .binomial(slots: slots)
      #expect(try check.gradient(start) == kept, sourceLocation: place)
    }
    let scale = zip(kept, steps).map { abs($0 * $1) }.max() ?? 0
    for (i, (a, b)) in zip(restored, kept).enumerated() {
      #expect(abs(a - b) * steps[i] <= 1e-9 * scale, sourceLocation: place)
    }
  }

  /// The tracker and the sweep of values do the same, to the last bit.
  ///
  /// - Returns: The particles that were lost, in the order of their numbers, and the bunch at the end.
  @discardableResult
  func expectTrackerAgrees(
    _ place: SourceLocation = #_sourceLocation
  ) throws -> (losses: [ParticleLoss], bunch: Bunch<Double>) {
    let swept = try evaluation(start)
    var options = TrackingOptions()
    options.turns = turns
    options.slices = slices
    options.effects = effects
    options.moments = .none
    var tracked = bunch
    let losses = try Tracker(
      beamline.choosingSteps(from: bunch.reference, slices: slices, effects: effects),
      options: options,
      workers: workers
    ).track(&tracked).sorted { $0.particle < $1.particle }
    #expect(swept.losses == losses, sourceLocation: place)
    #expect(swept.losses.map(\.passage) == losses.map(\.passage), sourceLocation: place)
    for particle in 0..<bunch.count where tracked.isAlive(particle) {
      let (tile, i) = particle.quotientAndRemainder(dividingBy: Tile<Double>.capacity)
      let point = PhaseSpace<Double>(
        loadedFrom: swept.tiles.address(ofTile: tile) + i, stride: Tile<Double>.componentStride)
      #expect(point == tracked[particle], sourceLocation: place)
    }
    let reference = swept.builder.reference
    #expect(
      reference.kineticEnergyOverMass == tracked.reference.kineticEnergyOverMass
        && reference.s == tracked.reference.s && reference.t == tracked.reference.t,
      sourceLocation: place)
    return (losses, tracked)
  }
}
