import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Rotations of the frame, and maps by matrices.
@Suite struct FrameTests {
  /// A straight line in space, seen from two frames whose axes differ by φo − φi: where it crosses
  /// the turned plane, and its direction there.
  @Test(arguments: TestBeam.allCases, [(0.0, -0.1), (0.1, 0.0), (0.3, -0.4), (0.0, 0.0)])
  func aPitchRotationIsAStraightFlight(_ beam: TestBeam, _ angles: (Double, Double)) throws {
    let reference: ReferenceParticle<Double> = beam.reference()
    let rotation = PitchRotation(angleIn: angles.0, angleOut: angles.1)
    let theta = angles.1 - angles.0
    let (sine, cosine) = Double.sincos(theta)
    for z in beam.points {
      let squared = 1 - 2 * z.pt / reference.beta + z.pt * z.pt
      let px = z.px + Double.sin(angles.0)
      let pz = (squared - px * px - z.py * z.py).squareRoot()
      let (turnedX, turnedZ) = (px * cosine + pz * sine, pz * cosine - px * sine)
      let flight = z.x * sine / turnedZ
      let expected = PhaseSpace(
        x: z.x * cosine + turnedX * flight, px: turnedX - Double.sin(angles.1),
        y: z.y + z.py * flight, py: z.py, t: z.t + (1 / reference.beta - z.pt) * flight, pt: z.pt)
      let image = try #require(rotation.image(of: z, beam))
      // Differences of numbers of the size of 1: their roundings.
      for i in 0..<6 { #expect((image[i] - expected[i]).magnitude <= 4e-16) }
    }
  }

  @Test func particlesThatFlyAlongThePlaneAreLost() {
    let z = PhaseSpace<Double>(x: 1e-3, px: 0.2, y: 0, py: 0, t: 0, pt: 0)
    #expect(PitchRotation(angleOut: 1.5).image(of: z, .electrons) == nil)
    #expect(PitchRotation(angleOut: -1.5).image(of: z, .electrons) != nil)
    #expect(!PitchRotation(angleIn: 1.6).mistakes.isEmpty)
  }

  /// A quarter of a turn takes x to y and y to −x, and turns a quadrupole by half of that.
  @Test func aPlaneRotationTurnsTheParticles() throws {
    let z = PhaseSpace<Double>(x: 1e-3, px: 2e-3, y: -3e-3, py: 4e-3, t: 0, pt: 0)
    let image = try #require(PlaneRotation(angle: .pi / 2).image(of: z, .electrons))
    let expected = PhaseSpace<Double>(x: 3e-3, px: -4e-3, y: 1e-3, py: 2e-3, t: 0, pt: 0)
    for i in 0..<6 { #expect((image[i] - expected[i]).magnitude <= 1e-18) }
  }

  /// An element that is tilted is one between rotations of the particles against the tilt and back.
  @Test func aTiltIsARotationThereAndBack() throws {
    let quadrupole = Quadrupole(length: 0.3, k1: 3, model: .exact)
    let rotated = Beamline([PlaneRotation(angle: -0.2), quadrupole, PlaneRotation(angle: 0.2)])
    let tilted = Beamline([
      BeamlineElement("q", quadrupole, placement: Placement(tilt: 0.2))
    ])
    let points = TestBeam.protons.points
    var a = Bunch<Double>(count: points.count, reference: TestBeam.protons.reference())
    for (i, z) in points.enumerated() { a[i] = z }
    var b = a
    try Tracker(rotated, workers: .one).track(&a)
    try Tracker(tilted, workers: .one).track(&b)
    for i in points.indices {
      for k in 0..<6 { #expect((a[i][k] - b[i][k]).magnitude <= 1e-16) }
    }
  }

  // MARK: Matrices

  /// The matrix of a solenoid with a slip, as an element and as a list of numbers.
  @Test(arguments: TestBeam.allCases)
  func aLinearMapIsWhatItsMatrixSays(_ beam: TestBeam) throws {
    let solenoid = Solenoid(length: 0.9, ks: 1.3, model: .linear)
    let matrix = try #require(solenoid.jacobian(at: .zero, beam))
    let map = LinearMap(matrix: Array(matrix.joined()), length: 0.9)
    #expect(map.mistakes.isEmpty && map.warnings.isEmpty && map.inversion == .backwardSlice)
    for z in beam.points {
      let (a, b) = (try #require(map.image(of: z, beam)), solenoid.image(of: z, beam))
      for i in 0..<6 { #expect((a[i] - (b?[i] ?? .nan)).magnitude <= 1e-17) }
    }
  }

  /// It has one slice, whatever the run asks for, and the reference particle goes its length.
  @Test func aLinearMapIsNotCut() throws {
    let map = LinearMap(matrix: LinearMap().matrix.map { 2 * $0 }, length: 3)
    let line = Beamline([BeamlineElement("m", map, slices: 4)])
    var bunch = Bunch<Double>(count: 1, reference: TestBeam.electrons.reference())
    bunch[0] = TestBeam.electrons.points[3]
    let before = bunch[0]
    try Tracker(line, workers: .one).track(&bunch)
    for i in 0..<6 { #expect(bunch[0][i] == 2 * before[i]) }
    #expect(bunch.reference.s == 3)
  }

  /// Roundings are no reason for a warning; a matrix of nine digits is, and has no backward slice,
  /// which derivatives need to be symplectic.
  @Test func aMatrixIsSymplecticToItsRoundings() {
    var map = LinearMap()
    (map.matrix[0], map.matrix[7]) = (1.7, 1 / 1.7)
    #expect(map.warnings.isEmpty && map.inversion == .backwardSlice)
    map.matrix[7] = 0.588235294
    #expect(map.warnings.count == 1 && map.inversion == .localJacobian)
    #expect(!LinearMap(matrix: [1, 2]).mistakes.isEmpty)
  }

  /// The derivatives of the backward slice to each entry, also where they leave the symplectic
  /// matrices: the image of the preimage does not depend on it.
  @Test func theInverseOfAMatrixHasTheRightDerivatives() throws {
    typealias Second = Dual<1, Dual<1, Double>>
    let samples = ElementSamples<LinearMap>().all
    let map = try #require(samples.first { !$0.matrix.contains(0) })
    let z = TestBeam.electrons.points[5]
    for k in 0..<36 {
      let value = Second(Dual(map.matrix[k], variable: 0), tangent: [Dual(1.0)])
      let q = Lifted<LinearMap, Second>(map).replacing(\.matrix, at: k, by: value)
      let reference: ReferenceParticle<Second> = TestBeam.electrons.reference()
      var point = z.map { Second($0) }
      let backward: TransferMap<Second> = map.map(q, Slice().reversed, reference)
      let forward: TransferMap<Second> = map.map(q, Slice(), reference)
      backward(&point)
      forward(&point)
      for i in 0..<6 {
        // Tens of roundings of numbers of 0.01 and derivatives of the same size.
        #expect((point[i].value.value - z[i]).magnitude <= 1e-16)
        #expect(point[i].value.tangent[0].magnitude <= 1e-15)
        #expect(point[i].tangent[0].tangent[0].magnitude <= 1e-14)
      }
    }
  }
}
