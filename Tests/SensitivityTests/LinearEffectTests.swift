import AutoDiff
import BeamDynamics
import Communication
import LinearAlgebra
import Testing

@testable import Sensitivity

/// Effects that act on envelopes, too.
@Suite struct LinearEffectTests {
  /// A lens about the beam's middle that is the stronger the smaller the beam is, and the same for
  /// particles, whose sums are the moments.
  struct Pinch: LinearEffect, EffectBySums {
    var strength = 3e3
    var isAboutMean = true
    var sumCount: Int { 3 }

    func kickMatrix<T: RealScalar>(
      mean: Vector6<T>, covariance: Matrix6<T>, _ slice: EffectSlice<T>
    ) -> Matrix6<T> {
      let lens = focusing(size: .sqrt(covariance[0, 0]), slice.charge, slice)
      return Matrix6 { i, j in
        i == j ? T(1.0) : i == 1 && j == 0 ? -lens : i == 3 && j == 2 ? 0.5 * lens : T(0.0)
      }
    }

    func focusing<T: RealScalar>(size: T, _ charge: T, _ slice: EffectSlice<T>) -> T {
      let bent = slice.length + 0.1 * slice.curvature
      return strength * 1e5 * bent * charge * size * slice.reference.gamma
    }

    func deposit<S: EffectScalar>(_ at: EffectPosition<S>, into sums: inout Deposit<S>) {
      sums.add(S(1.0), to: 0)
      sums.add(at.x, to: 1)
      sums.add(at.x * at.x, to: 2)
    }
    func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T] {
      let mean = sums[1] / sums[0]
      let size = T.sqrt(sums[2] / sums[0] - mean * mean)
      let lens = focusing(size: size, sums[0] * slice.charge, slice)
      return [lens, isAboutMean ? mean : T(0.0)]
    }
    func kick<S: EffectScalar>(
      _ at: EffectPosition<S>, by response: inout Response<S>
    ) -> EffectKick<S> {
      let lens = response[0]
      return EffectKick(px: -lens * (at.x - response[1]), py: 0.5 * lens * at.y)
    }
  }

  private static let line = Beamline(
    elements: [
      BeamlineElement("d", Drift(length: 0.1, model: .linear), slices: 3),
      BeamlineElement("q", Quadrupole(length: 0.3, k1: 4, model: .linear)),
      BeamlineElement("c", ShortRFCavity(normalizedVoltage: 2e-2, frequency: 1e9, phase: 0.3)),
      BeamlineElement("b", Bend(length: 0.2, angle: 0.1, model: .linear)),
    ], order: [0, 1, 2, 3, 0])

  private static func sweep<C: SweepScalar>(
    _ effects: [any LinearEffect], _ x: [C], spaceCharge: EnvelopeSpaceCharge? = nil,
    mean: Vector6<Double> = Vector6(repeating: 0), _ covariance: Matrix6<Double> = sizes
  ) throws -> EnvelopeSweep<C> {
    var options = EnvelopeOptions()
    options.turns = 2
    options.effects = effects
    options.spaceCharge = spaceCharge
    options.moments = .none
    let reference = ReferenceParticle<C>(species: .electron, kineticEnergyOverMass: x[3])
    var mean = Vector6<C> { C(mean[$0]) }
    mean[0] = x[5]
    var covariance = covariance.map { C($0) }
    covariance[0, 0] = x[6]
    let names = ["d.length", "q.k1", "b.angle"]
    var sweep = EnvelopeSweep<C>(
      line, options: options,
      start: EnvelopeStart(
        reference: reference, mean: mean, covariance: covariance, intensity: x[4]),
      parameters: try names.map { try line.parameter(named: $0) }, values: [x[0], x[1], x[2]])
    sweep.recordsTrajectory = true
    sweep.differentiatesReference = true
    return sweep
  }

  private static let sizes = Matrix6<Double> { i, j in
    i == j ? 1e-6 * Double(i + 1) : 1e-8 * Double.cos(Double(i + j))
  }

  private static let start = [0.1, 4, 0.1, 40, 1e-9, 1e-4, 1e-6]

  private static func value<C: SweepScalar>(_ sweep: inout EnvelopeSweep<C>) throws -> C {
    let seen = try sweep.run()
    guard let end = seen.last else { return .zero }
    var sum = end.reference.kineticEnergyOverMass * 1e-3
    for i in 0..<6 {
      sum += (1 + 0.1 * Double(i)) * end.mean[i]
      for j in 0..<6 { sum += 500 * Double.cos(Double(i + j)) * end.covariance[i, j] }
    }
    return sum
  }

  private static func gradient<C: SweepScalar>(_ sweep: inout EnvelopeSweep<C>) throws -> [C] {
    let count = try sweep.run().count
    var cotangents = (0..<count).map { _ in EnvelopeCotangent<C>.zero }
    cotangents[count - 1].mean = Vector6 { C(1 + 0.1 * Double($0)) }
    cotangents[count - 1].covariance = Matrix6 { i, j in C(500 * Double.cos(Double(i + j))) }
    cotangents[count - 1].reference.kineticEnergyOverMass = C(1e-3)
    let back = sweep.pullBack(cotangents)
    return back.parameters + [
      back.start.reference.kineticEnergyOverMass, back.intensity, back.start.mean[0],
      back.start.covariance[0, 0],
    ]
  }

  /// There and back alike, to roundings; second derivatives against differences of gradients.
  @Test(arguments: [false, true], [false, true])
  func theFormulaIsEnoughForDerivatives(_ isAboutMean: Bool, _ hasCharge: Bool) throws {
    var pinch = Pinch()
    pinch.isAboutMean = isAboutMean
    let charge = hasCharge ? EnvelopeSpaceCharge(.spatial) : nil
    let x = Self.start
    var plain = try Self.sweep([pinch], x, spaceCharge: charge)
    let gradient = try Self.gradient(&plain)
    var without = try Self.sweep([], x, spaceCharge: charge)
    #expect(try Self.value(&plain) != Self.value(&without))
    let scale = zip(gradient, x).map { abs($0 * $1) }.max() ?? 0
    for i in x.indices {
      var tangents = try Self.sweep(
        [pinch], x.indices.map { Tangent(x[$0], tangent: $0 == i ? x[i] : 0) }, spaceCharge: charge)
      let forward = try Self.value(&tangents).tangent
      #expect(
        abs(forward - gradient[i] * x[i]) <= 1e-10 * max(abs(forward), 1e-3 * scale),
        "\(i): \(forward) \(gradient[i] * x[i])")
    }
    func moved(_ h: Double) throws -> [Double] {
      var sweep = try Self.sweep([pinch], x.map { $0 * (1 + h) }, spaceCharge: charge)
      return try Self.gradient(&sweep)
    }
    func slope(_ h: Double) throws -> [Double] {
      zip(try moved(h), try moved(-h)).map { ($0 - $1) / (2 * h) }
    }
    var second = try Self.sweep(
      [pinch], x.map { Tangent($0, tangent: $0) }, spaceCharge: charge)
    let product = try Self.gradient(&second)
    let (half, whole) = (try slope(5e-4), try slope(1e-3))
    let largest = zip(product, x).map { abs($0.tangent * $1) }.max() ?? 0
    for i in x.indices {
      let difference = (4 * half[i] - whole[i]) / 3
      #expect(abs(difference - product[i].tangent) * abs(x[i]) <= 1e-6 * largest, "\(i)")
    }
  }

  /// Particles of the same moments have the same moments behind linear maps and linear kicks.
  @Test(arguments: [false, true])
  func envelopesAreThoseOfParticles(_ isAboutMean: Bool) throws {
    var pinch = Pinch()
    pinch.isAboutMean = isAboutMean
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 40)
    var bunch = Bunch<Double>(count: 200, reference: reference)
    for i in 0..<200 {
      bunch[i] = PhaseSpace { 1e-5 * (0.1 + Double.sin(Double(7 * i + 3 * $0) + 0.01 * Double(i))) }
    }
    bunch.setWeights(to: 3e7)
    let moments = try bunch.moments(workers: .one)
    let covariance = try #require(moments.covariance)
    let charge = 200 * 3e7 * PhysicalConstants.elementaryCharge
    var envelope = try Self.sweep(
      [pinch], [0.1, 4, 0.1, 40, charge, moments.mean[0], covariance[0, 0]], mean: moments.mean,
      covariance)
    let end = try #require(try envelope.run().last)
    var options = TrackingOptions()
    options.turns = 2
    options.effects = [pinch]
    try Tracker(Self.line, options: options, workers: .one).track(&bunch)
    let after = try bunch.moments(workers: .one)
    let tracked = try #require(after.covariance)
    // The cavity is not linear: k·t is 1e-4.
    for i in 0..<6 {
      #expect(abs(end.mean[i] - after.mean[i]) < 1e-3 * tracked[i, i].squareRoot())
      for j in 0..<6 {
        let size = (tracked[i, i] * tracked[j, j]).squareRoot()
        #expect(abs(end.covariance[i, j] - tracked[i, j]) < 1e-3 * size, "\(i) \(j)")
      }
    }
  }

  /// The kick of space charge, then the effect, then the slice, as particles have it.
  @Test func effectsActBehindSpaceCharge() throws {
    let reference = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 40)
    func end(
      of covariance: Matrix6<Double>, _ effects: [any LinearEffect] = [],
      _ charge: EnvelopeSpaceCharge? = nil, length: Double = 0.1
    ) throws -> Matrix6<Double> {
      var options = EnvelopeOptions()
      options.effects = effects
      options.spaceCharge = charge
      options.moments = .none
      var sweep = EnvelopeSweep(
        Beamline([Drift(length: length, model: .linear)]), options: options,
        start: EnvelopeStart(reference: reference, covariance: covariance, intensity: 1e-7))
      return try #require(try sweep.run().last).covariance
    }
    let charge = EnvelopeSpaceCharge(.spatial, slicing: .kickFirst)
    let both = try end(of: Self.sizes, [Pinch()], charge)
    let kicked = try end(of: end(of: Self.sizes, [], charge), length: -0.1)
    let after = try end(of: kicked, [Pinch()])
    let pinched = try end(of: end(of: Self.sizes, [Pinch()]), length: -0.1)
    let other = try end(of: pinched, [], charge)
    for i in 0..<6 {
      for j in 0..<6 {
        let size = (both[i, i] * both[j, j]).squareRoot()
        #expect(abs(both[i, j] - after[i, j]) < 1e-12 * size, "\(i) \(j)")
      }
    }
    #expect(abs(both[1, 1] - other[1, 1]) > 1e-6 * both[1, 1])
  }

  @Test func whoChangesTheEnergyIsRefused() throws {
    struct Booster: LinearEffect {
      static let kind = "Booster"
      var changesReferenceEnergy: Bool { true }
      func kickMatrix<T: RealScalar>(
        mean: Vector6<T>, covariance: Matrix6<T>, _ slice: EffectSlice<T>
      ) -> Matrix6<T> { .identity }
      func begin(_ workers: Workers) -> any EffectRun { Pinch().begin(workers) }
    }
    var sweep = try Self.sweep([Booster()], Self.start)
    do {
      _ = try sweep.run()
      Issue.record("an envelope has no gain of energy")
    } catch {
      #expect("\(error)".contains("\"Booster\""))
    }
  }
}
