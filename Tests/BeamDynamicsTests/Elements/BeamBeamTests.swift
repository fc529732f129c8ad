import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// The kicks of an opposing bunch and of a wire against closed forms.
@Suite struct BeamBeamTests {
  private static func lens(_ sigmaX: Double, _ sigmaY: Double) -> BeamBeam {
    BeamBeam(particles: 3e10, charge: 1, sigmaX: sigmaX, sigmaY: sigmaY)
  }

  /// N·q₂·e²(1 + β²)/(2πε₀mc²·βγ·2β), by the classical radius of the electron.
  private static func strength(_ lens: BeamBeam) -> Double {
    let radius = 2.8179403205e-15
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let beta = reference.beta
    return -2 * lens.particles * lens.charge * radius * (1 + beta * beta)
      / (reference.betaGamma * 2 * beta)
  }

  /// (1 − exp(−r²/2σ²))/r of a round beam, from its middle to ten standard deviations.
  @Test func aRoundBeamKicksAsItsChargeInside() throws {
    let lens = Self.lens(1e-3, 1e-3)
    for (x, y) in [(1e-5, -2e-5), (4e-4, 3e-4), (-1e-3, 2e-3), (6e-3, -8e-3)] {
      let z = PhaseSpace<Double>(x: x, px: 0, y: y, py: 0, t: 0, pt: 0)
      let image = try #require(lens.image(of: z, .electrons))
      let square = x * x + y * y
      let kick = -Double.expMinusOne(-square / 2e-6) / square * Self.strength(lens)
      #expect((image.px / (kick * x) - 1).magnitude <= 1e-9)
      #expect((image.py / (kick * y) - 1).magnitude <= 1e-9)
    }
  }

  /// ∂px/∂x + ∂py/∂y is the density, 2π𝒦 times the normalised one (Gauss), and ∂px/∂y = ∂py/∂x, for
  /// beams of all aspect ratios, inside and outside.
  @Test(arguments: [
    (1e-3, 1e-3), (1e-3, 0.999e-3), (1.9e-3, 1e-3), (3e-4, 9e-4), (1e-3, 2.1e-5), (1e-3, 4e-6),
  ])
  func theDivergenceOfTheKickIsTheDensity(_ sigmaX: Double, _ sigmaY: Double) throws {
    let lens = Self.lens(sigmaX, sigmaY)
    let peak = Self.strength(lens) / (sigmaX * sigmaY)
    for (u, v) in [(0, 0), (0.3, -0.2), (-1.5, 2), (0.1, 4), (5, 0.3), (-6, -7), (12, 1)] {
      let z = PhaseSpace<Double>(x: u * sigmaX, px: 0, y: v * sigmaY, py: 0, t: 0, pt: 0)
      let m = try #require(lens.jacobian(at: z, .electrons))
      let density = peak * Double.exp(-0.5 * (u * u + v * v))
      let scale = m[1][0].magnitude + m[3][2].magnitude + density.magnitude
      #expect((m[1][0] + m[3][2] - density).magnitude <= 1e-9 * peak.magnitude + 1e-12 * scale)
      #expect((m[1][2] - m[3][0]).magnitude <= 1e-12 * scale)
    }
  }

  /// Turned by 90°, a beam kicks as one with its sizes exchanged.
  @Test func sizesMayBeExchanged() throws {
    let z = PhaseSpace<Double>(x: 7e-4, px: 0, y: -3e-4, py: 0, t: 0, pt: 0)
    let turned = PhaseSpace<Double>(x: z.y, px: 0, y: z.x, py: 0, t: 0, pt: 0)
    let a = try #require(Self.lens(1e-3, 2e-4).image(of: z, .electrons))
    let b = try #require(Self.lens(2e-4, 1e-3).image(of: turned, .electrons))
    #expect(a.px == b.py && a.py == b.px)
  }

  /// Far from its ends a wire kicks by μ₀IL/(2πBρ·r) with L the shorter of the two lengths.
  @Test func aLongWireIsALine() throws {
    let wire = Wire(current: 100, length: 1, interactionLength: 1e4, x: 0.02, y: 0)
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let image = try #require(wire.image(of: PhaseSpace<Double>.zero, .electrons))
    let expected = 4e-7 * .pi * 100 / (2 * .pi * 0.02 * reference.rigidity)
    #expect((image.px / expected - 1).magnitude <= 1e-8)
    #expect(image.py == 0)
  }
}
