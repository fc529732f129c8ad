import AutoDiff
import BeamDynamics
import BeamSamples
import DoubleDouble
import Testing

@Suite struct ReferenceParticleTests {
  /// n sectors of 2π/n with straight sections between them. Each of the n periods rounds position
  /// and direction a few times, and an error of direction acts over the circumference. (One sector
  /// and one straight do not close.)
  @Test(arguments: [2, 4, 7, 100])
  func sectorsOfAFullCircleCloseTheOrbit(_ n: Int) {
    for beam in TestBeam.allCases {
      let start: ReferenceParticle<Double> = beam.reference()
      var reference = start
      let bend = Bend(length: 0.7, angle: 2 * .pi / Double(n))
      for _ in 0..<n {
        for slice in 0..<3 { bend.advance(&reference, over: Slice(index: slice, of: 3)) }
        Drift(length: 0.2).advance(&reference, over: Slice())
      }
      let circumference = 0.9 * Double(n)
      let limit = 4 * Double(n) * 0x1p-52 * circumference
      // After path and time: energy, position and orientation.
      for (a, b) in zip(reference.numbers.dropFirst(2), start.numbers.dropFirst(2)) {
        #expect((a - b).magnitude <= limit)
      }
      #expect((reference.s - circumference).magnitude <= limit)
    }
  }

  /// Right, up and forward stay orthonormal and right-handed: the roundings of 10⁴ turns add up to
  /// at most 10⁴ units in the last place.
  @Test func theFrameStaysOrthonormal() {
    var reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    for i in 0..<10_000 {
      Bend(length: 0.1, angle: 0.3 * Double(i % 7 - 2)).advance(&reference, over: Slice())
      ThinDipole(angle: 0.01, radius: 1).advance(&reference, over: Slice())
    }
    let axes = [
      reference.orientation.right, reference.orientation.up, reference.orientation.forward,
    ]
    for (i, a) in axes.enumerated() {
      for (j, b) in axes.enumerated() {
        #expect((dot(a, b) - (i == j ? 1 : 0)).magnitude <= 1e4 * 0x1p-52)
      }
    }
    let (right, up, forward) = (axes[0], axes[1], axes[2])
    let handedness =
      right.x * (up.y * forward.z - up.z * forward.y)
      - right.y * (up.x * forward.z - up.z * forward.x)
      + right.z * (up.x * forward.y - up.y * forward.x)
    #expect((handedness - 1).magnitude <= 2e4 * 0x1p-52)
  }

  /// A quarter of a circle of radius 2 m towards −x, by hand; roundings of numbers of order 2, of
  /// time of order 30.
  @Test func aPositiveAngleBendsTowardsNegativeX() {
    var reference: ReferenceParticle<Double> = TestBeam.protons.reference()
    Bend(length: .pi, angle: .pi / 2).advance(&reference, over: Slice())
    #expect((reference.position.x + 2).magnitude <= 1e-15)
    #expect((reference.position.z - 2).magnitude <= 1e-15)
    #expect((reference.orientation.forward.x + 1).magnitude <= 1e-15)
    #expect((reference.momentum.x + reference.betaGamma).magnitude <= 1e-15)
    #expect((reference.t - .pi / reference.beta).magnitude <= 1e-14)
    #expect(reference.s == .pi)
  }

  /// β, βγ, γ and the rigidity come from γ − 1: right to a few roundings at any energy, also where
  /// γ is almost 1.
  @Test(arguments: [1e-9, 6.7, 99.489, 1e6])
  func slowAndFastBeamsKeepTheirDigits(_ kineticEnergy: Double) {
    let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: kineticEnergy)
    let exact = ReferenceParticle<DoubleDouble>(species: .proton, kineticEnergy: kineticEnergy)
    for (number, judge) in [
      (reference.beta, exact.beta), (reference.betaGamma, exact.betaGamma),
      (reference.gamma, exact.gamma), (reference.rigidity, exact.rigidity),
    ] {
      #expect(Double((DoubleDouble(number) - judge) / judge).magnitude <= 4 * 0x1p-53)
    }
  }

  /// The rigidity [T·m] and γ that ImpactX 26.06 has for the electrons of the HTU beamline; a few
  /// roundings on both sides.
  @Test func electronsHaveANegativeRigidity() {
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    #expect((reference.rigidity / -0.3335597401604101 - 1).magnitude <= 1e-14)
    #expect((reference.gamma / 195.69511809235428 - 1).magnitude <= 1e-15)
    let protons: ReferenceParticle<Double> = TestBeam.protons.reference()
    #expect(protons.rigidity > 0)
  }

  private func dot(_ a: Vector3<Double>, _ b: Vector3<Double>) -> Double {
    a.x * b.x + a.y * b.y + a.z * b.z
  }
}
