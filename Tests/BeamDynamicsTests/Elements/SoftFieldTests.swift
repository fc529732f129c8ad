import AutoDiff
import BeamSamples
import Testing

@testable import BeamElements
@testable import BeamTracking

/// What is special about magnets whose field rises and falls along them.
@Suite struct SoftFieldTests {
  /// c₀ = 2 is a field of 1 everywhere.
  private static let uniform = [2.0]
  private static let profile = ([0.9, 0.4, -0.3, 0.1], [0, 0.5, -0.2])

  /// The steps are of second order: half their length, a quarter of the error.
  @Test(arguments: TestBeam.allCases)
  func aUniformSoftQuadrupoleConvergesToAQuadrupole(_ beam: TestBeam) throws {
    let hard = Quadrupole(length: 0.6, k1: 3, model: .linear)
    func error(_ steps: Int) throws -> Double {
      var soft = SoftQuadrupole(length: 0.6, scale: 3, cosine: Self.uniform)
      soft.steps = steps
      return try deviation(soft, beam, from: try #require(hard.jacobian(at: .zero, beam)))
    }
    let errors = try [20, 40, 80].map(error)
    // d²g of the matrix at most: 3e-3 for 20 steps.
    #expect(errors[0] < 3e-3)
    // The next order changes the ratios by (d²g)/10.
    #expect((3.9...4.1).contains(errors[0] / errors[1]))
    #expect((3.9...4.1).contains(errors[1] / errors[2]))
  }

  /// A uniform solenoid focuses both planes by α² and turns them by αL.
  @Test(arguments: TestBeam.allCases)
  func aUniformSoftSolenoidConvergesToTheClosedForm(_ beam: TestBeam) throws {
    let (b, length) = (-1.4, 0.9)
    let angle = 0.5 * b * length
    let (s, c) = Double.sincos(angle)
    let alpha = 0.5 * b
    let plane = [[c, s / alpha], [-alpha * s, c]]
    let reference: ReferenceParticle<Double> = beam.reference()
    var expected = [[Double]](repeating: [0, 0, 0, 0, 0, 0], count: 6)
    for i in 0..<2 {
      for j in 0..<2 {
        expected[i][j] = c * plane[i][j]
        expected[i][j + 2] = s * plane[i][j]
        expected[i + 2][j] = -s * plane[i][j]
        expected[i + 2][j + 2] = c * plane[i][j]
      }
    }
    (expected[4][4], expected[5][5]) = (1, 1)
    expected[4][5] = length / (reference.betaGamma * reference.betaGamma)
    func error(_ steps: Int) throws -> Double {
      var soft = SoftSolenoid(length: length, scale: b, cosine: Self.uniform)
      soft.steps = steps
      return try deviation(soft, beam, from: expected)
    }
    let errors = try [20, 40].map(error)
    #expect(errors[0] < 1e-3)
    #expect((3.9...4.1).contains(errors[0] / errors[1]))
  }

  /// Around the axis everything is alike: x·py − y·px stays, to a rounding of each product.
  @Test(arguments: TestBeam.allCases)
  func aSoftSolenoidKeepsTheCanonicalAngularMomentum(_ beam: TestBeam) throws {
    let solenoid = SoftSolenoid(
      length: 1.2, scale: 1.7, cosine: Self.profile.0, sine: Self.profile.1)
    for z in beam.points {
      let image = try #require(solenoid.image(of: z, beam))
      let size =
        (image.x * image.py).magnitude + (image.y * image.px).magnitude
        + (z.x * z.py).magnitude + (z.y * z.px).magnitude
      let change = (image.x * image.py - image.y * image.px) - (z.x * z.py - z.y * z.px)
      #expect(change.magnitude <= 16 * 0x1p-52 * size)
    }
  }

  /// The turn is the integral of α, to which whole waves add nothing.
  @Test func theTurnOfASoftSolenoidIsTheIntegralOfItsField() throws {
    let solenoid = SoftSolenoid(
      length: 1.2, scale: 1e-3, cosine: Self.profile.0, sine: Self.profile.1)
    let m = try #require(solenoid.jacobian(at: .zero, .electrons))
    let angle = 0.5 * 1e-3 * 0.5 * Self.profile.0[0] * 1.2
    // The focusing, α²L², is 1e-7 of everything.
    #expect((m[0][2] / m[0][0] - Double.tan(angle)).magnitude <= 1e-15)
  }

  /// Four slices of five steps are one slice of twenty.
  @Test(arguments: TestBeam.allCases)
  func slicesHaveStepsOfTheirOwn(_ beam: TestBeam) throws {
    func check<E: SplitElement>(_ element: E) throws {
      var (whole, part) = (element, element)
      whole.splitting.steps = 20
      part.splitting.steps = 5
      for z in beam.points {
        let image = try #require(whole.image(of: z.variables, beam))
        let sliced = try #require(part.image(of: z, beam, slices: 4))
        let scale = PhaseSpace.scale(of: image.values, from: z, image.jacobian)
        for i in 0..<6 {
          // Four products of matrices of five steps: some tens of roundings.
          #expect((sliced[i] - image.values[i]).magnitude <= 40 * 0x1p-52 * scale[i])
        }
      }
    }
    let (cosine, sine) = Self.profile
    try check(SoftQuadrupole(length: 0.7, scale: 4, cosine: cosine, sine: sine))
    try check(SoftSolenoid(length: 0.7, scale: 2, cosine: cosine, sine: sine))
  }

  /// Fields and gradients in T and T/m are divided by the signed rigidity.
  @Test(arguments: TestBeam.allCases)
  func teslasAreDividedByTheSignedRigidity(_ beam: TestBeam) throws {
    let entrance: ReferenceParticle<Double> = beam.reference()
    let (cosine, sine) = Self.profile
    func check<E: Element>(_ a: E, _ b: E) throws {
      for z in beam.points {
        let image = try #require(a.image(of: z.variables, beam))
        let other = try #require(b.image(of: z, beam))
        let scale = PhaseSpace.scale(of: image.values, from: z, image.jacobian)
        for i in 0..<6 {
          #expect((other[i] - image.values[i]).magnitude <= 16 * 0x1p-52 * scale[i])
        }
      }
    }
    try check(
      SoftQuadrupole(length: 0.7, scale: 2 / entrance.rigidity, cosine: cosine, sine: sine),
      SoftQuadrupole(length: 0.7, gradient: 2, cosine: cosine, sine: sine))
    try check(
      SoftSolenoid(length: 0.7, scale: 0.3 / entrance.rigidity, cosine: cosine, sine: sine),
      SoftSolenoid(length: 0.7, field: 0.3, cosine: cosine, sine: sine))
  }

  /// The largest deviation of an element's matrix.
  private func deviation<E: Element>(
    _ element: E, _ beam: TestBeam, from expected: [[Double]]
  ) throws -> Double {
    let matrix = try #require(element.jacobian(at: .zero, beam))
    return zip(matrix.joined(), expected.joined()).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
  }
}
