import AutoDiff
import BeamDynamics
import BeamSamples
import Communication
import LinearAlgebra
import SampleEffects
import Testing

@testable import Sensitivity

/// A beamline between other differentiable things.
@Suite struct BeamlineMapTests {
  private static func map(_ effects: [any CollectiveEffect] = []) throws -> BeamlineMap {
    let line = Beamline([
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4)),
      BeamlineElement("d", Drift(length: 0.5, model: .exact), placement: Placement(dx: 1e-3)),
      BeamlineElement(
        "a", Drift(length: 0.1),
        placement: Placement(aperture: ApertureShape.ellipse(x: 2e-3, y: 2e-3))),
      BeamlineElement("c", ShortRFCavity(normalizedVoltage: 2e-3, frequency: 1e9)),
    ])
    var map = BeamlineMap(
      line, parameters: try ["q.k1", "d.length", "d.dx"].map { try line.parameter(named: $0) },
      workers: .one)
    map.turns = 2
    map.effects = effects
    if !effects.isEmpty { map.effectParameters = map.effects.parameters(ofEffect: 0) }
    return map
  }

  private static func bunch() -> Bunch<Double> {
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    var bunch = Bunch<Double>(count: 700, reference: reference)
    for i in 0..<bunch.count {
      bunch[i] = PhaseSpace { 1e-3 * Double.sin(Double(7 * i + 3 * $0)) }
    }
    bunch.setWeights(to: 1e5)
    return bunch
  }

  private static func vectors(_ count: Int, _ phase: Double) -> [Vector6<Double>] {
    (0..<count).map { i in Vector6 { Double.cos(Double(5 * i + $0) + phase) } }
  }

  /// w·(Jv) = (Jᵀw)·v for all particles and parameters together.
  @Test(arguments: [false, true]) func theWayBackIsTheTransposeOfTheTangent(
    _ hasWake: Bool
  ) throws {
    var wake = Wake()
    wake.bins = 40
    let map = try Self.map(hasWake ? [wake] : [])
    let bunch = Self.bunch()
    let v = Self.vectors(bunch.count, 0.3)
    let slopes = [0.7, -0.2, 1e-3]
    let w = Self.vectors(bunch.count, 1.1)
    let evaluation = try map.evaluation(of: bunch)
    let lost = (0..<bunch.count).filter { !evaluation.particles.isAlive($0) }
    #expect(!lost.isEmpty && lost.count < bunch.count)
    let effectSlopes = hasWake ? [3e13, 1e-4] : []
    let moved = try map.tangents(
      of: bunch, along: v, parameters: slopes, effectParameters: effectSlopes)
    let living = Set(0..<bunch.count).subtracting(lost)
    let forward = living.sorted().reduce(0) { sum, i in
      (0..<6).reduce(sum) { $0 + w[i][$1] * moved[i][$1] }
    }
    let back = try evaluation.pullBack(w)
    var backward = zip(back.parameters + back.effectParameters, slopes + effectSlopes)
      .reduce(0) { $0 + $1.0 * $1.1 }
    #expect(back.effectParameters.allSatisfy { $0 != 0 })
    for i in 0..<bunch.count { for k in 0..<6 { backward += back.particles[i][k] * v[i][k] } }
    #expect(abs(forward - backward) <= 1e-10 * abs(forward))
    for i in lost where !hasWake { for k in 0..<6 { #expect(back.particles[i][k] == 0) } }
  }

  /// What goes through the map is what the tracker makes of it.
  @Test func itsValueIsThatOfTracking() throws {
    let map = try Self.map()
    var bunch = Self.bunch()
    let evaluation = try map.evaluation(of: bunch)
    var options = TrackingOptions()
    options.turns = 2
    try Tracker(map.beamline, options: options, workers: .one).track(&bunch)
    for i in 0..<bunch.count where bunch.isAlive(i) { #expect(bunch[i] == evaluation.particles[i]) }
    #expect((0..<bunch.count).allSatisfy { bunch.isAlive($0) == evaluation.particles.isAlive($0) })
    #expect(bunch.reference.t == evaluation.particles.reference.t)
  }
}
