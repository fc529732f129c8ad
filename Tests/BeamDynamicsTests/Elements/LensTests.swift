import AutoDiff
import BeamDynamics
import BeamSamples
import Foundation
import Testing

/// Solenoids, plasma lenses and the nonlinear lens.
@Suite struct LensTests {
  // MARK: Plasma lens

  /// Each plane of a lens of strength k is the plane of a quadrupole that has k there, and the times
  /// of both add up: in particular where both planes defocus.
  @Test(arguments: TestBeam.allCases, [5.0, -5.0, 0.0])
  func aPlasmaLensIsMadeOfPlanesOfQuadrupoles(_ beam: TestBeam, _ k: Double) throws {
    let lens = PlasmaLens(length: 0.3, k: k)
    let horizontal = Quadrupole(length: 0.3, k1: k, model: .chromatic)
    let vertical = Quadrupole(length: 0.3, k1: -k, model: .chromatic)
    for z in beam.points {
      let onAxis = PhaseSpace<Double>(x: 0, px: 0, y: 0, py: 0, t: 0, pt: z.pt)
      let inX = PhaseSpace<Double>(x: z.x, px: z.px, y: 0, py: 0, t: z.t, pt: z.pt)
      let inY = PhaseSpace<Double>(x: 0, px: 0, y: z.y, py: z.py, t: 0, pt: z.pt)
      let image = try #require(lens.image(of: z, beam))
      let x = try #require(horizontal.image(of: inX, beam))
      let y = try #require(vertical.image(of: inY, beam))
      let axis = try #require(horizontal.image(of: onAxis, beam))
      // One formula, with the even and odd parts of the series in another order: 8 roundings.
      let limit = 8 * 0x1p-52
      #expect((image.x - x.x).magnitude <= limit * 0.02)
      #expect((image.px - x.px).magnitude <= limit * 0.02)
      #expect((image.y - y.y).magnitude <= limit * 0.02)
      #expect((image.py - y.py).magnitude <= limit * 0.02)
      let scale = [image.t, x.t, y.t, axis.t].reduce(0) { max($0, $1.magnitude) }
      #expect((image.t - (x.t + y.t - axis.t)).magnitude <= limit * scale)
    }
  }

  /// Strengths in T/m and T are divided by the signed rigidity.
  @Test(arguments: TestBeam.allCases)
  func fieldsAreDividedByTheSignedRigidity(_ beam: TestBeam) {
    let entrance: ReferenceParticle<Double> = beam.reference()
    let rigidity = entrance.rigidity
    func expectSame<E: Element>(_ a: E, _ b: E) {
      for z in beam.points { #expect(a.image(of: z, beam) == b.image(of: z, beam)) }
    }
    expectSame(PlasmaLens(length: 0.3, gradient: 1.5), PlasmaLens(length: 0.3, k: 1.5 / rigidity))
    for model in Solenoid.models {
      expectSame(
        Solenoid(length: 0.3, field: 0.2, model: model),
        Solenoid(length: 0.3, ks: 0.2 / rigidity, model: model))
    }
    expectSame(
      TaperedPlasmaLens(integratedGradient: 0.5, taper: 10),
      TaperedPlasmaLens(k: 0.5 / rigidity, taper: 10))
  }

  // MARK: Solenoid

  /// px and py are canonical, and the field has axial symmetry.
  @Test(arguments: TestBeam.allCases, Solenoid.models)
  func aSolenoidConservesAngularMomentum(_ beam: TestBeam, _ model: ElementModel) throws {
    for z in beam.points {
      let solenoid = Solenoid(length: 0.9, ks: 1.3, model: model)
      let image = try #require(solenoid.image(of: z, beam))
      let before = z.x * z.py - z.y * z.px
      let after = image.x * image.py - image.y * image.px
      #expect((after - before).magnitude <= 1e-18)
    }
  }

  /// The frame in which a solenoid focuses turns by half the angle of the cyclotron.
  @Test func aSolenoidTurnsByHalfTheCyclotronAngle() throws {
    // cos θ = 0 at ks·L = π: the particle from x = x₀ is on the y axis of the turned frame, where
    // its own oscillation has brought it to zero.
    let solenoid = Solenoid(length: 1, ks: .pi)
    let z = PhaseSpace<Double>(x: 1e-3, px: 0, y: 0, py: 0, t: 0, pt: 0)
    let image = try #require(solenoid.image(of: z, .electrons))
    #expect(image.x.magnitude <= 1e-18 && image.y.magnitude <= 1e-18)
    #expect((image.py - 1e-3 * .pi / 2).magnitude <= 1e-17)
  }

  @Test(arguments: TestBeam.allCases, Solenoid.models)
  func aSolenoidWithoutFieldIsADrift(_ beam: TestBeam, _ model: ElementModel) throws {
    for z in beam.points {
      let a = try #require(Solenoid(length: 0.9, model: model).image(of: z, beam))
      let b = try #require(Drift(length: 0.9, model: model).image(of: z, beam))
      // The same formulas, with factors in another order: 4 roundings of the largest of a kind.
      for i in 0..<6 {
        let scale = i == 4 ? b.t.magnitude : 0.02
        #expect((a[i] - b[i]).magnitude <= 4 * 0x1p-52 * scale)
      }
    }
  }

  /// Multipoles whose coefficients are zero take the steps of the splitting, and nothing else.
  @Test(arguments: TestBeam.allCases, Solenoid.models)
  func multipolesOfZeroDoNothingInASolenoid(_ beam: TestBeam, _ model: ElementModel) throws {
    let bare = Solenoid(length: 0.6, ks: 1.3, model: model)
    var split = bare
    split.normal = [0, 0, 0]
    (split.order, split.steps) = (4, 2)
    for z in beam.points {
      let a = try #require(bare.image(of: z, beam))
      let b = try #require(split.image(of: z, beam))
      // Seven maps in the place of one: some tens of roundings.
      for i in 0..<6 {
        let scale = i == 4 ? a.t.magnitude : 0.02
        #expect((a[i] - b[i]).magnitude <= 32 * 0x1p-52 * scale)
      }
    }
  }

  /// The edges of a solenoid are the element SolenoidEdge on both sides, in the direction of passing
  /// and however it is cut.
  @Test(arguments: [ElementModel.chromatic, .exact], [1, 3])
  func theEdgesOfASolenoidStandAtItsEnds(_ model: ElementModel, _ slices: Int) throws {
    let beam = TestBeam.electrons
    let bare = Solenoid(length: 0.6, ks: 1.3, model: model)
    var soft = bare
    (soft.fringeFocusing, soft.fringeAberration) = (5e-3, 30)
    let edge = SolenoidEdge(ks: 1.3, fringeFocusing: 5e-3, fringeAberration: 30)
    for z in beam.points {
      let before = try #require(edge.image(of: z, beam))
      let inside = try #require(bare.image(of: before, beam, slices: slices))
      let expected = try #require(edge.image(of: inside, beam))
      let image = try #require(soft.image(of: z, beam, slices: slices))
      for i in 0..<6 { #expect((image[i] - expected[i]).magnitude <= 1e-17) }
    }
  }

  /// The linear model has the edges' focusing, that of the other models on the axis.
  @Test(arguments: TestBeam.allCases)
  func allModelsOfASoftSolenoidHaveOneMatrix(_ beam: TestBeam) throws {
    var solenoid = Solenoid(length: 0.6, ks: 1.3, model: .linear)
    (solenoid.fringeFocusing, solenoid.fringeAberration) = (5e-3, 30)
    let expected = try #require(solenoid.jacobian(at: .zero, beam))
    for model in Solenoid.models {
      solenoid.choose(model)
      let matrix = try #require(solenoid.jacobian(at: .zero, beam))
      let scale = expected.joined().reduce(0) { max($0, $1.magnitude) }
      for (a, b) in zip(matrix.joined(), expected.joined()) {
        #expect((a - b).magnitude <= 16 * 0x1p-52 * scale)
      }
    }
  }

  // MARK: Nonlinear lens

  private func kick(_ zeta: (Double, Double)) throws -> (real: Double, imaginary: Double) {
    // With k = c the kick is −F′, conjugated.
    let z = PhaseSpace<Double>(
      x: zeta.0 / 64, px: 0, y: zeta.1 / 64, py: 0, t: 0, pt: 0)
    let lens = NonlinearLens(knll: 1.0 / 64, cnll: 1.0 / 64)
    let image = try #require(lens.image(of: z, .electrons))
    return (-image.px, image.py)
  }

  /// F′ = Σ d_n·ζ^{2n+1}, d₀ = 2, d_n = d_{n−1}(2n + 2)/(2n + 1). Near |ζ| = 0.2, 13 terms leave
  /// 2e-18.
  @Test func theNonlinearLensIsItsSeriesNearTheAxis() throws {
    for (x, y) in [(0.1, 0.15), (-0.19, 0.01), (0.0, -0.2), (1e-9, 3e-10), (0.03, 0.0)] {
      var term = ComplexNumber(x, y)
      let square = term * term
      var sum = ComplexNumber<Double>.zero
      var coefficient = 2.0
      for n in 0..<13 {
        sum += coefficient * term
        term *= square
        coefficient *= Double(2 * n + 4) / Double(2 * n + 3)
      }
      let found = try kick((x, y))
      // 8 roundings, as a complex number.
      #expect((found.real - sum.real).magnitude <= 8 * 0x1p-52 * sum.magnitude)
      #expect((found.imaginary - sum.imaginary).magnitude <= 8 * 0x1p-52 * sum.magnitude)
    }
  }

  /// asin ζ = −i·log(iζ + √(1 − ζ²)), principal values, in all quadrants and beyond the poles. The
  /// logarithm loses some digits where its argument is near 1: 1e-13.
  @Test func theNonlinearLensIsItsDefinitionFarOut() throws {
    for (x, y) in [(1.3, 0.4), (-1.3, 0.4), (0.7, -2.0), (-5.0, -3.0), (0.999, 0.01), (0.5, 0.0)] {
      let zeta = ComplexNumber(x, y)
      let root = ComplexNumber.sqrt(1.0 - zeta * zeta)
      let logarithm = ComplexNumber.log(ComplexNumber(-y, x) + root)
      let arcsine = ComplexNumber(logarithm.imaginary, -logarithm.real)
      let expected = zeta / (root * root) + arcsine / (root * root * root)
      let found = try kick((x, y))
      #expect((found.real - expected.real).magnitude <= 1e-13 * expected.magnitude)
      #expect((found.imaginary - expected.imaginary).magnitude <= 1e-13 * expected.magnitude)
    }
  }

  /// Beyond the poles the kick in y jumps across the axis: on it, it is the limit from above. For
  /// ζ = x > 1 that is F′ = −x/s² + (acosh x − iπ/2)/s³, s² = x² − 1.
  @Test func theCutOfTheNonlinearLensBelongsToItsUpperSide() throws {
    for x in [1.25, 3.0] {
      let s = (x * x - 1).squareRoot()
      let real = -x / (s * s) + acosh(x) / (s * s * s)
      let imaginary = -Double.pi / 2 / (s * s * s)
      for (sign, y) in [(1.0, 0.0), (1.0, -0.0), (1.0, 1e-18), (-1.0, -1e-18)] {
        for side in [1.0, -1.0] {
          let found = try kick((side * x, y))
          #expect((found.real - side * real).magnitude <= 4e-15)
          #expect((found.imaginary - sign * imaginary).magnitude <= 4e-15)
        }
      }
    }
  }

  @Test func aParticleAtAPoleIsLost() {
    let lens = NonlinearLens(knll: 1e-5, cnll: 0.25)
    for x in [0.25, -0.25] {
      let z = PhaseSpace<Double>(x: x, px: 0, y: 0, py: 0, t: 0, pt: 0)
      #expect(lens.image(of: z, .electrons) == nil)
    }
  }

  /// Derivatives on the axis, between the poles, and on the cut are those of F′, which is analytic.
  @Test func theDerivativesOfTheNonlinearLensObeyCauchyAndRiemann() throws {
    let lens = NonlinearLens(knll: 0.25, cnll: 0.25)
    for (x, y) in [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (0.4, 0.0), (-0.4, 0.0), (-0.3, 0.2)] {
      let z = PhaseSpace<Double>(x: x, px: 0, y: y, py: 0, t: 0, pt: 0)
      let m = try #require(lens.jacobian(at: z, .electrons))
      let scale = m[1][0].magnitude + m[1][2].magnitude
      #expect(scale.isFinite)
      #expect((m[1][0] + m[3][2]).magnitude <= 1e-14 * scale)
      #expect((m[1][2] - m[3][0]).magnitude <= 1e-14 * scale)
    }
  }
}
