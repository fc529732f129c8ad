import AutoDiff
import Testing

@testable import PartialWaves

/// Closed forms, unitarity, and plain second implementations.
struct LineshapePhysicsTests {
  typealias Complex = ComplexNumber<Double>

  private func amplitude<L: Lineshape>(
    _ lineshape: L, _ decay: TwoBodyDecay, at s: Double
  ) -> Complex {
    DynamicLineshape(lineshape, decay).amplitude(at: s)
  }

  /// 2q/√s, zero below the threshold.
  private func phaseSpace(_ masses: (Double, Double), _ s: Double) -> Double {
    let (a, b) = masses
    return max((1 - (a + b) * (a + b) / s) * (1 - (a - b) * (a - b) / s), 0).squareRoot()
  }

  /// The same with its continuation, +i|ρ| below the threshold.
  private func continuedPhaseSpace(_ mass: Double, _ s: Double) -> Complex {
    let square = 1 - 4 * mass * mass / s
    return square < 0 ? Complex(0, (-square).squareRoot()) : Complex(square.squareRoot())
  }

  private func expectClose(_ a: Complex, _ b: Complex, _ tolerance: Double, _ s: Double) {
    #expect((a - b).magnitude <= tolerance * b.magnitude, "s = \(s): \(a), not \(b)")
  }

  static let masses = stride(from: 0.3, to: 3, by: 0.0371).map { $0 * $0 }

  // MARK: Breit–Wigner

  /// The rule of midpoints in u with E = u/(1 − u): 2e5 of them lie 0.1 MeV apart on a width of 100
  /// MeV, and the integrand is smooth up to both ends.
  @Test func theNormalisedResonanceHasUnitArea() {
    let curve = DynamicLineshape(
      BreitWignerNormalised(mass: 1.3, width: 0.1), LineshapeSample.pions)
    let count = 200_000
    let area = (0..<count).reduce(0.0) { sum, i in
      let u = (Double(i) + 0.5) / Double(count)
      let energy = u / (1 - u)
      let density = curve.amplitude(at: energy * energy).squaredMagnitude
      return sum + density / ((1 - u) * (1 - u)) / Double(count)
    }
    #expect((area - 1).magnitude < 1e-7)
  }

  /// Γ(s) from the barrier factors that waves carry; a dozen roundings.
  @Test(arguments: 0...4)
  func theRunningWidthIsThatOfTheWavesBarriers(_ angularMomentum: Int) {
    var decay = LineshapeSample.kaonAndPion
    decay.spin = angularMomentum
    let (mass, width) = (1.43, 0.11)
    let barrier = OrbitalBarrier(radius: decay.radius)
    let squares = (decay.masses.0 * decay.masses.0, decay.masses.1 * decay.masses.1)
    func part(_ s: Double) -> Double {
      let q = OrbitalBarrier.squaredBreakUpMomentum(s, squares.0, squares.1)
      let factor = barrier.factor(angularMomentum, squaredMomentum: q)
      return Double.pow(q, Double(angularMomentum) + 0.5) / s.squareRoot() * factor * factor
    }
    for s in Self.masses where s > 0.45 {
      let inverse =
        1.0
        / amplitude(
          BreitWignerRunning(mass: mass, width: width, angularMomentum: angularMomentum), decay,
          at: s)
      expectClose(
        inverse,
        Complex(mass * mass - s, -mass * width * part(s) / part(mass * mass)), 1e-12, s)
    }
  }

  /// T = mΓ(s)·A is elastic: Im T = |T|², and T = i at the mass.
  @Test func theRunningResonanceIsUnitary() {
    let decay = LineshapeSample.pions
    let (mass, width) = (0.775, 0.149)
    let rho = BreitWignerRunning(mass: mass, width: width, angularMomentum: 1)
    for s in Self.masses {
      let propagator = amplitude(rho, decay, at: s)
      let inverse = 1.0 / propagator
      let t = propagator * (-inverse.imaginary)
      #expect((t.imaginary - t.squaredMagnitude).magnitude < 1e-13)
    }
    expectClose(
      amplitude(rho, decay, at: mass * mass) * (mass * width), .i, 1e-13, mass * mass)
  }

  @Test func belowItsThresholdTheRunningWidthIsZero() {
    let rho = BreitWignerRunning(mass: 0.775, width: 0.149, angularMomentum: 1)
    for s in [1e-6, 0.01, 4 * 0.13957039 * 0.13957039] {
      expectClose(
        amplitude(rho, LineshapeSample.pions, at: s), Complex(1 / (0.775 * 0.775 - s)), 1e-14, s)
    }
  }

  // MARK: Flatté

  /// A channel that closes moves from the imaginary to the real part; the amplitude's step across
  /// the threshold is that of a root, √ε.
  @Test func theContinuedFormIsContinuousAtBothThresholds() {
    let f0 = Flatte(mass: 0.97, g: 0.165, rg: 4.21)
    for mass in [Particle.pion.mass, Particle.kaon.mass] {
      let threshold = 4 * mass * mass
      let at = amplitude(f0, LineshapeSample.pions, at: threshold)
      for step in [1e-6, 1e-10] {
        for s in [threshold * (1 - step), threshold * (1 + step)] {
          expectClose(amplitude(f0, LineshapeSample.pions, at: s), at, 20 * step.squareRoot(), s)
        }
      }
    }
  }

  @Test func theContinuedFormIsThatOfTheComplexRoot() {
    let (mass, g, rg) = (0.97, 0.165, 4.21)
    for s in Self.masses + [0.05, 0.07] {
      let width =
        (continuedPhaseSpace(Particle.pion.mass, s)
          + continuedPhaseSpace(Particle.kaon.mass, s) * rg) * (mass * g)
      let exact = 1.0 / (Complex(mass * mass - s) - .i * width)
      expectClose(
        amplitude(Flatte(mass: mass, g: g, rg: rg), LineshapeSample.pions, at: s), exact, 1e-13, s)
    }
  }

  /// Above both thresholds the two forms differ by the factor m in front of g.
  @Test func aboveTheThresholdsBothFormsAgree() {
    let pion = FlattePublished.pionMass
    let kaon = FlattePublished.kaonMass
    for s in Self.masses where s > 4 * kaon * kaon {
      expectClose(
        amplitude(
          Flatte(mass: 0.97, g: 0.165, rg: 4.21, first: (pion, pion), second: (kaon, kaon)),
          LineshapeSample.pions, at: s),
        amplitude(
          FlattePublished(mass: 0.97, g: 0.97 * 0.165, rg: 4.21), LineshapeSample.pions, at: s),
        1e-13, s)
    }
  }

  // MARK: σ

  @Test func theSigmaIsTheWrittenFormula() {
    let (m, b1, b2, b3, b4, b5) = (0.9264, 0.5843, 1.6663, 1.082, 0.0024, 1.1)
    func rho(_ x: Double) -> Double {
      let square = (x - (2 * 0.139556995) * (2 * 0.139556995)) * x
      return square.magnitude.squareRoot() / x
    }
    func four(_ x: Double) -> Double {
      (1 - 0.3116765584 / x).magnitude.squareRoot() / (1 + Double.exp(9.8 - 3.5 * x))
    }
    let sigma = SigmaBugg(mass: m, b1: b1, b2: b2, b3: b3, b4: b4, b5: b5)
    for s in Self.masses {
      let zero = 0.009739946882
      let g1 =
        m * (b1 + b2 * s) * (s - zero) / (m * m - zero) * Double.exp(-(s - m * m) / b3) * rho(s)
        / rho(m * m)
      let g2 = m * b4 * four(s) / four(m * m)
      expectClose(
        amplitude(sigma, LineshapeSample.pions, at: s),
        1.0 / Complex(m * m - s, -b5 * (g1 + g2)), 1e-13, s)
    }
  }

  // MARK: Gounaris–Sakurai

  /// The formulas of the paper, with the logarithm as it is written there.
  @Test func theRhoIsTheWrittenFormula() {
    let (m, width, pion) = (0.77526, 0.1474, Particle.pion.mass)
    func k(_ s: Double) -> Double { (0.25 * s - pion * pion).squareRoot() }
    func h(_ s: Double) -> Double {
      2 / Double.pi * k(s) / s.squareRoot()
        * Double.log((s.squareRoot() + 2 * k(s)) / (2 * pion))
    }
    let k0 = k(m * m)
    let slope = h(m * m) * (1 / (8 * k0 * k0) - 1 / (2 * m * m)) + 1 / (2 * Double.pi * m * m)
    let d =
      3 / Double.pi * pion * pion / (k0 * k0) * Double.log((m + 2 * k0) / (2 * pion))
      + m / (2 * Double.pi * k0) - pion * pion * m / (Double.pi * k0 * k0 * k0)
    for s in Self.masses {
      let f =
        width * m * m / (k0 * k0 * k0)
        * (k(s) * k(s) * (h(s) - h(m * m)) + (m * m - s) * k0 * k0 * slope)
      let running = width * Double.pow(k(s) / k0, 3.0) * m / s.squareRoot()
      let exact =
        Complex(m * m * (1 + d * width / m)) / Complex(m * m - s + f, -m * running)
      expectClose(
        amplitude(GounarisSakurai(mass: m, width: width), LineshapeSample.pions, at: s), exact,
        1e-12, s)
    }
  }

  /// A form factor is 1 at s = 0, which is what the numerator is made for; here s = 1e-12.
  @Test func thePionFormFactorIsOneAtZero() {
    expectClose(
      amplitude(
        GounarisSakurai(mass: 0.77526, width: 0.1474), LineshapeSample.pions, at: 1e-12),
      .one, 1e-10, 0)
  }

  /// At s = m² the real part of the denominator is zero with slope −1: mass and width mean there
  /// what they mean in a Breit–Wigner form. The difference of ±1e-5 has an error of 1e-10.
  @Test func theRhoHasItsMassAndWidthAtThePole() {
    let (m, width) = (0.77526, 0.1474)
    let rho = GounarisSakurai(mass: m, width: width)
    let numerator = amplitude(rho, LineshapeSample.pions, at: m * m) * Complex(0, -m * width)
    #expect(numerator.imaginary.magnitude < 1e-14 && numerator.real > 0)
    func denominator(_ s: Double) -> Complex {
      numerator / amplitude(rho, LineshapeSample.pions, at: s)
    }
    let step = 1e-5
    let slope = (denominator(m * m + step).real - denominator(m * m - step).real) / (2 * step)
    #expect((slope + 1).magnitude < 1e-8)
  }

  @Test func theSlopeOfTheLoopIsTheClosedForm() {
    let pion = Particle.pion.mass
    let loop = GounarisSakurai.PionLoop<Tangent<Double>>(pion)
    for s in Self.masses {
      let h = loop(Tangent(s, tangent: 1)).real
      let squaredMomentum = 0.25 * s - pion * pion
      let exact =
        h.value * (1 / (8 * squaredMomentum) - 1 / (2 * s)) + 1 / (2 * Double.pi * s)
      #expect((h.tangent - exact).magnitude <= 1e-12 * exact.magnitude)
    }
  }

  /// h(s) − ik/√s is analytic: across the threshold it changes by a root only.
  @Test func theRhoIsContinuousAtTheThreshold() {
    let rho = GounarisSakurai(mass: 0.77526, width: 0.1474)
    let threshold = 4 * Particle.pion.mass * Particle.pion.mass
    let at = amplitude(rho, LineshapeSample.pions, at: threshold)
    for step in [-1e-8, 1e-8] {
      let s = threshold * (1 + step)
      expectClose(amplitude(rho, LineshapeSample.pions, at: s), at, 1e-7, s)
    }
  }

  // MARK: LASS

  /// (q/√s)·A = sin δ e^{iδ} with the sum of both phases.
  @Test func thePhasesOfBackgroundAndResonanceAdd() {
    let decay = LineshapeSample.kaonAndPion
    let (m, width, a, r) = (1.429, 0.287, 2.07, 3.32)
    let lass = Lass(mass: m, width: width, scatteringLength: a, effectiveRange: r)
    for s in Self.masses where s > 0.45 {
      let q = 0.5 * s.squareRoot() * phaseSpace(decay.masses, s)
      let ratio = phaseSpace(decay.masses, s) / phaseSpace(decay.masses, m * m)
      let phase =
        Double.atan2(y: 1, x: 1 / (a * q) + 0.5 * r * q)
        + Double.atan2(y: m * width * ratio, x: m * m - s)
      let t = amplitude(lass, decay, at: s) * (q / s.squareRoot())
      expectClose(t, Complex(magnitude: Double.sin(phase), phase: phase), 1e-12, s)
      #expect((t.imaginary - t.squaredMagnitude).magnitude < 1e-13)
    }
  }

  /// At the threshold A = a√s + m²Γ/(q₀(m² − s)).
  @Test func theScatteringLengthIsTheAmplitudeAtTheThreshold() {
    let decay = LineshapeSample.kaonAndPion
    let s = (decay.masses.0 + decay.masses.1) * (decay.masses.0 + decay.masses.1)
    let (m, width, a) = (1.429, 0.287, 2.07)
    let lass = Lass(mass: m, width: width, scatteringLength: a, effectiveRange: 3.32)
    let q0 = 0.5 * m * phaseSpace(decay.masses, m * m)
    expectClose(
      amplitude(lass, decay, at: s),
      Complex(a * s.squareRoot() + m * m * width / (q0 * (m * m - s))), 1e-13, s)
  }

  // MARK: K-matrix

  /// (1 − iKρ)⁻¹P, as it is written.
  @Test func theKMatrixIsTheWrittenFormula() {
    let matrix = LineshapeSample.coupledChannels
    for s in Self.masses + [0.05] {
      let poles = matrix.masses.map { 1 / ($0 * $0 - s) }
      func k(_ i: [Double], _ j: [Double], _ c: Double) -> Complex {
        Complex(i[0] * j[0] * poles[0] + i[1] * j[1] * poles[1] + c)
      }
      func p(_ g: [Double], _ channel: Int) -> Complex {
        Complex(matrix.productionReal[channel], matrix.productionImaginary[channel])
          + Complex(matrix.betaReal[0], matrix.betaImaginary[0]) * (g[0] * poles[0])
          + Complex(matrix.betaReal[1], matrix.betaImaginary[1]) * (g[1] * poles[1])
      }
      let k11 = k(matrix.g1, matrix.g1, matrix.background[0])
      let k12 = k(matrix.g1, matrix.g2, matrix.background[1])
      let k22 = k(matrix.g2, matrix.g2, matrix.background[2])
      let r1 = Complex.i * continuedPhaseSpace(Particle.pion.mass, s)
      let r2 = Complex.i * continuedPhaseSpace(Particle.kaon.mass, s)
      let determinant = (Complex.one - k11 * r1) * (Complex.one - k22 * r2) - k12 * k12 * r1 * r2
      let exact =
        ((Complex.one - k22 * r2) * p(matrix.g1, 0) + k12 * r2 * p(matrix.g2, 1)) / determinant
      // The quotient of the written form loses what the distance to a pole has lost.
      expectClose(amplitude(matrix, LineshapeSample.pions, at: s), exact, 1e-11, s)
    }
  }

  /// T = (1 − iKρ)⁻¹K, a column at a time as a production vector.
  private func scattering(_ matrix: KMatrix, at s: Double) -> (Complex, Complex) {
    var own = matrix
    own.betaReal = matrix.g1
    own.betaImaginary = [0, 0]
    own.productionReal = [matrix.background[0], matrix.background[1]]
    own.productionImaginary = [0, 0]
    // The second channel first.
    var other = own
    other.g1 = matrix.g2
    other.g2 = matrix.g1
    other.background = [matrix.background[2], matrix.background[1], matrix.background[0]]
    other.productionReal = [matrix.background[1], matrix.background[0]]
    (other.mass2a, other.mass2b) = LineshapeSample.pions.masses
    return (
      amplitude(own, LineshapeSample.pions, at: s), amplitude(other, LineshapeSample.kaons, at: s)
    )
  }

  /// Im T₁₁ = Σⱼ ρⱼ|T₁ⱼ|² over the open channels: elastic below the second threshold, exactly so
  /// with the continued ρ₂, and inelastic above.
  @Test func theKMatrixIsUnitary() {
    for s in Self.masses {
      let (t11, t21) = scattering(LineshapeSample.coupledChannels, at: s)
      let sum =
        phaseSpace(LineshapeSample.pions.masses, s) * t11.squaredMagnitude
        + phaseSpace(LineshapeSample.kaons.masses, s) * t21.squaredMagnitude
      #expect((t11.imaginary - sum).magnitude <= 1e-12 * (1 + sum), "s = \(s)")
    }
  }

  /// With real production the phase below the second threshold is that of scattering (K. M. Watson,
  /// Phys. Rev. 88, 1163 (1952)).
  @Test func realProductionHasThePhaseOfScattering() {
    var matrix = LineshapeSample.coupledChannels
    matrix.betaImaginary = [0, 0]
    matrix.productionImaginary = [0, 0]
    for s in Self.masses where s < 4 * Particle.kaon.mass * Particle.kaon.mass {
      let f = amplitude(matrix, LineshapeSample.pions, at: s)
      let t = scattering(matrix, at: s).0
      let product = f * t.conjugate
      #expect(product.imaginary.magnitude <= 1e-12 * product.magnitude, "s = \(s)")
    }
  }

  /// K is infinite at its poles, F is not: it is the mean of its neighbours. A step of 1e-7 leaves
  /// 1e-14 of curvature and rounding of 1e-16.
  @Test func theKMatrixIsSmoothAtItsPoles() {
    let matrix = LineshapeSample.coupledChannels
    for mass in matrix.masses {
      let s = mass * mass
      let mean =
        (amplitude(matrix, LineshapeSample.pions, at: s - 1e-7)
          + amplitude(matrix, LineshapeSample.pions, at: s + 1e-7)) * 0.5
      expectClose(amplitude(matrix, LineshapeSample.pions, at: s), mean, 1e-11, s)
    }
  }

  // MARK: Without resonances

  @Test func smoothAmplitudesAreTheirFormulas() {
    let polynomial = PolynomialAmplitude(
      real: [1, -0.4, 0.03], imaginary: [0.2, 0.1, -0.02, 0.001], center: 1.2)
    for s in Self.masses {
      let x = s - 1.2
      expectClose(amplitude(ConstantAmplitude(), LineshapeSample.pions, at: s), .one, 0, s)
      expectClose(
        amplitude(ExponentialAmplitude(alpha: 0.3), LineshapeSample.pions, at: s),
        Complex(Double.exp(-0.3 * s)), 1e-15, s)
      expectClose(
        amplitude(polynomial, LineshapeSample.pions, at: s),
        Complex(1 - 0.4 * x + 0.03 * x * x, 0.2 + 0.1 * x - 0.02 * x * x + 0.001 * x * x * x),
        1e-13, s)
    }
  }

  static let interpolation = InterpolatedAmplitude(
    knots: [0.1, 0.5, 0.7, 1.6, 2.9], real: [0.3, 1, -0.4, -1.1, 0.2],
    imaginary: [0, 0.3, 1.4, 0.1, -0.6])

  /// The value at a knot is a sum of at most four steps, each of some units.
  @Test func theInterpolationPassesThroughItsKnots() {
    let curve = DynamicLineshape(Self.interpolation, LineshapeSample.pions)
    for (k, knot) in Self.interpolation.knots.enumerated() {
      let value = curve.amplitude(at: knot)
      #expect((value.real - Self.interpolation.real[k]).magnitude < 1e-14)
      #expect((value.imaginary - Self.interpolation.imaginary[k]).magnitude < 1e-14)
    }
    #expect(curve.amplitude(at: 0.01) == curve.amplitude(at: 0.1))
    #expect(curve.amplitude(at: 20) == curve.amplitude(at: 2.9))
  }

  /// First and second differences from both sides of a knot agree: steps of 1e-4 leave 1e-3 of the
  /// third derivative's jump, 1e3 here.
  @Test func theInterpolationIsTwiceDifferentiableAtItsKnots() {
    let curve = DynamicLineshape(Self.interpolation, LineshapeSample.pions)
    let h = 1e-4
    for knot in Self.interpolation.knots[1...3] {
      func second(_ sign: Double) -> Complex {
        let step = sign * h
        return
          (curve.amplitude(at: knot) - curve.amplitude(at: knot + step) * 2
          + curve.amplitude(at: knot + 2 * step)) * (1 / (h * h))
      }
      #expect((second(1) - second(-1)).magnitude < 1)
    }
  }

  /// A straight line has no curvature, so the natural spline is the line.
  @Test func theInterpolationOfALineIsTheLine() {
    let knots = [0.1, 0.4, 1.1, 2.3]
    let line = InterpolatedAmplitude(
      knots: knots, real: knots.map { 2 - $0 }, imaginary: knots.map { 0.5 * $0 })
    for s in stride(from: 0.1, through: 2.3, by: 0.07) {
      expectClose(amplitude(line, LineshapeSample.pions, at: s), Complex(2 - s, 0.5 * s), 1e-14, s)
    }
  }

  /// sin has no curvature at 0 and π: the error of the spline is (5/384)h⁴, h = π/20.
  @Test func theInterpolationOfASmoothFunctionIsOfFourthOrder() {
    let knots = (0...20).map { Double($0) * Double.pi / 20 }
    let sine = InterpolatedAmplitude(
      knots: knots, real: knots.map { Double.sin($0) }, imaginary: knots.map { _ in 0 })
    for s in stride(from: 0.01, through: 3.13, by: 0.013) {
      let error = (amplitude(sine, LineshapeSample.pions, at: s).real - Double.sin(s)).magnitude
      #expect(error <= 5.0 / 384 * 6.1e-4)
    }
  }
}
