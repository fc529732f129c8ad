import AutoDiff
import BeamDynamics
import BeamMaps
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

@Suite struct PlanarKickTests {
  private let inputs: EffectSlice<Double> = kickInputs()

  private func options(
    _ cells: [Int], _ shape: ParticleShape = .linear, _ box: MeshBox = .following(padding: 1.1)
  ) -> SpaceChargeOptions {
    var options = SpaceChargeOptions()
    options.cells = cells
    options.shape = shape
    options.box = box
    return options
  }

  /// The mean of −ln(r²/hxhy) over a cell, by quadrature of the cell's quarters or of the cell.
  private func quadrature(_ x: Double, _ y: Double, _ h: (Double, Double)) -> Double {
    let (nodes, weights) = GreenFunctionTests.gaussLegendre(20)
    var sum = 0.0
    for (a, wa) in zip(nodes, weights) {
      for (b, wb) in zip(nodes, weights) {
        let (u, v) = (x + 0.5 * h.0 * a, y + 0.5 * h.1 * b)
        sum -= wa * wb * log((u * u + v * v) / (h.0 * h.1))
      }
    }
    return sum / 4
  }

  /// The quadrature, of terms of one sign, errs by some roundings where it converges.
  @Test(arguments: [1.0, 3, 0.1]) func theTableIsTheMeanOverACell(ratio: Double) throws {
    let table = try PlanarGreenTable<Double>(.flat(40, 40), ratio: ratio, .one)
    for (i, j) in [(3, 0), (0, 3), (2, 2), (5, 1), (40, 40), (40, 0), (0, 40), (7, 11)] {
      let (x, y) = (Double(i) * ratio, Double(j))
      // The quadrature converges where the cell's extent is below its distance.
      if (x * x + y * y).squareRoot() < 2 * max(1, ratio) { continue }
      #expect(abs(table[i, j] - quadrature(x, y, (ratio, 1))) < 1e-12)
    }
    // Of a square: ∫∫ −ln r² = 3 − ln ½ − π/2 on a side of 1.
    if ratio == 1 { #expect(abs(table[0, 0] - (3 + log(2) - 0.5 * Double.pi)) < 1e-14) }
  }

  /// The kick that the field of a line of charge would give, per E·2πε0/λ [m⁻¹].
  private func strength(_ inputs: EffectSlice<Double>, current: Double) -> Double {
    let b = inputs.reference.betaGamma
    let lambda = current / (inputs.reference.beta * PhysicalConstants.speedOfLight)
    let mass = inputs.reference.species.mass * 1e6
    return inputs.length * lambda
      / (2 * Double.pi * PhysicalConstants.vacuumPermittivity * mass * b * b
        * inputs.reference.gamma)
  }

  /// Charges on rings where the distribution's shares have their middles: as round as the mesh lets
  /// them be.
  private func rings(_ rings: Int, _ perRing: Int, _ radius: (Double) -> Double) -> TestBunch<
    Double
  > {
    TestBunch<Double>(count: rings * perRing) { i, coordinate in
      let (ring, place) = i.quotientAndRemainder(dividingBy: perRing)
      let r = radius((Double(ring) + 0.5) / Double(rings))
      let angle = 2 * Double.pi * (Double(place) + 0.618 * Double(ring)) / Double(perRing)
      return coordinate == 0 ? r * cos(angle) : coordinate == 2 ? r * sin(angle) : 0
    }
  }

  private func worst(
    _ kicked: TestBunch<Double>, _ inputs: EffectSlice<Double>,
    _ field: (_ x: Double, _ y: Double) -> (x: Double, y: Double)
  ) -> Double {
    let strength = strength(inputs, current: inputs.charge * Double(kicked.count))
    var (worst, largest) = (0.0, 0.0)
    for i in 0..<kicked.count {
      let e = field(kicked[i, 0], kicked[i, 2])
      largest = max(largest, strength * hypot(e.x, e.y))
      worst = max(worst, hypot(kicked[i, 1] - strength * e.x, kicked[i, 3] - strength * e.y))
      #expect(kicked[i, 5] == 0)
    }
    return worst / largest
  }

  /// E_r = (1 − exp(−r²/2σ²))/r. At h/σ = 0.07 the mesh smooths by 0.3(h/σ)² = 1.4e-3, and the
  /// charges of a mesh cell err by some 1e-3 of the sum.
  @Test func aRoundGaussianHasItsField() throws {
    let sigma = 1e-3
    let bunch = rings(400, 250) { sigma * (-2 * log(1 - $0)).squareRoot() }
    let inputs: EffectSlice<Double> = kickInputs(charge: 1e-9)
    let run = try PlanarSpaceCharge(options([112, 112], .quadratic)).start(.one)
    try run.apply(to: bunch.blocks, inputs)
    let error = worst(bunch, inputs) { x, y in
      let rr = x * x + y * y
      let e = -expm1(-rr / (2 * sigma * sigma)) / rr
      return (e * x, e * y)
    }
    #expect(error < 5e-3, "\(error)")
  }

  /// The field of M. Bassetti and G. A. Erskine, CERN-ISR-TH/80-06 (1980); tolerance as of a round one.
  @Test(arguments: [(2.0, 1.0), (1, 3)]) func anEllipticGaussianHasItsField(
    width: Double, height: Double
  ) throws {
    let (a, b) = (1e-3 * width, 1e-3 * height)
    let bunch = rings(400, 250) { (-2 * log(1 - $0)).squareRoot() }
    for i in 0..<bunch.count {
      bunch[i, 0] = a * bunch[i, 0]
      bunch[i, 2] = b * bunch[i, 2]
    }
    let inputs: EffectSlice<Double> = kickInputs(charge: 1e-9)
    let run = try PlanarSpaceCharge(options([112, 112], .quadratic)).start(.one)
    try run.apply(to: bunch.blocks, inputs)
    let error = worst(bunch, inputs) { x, y in
      if a > b { return BassettiErskine(a, b).field(x, y) }
      let turned = BassettiErskine(b, a).field(y, x)
      return (turned.y, turned.x)
    }
    #expect(error < 5e-3, "\(error)")
  }

  /// w(0) = 1, w(i) = e·erfc 1, Re w(x) = exp(−x²), and the closed form against its quadrature
  /// E_x = ∫₀^∞ x exp(−x²/(2a² + s) − y²/(2b² + s)) ds/((2a² + s)^(3/2) (2b² + s)^(1/2)).
  @Test func theEllipticFieldIsThatOfItsIntegral() {
    let w = Faddeeva()
    #expect(abs(w(ComplexNumber(0, 0)).real - 1) < 1e-12)
    #expect(abs(w(ComplexNumber(0, 1)).real - M_E * erfc(1)) < 1e-12)
    #expect(abs(w(ComplexNumber(1.7, 0)).real - exp(-1.7 * 1.7)) < 1e-12)
    let (a, b) = (2.0, 1.0)
    for (x, y) in [(1.0, 0.5), (-3, 2), (0.1, -4)] {
      var sum = 0.0
      for point in GaussLegendre.points(200) {
        let tau = point.place / (1 - point.place)
        let slope = 2 * tau / ((1 - point.place) * (1 - point.place))
        let (u, v) = (2 * a * a + tau * tau, 2 * b * b + tau * tau)
        sum +=
          point.weight * slope * x * exp(-x * x / u - y * y / v) / (u * (u * v).squareRoot())
      }
      #expect(abs(BassettiErskine(a, b).field(x, y).x - sum) < 1e-11)
    }
  }

  /// E = r/a² inside a uniform disc; its edge is a cell or two wide.
  @Test func aUniformDiscHasALinearField() throws {
    let a = 1e-3
    let bunch = rings(300, 300) { a * $0.squareRoot() }
    let inputs: EffectSlice<Double> = kickInputs(charge: 1e-9)
    let run = try PlanarSpaceCharge(options([64, 64])).start(.one)
    try run.apply(to: bunch.blocks, inputs)
    let strength = strength(inputs, current: inputs.charge * Double(bunch.count))
    var (error, inside) = (0.0, 0)
    for i in 0..<bunch.count where hypot(bunch[i, 0], bunch[i, 2]) < 0.9 * a {
      inside += 1
      error = max(
        error,
        hypot(
          bunch[i, 1] * a * a / strength - bunch[i, 0],
          bunch[i, 3] * a * a / strength - bunch[i, 2]) / a)
    }
    #expect(inside > 70_000)
    #expect(error < 1e-2, "\(error)")
  }

  /// A uniform ellipse with half axes a and b: E = 2(x/a, y/b)/(a + b).
  @Test func aUniformEllipseHasALinearField() throws {
    let (a, b) = (3e-3, 1e-3)
    let bunch = rings(300, 300) { $0.squareRoot() }
    for i in 0..<bunch.count {
      bunch[i, 0] = a * bunch[i, 0]
      bunch[i, 2] = b * bunch[i, 2]
    }
    let inputs: EffectSlice<Double> = kickInputs(charge: 1e-9)
    let run = try PlanarSpaceCharge(options([64, 48], .quadratic)).start(.one)
    try run.apply(to: bunch.blocks, inputs)
    let strength = strength(inputs, current: inputs.charge * Double(bunch.count))
    var error = 0.0
    for i in 0..<bunch.count where hypot(bunch[i, 0] / a, bunch[i, 2] / b) < 0.85 {
      let e = (
        x: 2 * bunch[i, 0] / (a * (a + b)), y: 2 * bunch[i, 2] / (b * (a + b))
      )
      error = max(
        error, hypot(bunch[i, 1] / strength - e.x, bunch[i, 3] / strength - e.y) * (a + b) / 2)
    }
    #expect(error < 1.5e-2, "\(error)")
  }

  /// A KV beam of 0.15 A, 250 MeV protons, from rest: twice its size after 10.6128 m, as R″ = K/R
  /// (R. Ryne et al., EPAC 2004, WEPLT047).
  @Test func aLongBeamExpandsAsTheEnvelopeSays() throws {
    let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 250)
    let bunch = rings(60, 120) { 1e-3 * $0.squareRoot() }
    let inputs = EffectSlice(
      length: 10.612823669911099 / 100, reference: reference,
      charge: 0.15 / Double(bunch.count))
    let run = try PlanarSpaceCharge(options([32, 32])).start(.one)
    func drift(_ length: Double) {
      for i in 0..<bunch.count {
        bunch[i, 0] = bunch[i, 0] + length * bunch[i, 1]
        bunch[i, 2] = bunch[i, 2] + length * bunch[i, 3]
      }
    }
    for _ in 0..<100 {
      drift(0.5 * inputs.length)
      try run.apply(to: bunch.blocks, inputs)
      drift(0.5 * inputs.length)
    }
    for plane in [0, 2] {
      let sum = (0..<bunch.count).reduce(0) { $0 + bunch[$1, plane] * bunch[$1, plane] }
      let sigma = (sum / Double(bunch.count)).squareRoot()
      // The mesh smooths a disc of 28 cells: 0.3 % of the size; a beam of rings has no noise.
      #expect(abs(sigma / 1e-3 - 1) < 5e-3, "\(sigma)")
    }
  }

  /// Float particles, and a mesh in single precision: 1e-6 of the largest potential, over the
  /// difference of two nodes.
  @Test func singlePrecisionAgrees() throws {
    let before = rings(40, 50) { 1e-3 * $0.squareRoot() }
    let inputs: EffectSlice<Double> = kickInputs(charge: 1e-9)
    var single = options([16, 16])
    let exact = before.copy()
    try PlanarSpaceCharge(single).start(.one).apply(to: exact.blocks, inputs)
    single.precision = .single
    let rounded = before.copy()
    try PlanarSpaceCharge(single).start(.one).apply(to: rounded.blocks, inputs)
    let largest = (0..<before.count).reduce(0) { max($0, abs(exact[$1, 1])) }
    for i in 0..<before.count {
      #expect(abs(rounded[i, 1] - exact[i, 1]) < 2e-5 * largest)
    }
    var bunch = Bunch<Float>(count: before.count, reference: inputs.reference)
    for i in 0..<before.count {
      bunch[i] = PhaseSpace(
        x: before[i, 0], px: 0, y: before[i, 2], py: 0, t: Double(i), pt: 0)
    }
    bunch.setWeights(to: 1)
    single.precision = .same
    let run = try PlanarSpaceCharge(single).start(.one)
    try bunch.withBlocks { try run.apply(to: $0, inputs) }
    for i in 0..<before.count {
      #expect(abs(bunch[i].px - exact[i, 1]) < 2e-5 * largest)
      #expect(bunch[i].pt == 0)
    }
  }

  /// Whatever the number of threads, and wherever along the beam the particles are.
  @Test func resultsDoNotDependOnTheThreads() throws {
    let results = try [1, 2, 3].map { threads -> TestBunch<Double> in
      let bunch = rings(100, 70) { 1e-3 * $0.squareRoot() }
      for i in 0..<bunch.count { bunch[i, 4] = threads == 2 ? 0 : Double(i) }
      let run = try PlanarSpaceCharge(options([40, 36], .cubic)).start(Workers(count: threads))
      try run.apply(to: bunch.blocks, inputs)
      return bunch
    }
    for i in 0..<7000 {
      for plane in [1, 3] {
        #expect(results[0][i, plane] == results[1][i, plane])
        #expect(results[0][i, plane] == results[2][i, plane])
      }
    }
  }

  /// A beam and its mesh twice as large keep the Green's function: half the kick.
  @Test func theGreenFunctionIsThatOfTheRatioOfSides() throws {
    let (small, large) = (rings(20, 30) { 1e-3 * $0 }, rings(20, 30) { 2e-3 * $0 })
    let run = try PlanarSpaceCharge(options([12, 12])).start(.one)
    try run.apply(to: small.blocks, inputs)
    try run.apply(to: large.blocks, inputs)
    #expect((run as? MeshSpaceChargeRun)?.times.greenFunctions == 1)
    for i in 0..<small.count {
      // Roundings of potentials of order one, whose differences over a cell are ten times less.
      for plane in [1, 3] { #expect(abs(2 * large[i, plane] - small[i, plane]) < 1e-12) }
    }
  }

  @Test func aBeamWithoutHeightIsRefusedByName() throws {
    let bunch = rings(5, 5) { 1e-3 * $0 }
    for i in 0..<25 { bunch[i, 2] = 0 }
    let run = try PlanarSpaceCharge(options([12, 12])).start(.one)
    #expect(throws: SpaceChargeError.flatBunch(axis: "y")) {
      try run.apply(to: bunch.blocks, inputs)
    }
    #expect(throws: SpaceChargeError.tooFewCells([12])) { try PlanarSpaceCharge(options([12])) }
  }
}

/// The field of an infinitely long beam, normal across with the sizes a > b, per λ/2πε0.
private struct BassettiErskine {
  let a, b: Double

  init(_ a: Double, _ b: Double) { (self.a, self.b) = (a, b) }

  func field(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    let w = Faddeeva()
    let s = (2 * (a * a - b * b)).squareRoot()
    let (u, v) = (abs(x), abs(y))
    let decay = exp(-u * u / (2 * a * a) - v * v / (2 * b * b))
    let far = w(ComplexNumber(u / s, v / s))
    let near = w(ComplexNumber(u * b / (a * s), v * a / (b * s)))
    let scale = Double.pi.squareRoot() / s
    return (
      (x < 0 ? -scale : scale) * (far.imaginary - decay * near.imaginary),
      (y < 0 ? -scale : scale) * (far.real - decay * near.real)
    )
  }
}

/// w(z) = exp(−z²) erfc(−iz) for Im z ≥ 0, to 1e-12.
///
/// J. A. C. Weideman, SIAM J. Numer. Anal. 31, 1497 (1994).
private struct Faddeeva {
  private static let terms = 48
  private static let length = (Double(terms) / 2.0.squareRoot()).squareRoot()
  private static let coefficients = (1...terms).map { n -> Double in
    let half = 2 * terms
    return (1 - half..<half).reduce(0) { sum, k in
      let angle = Double.pi * Double(k) / Double(half)
      let t = length * tan(angle / 2)
      return sum + exp(-t * t) * (length * length + t * t) * cos(Double(n) * angle)
    } / Double(2 * half)
  }

  func callAsFunction(_ z: ComplexNumber<Double>) -> ComplexNumber<Double> {
    let iz = ComplexNumber(-z.imaginary, z.real)
    let length = ComplexNumber(Self.length, 0)
    let quotient = (length + iz) / (length - iz)
    var sum = ComplexNumber(0.0, 0)
    for coefficient in Self.coefficients.reversed() {
      sum = sum * quotient + ComplexNumber(coefficient, 0)
    }
    let inverse = ComplexNumber(1.0, 0) / (length - iz)
    let unit = ComplexNumber(1 / Double.pi.squareRoot(), 0)
    return ComplexNumber(2.0, 0) * sum * inverse * inverse + unit * inverse
  }
}
