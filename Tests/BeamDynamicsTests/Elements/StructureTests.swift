import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Accelerating structures and field maps against closed forms.
@Suite struct StructureTests {
  /// The matrix of J. Rosenzweig and L. Serafini for a standing wave, with arcosh γ for ln γ and p for γ.
  @Test(arguments: [0.0, -0.35, 0.6])
  func aStructureHasTheMatrixOfRosenzweigAndSerafini(_ phase: Double) throws {
    let (length, voltage) = (1.0377, 48.9)
    var structure = AcceleratingStructure(
      length: length, normalizedVoltage: voltage, frequency: 1.3e9, phase: phase)
    (structure.order, structure.steps) = (2, 3)
    let reference: ReferenceParticle<Double> = TestBeam.electrons.reference()
    let gain = voltage * Double.cos(phase) / length
    let (gi, gf) = (reference.gamma, reference.gamma + gain * length)
    let (pi, pf) = ((gi * gi - 1).squareRoot(), (gf * gf - 1).squareRoot())
    let cosine = Double.cos(phase)
    let alpha = 0.125.squareRoot() / cosine * Double.log((gf + pf) / (gi + pi))
    let (s, c) = (Double.sin(alpha), Double.cos(alpha))
    let m = try #require(structure.jacobian(at: .zero, .electrons))
    let expected = [
      c - 2.0.squareRoot() * cosine * s, 8.0.squareRoot() * (pi / gain) * cosine * s,
      -(gain / pf) * (0.125.squareRoot() / cosine + cosine / 2.0.squareRoot()) * s,
      pi / pf * (c + 2.0.squareRoot() * cosine * s),
    ]
    let found = [m[0][0], m[0][1], m[1][0], m[1][1]]
    for (a, b) in zip(found, expected) { #expect((a - b).magnitude <= 1e-12) }
  }

  /// Without voltage it is a drift, whatever the wave.
  @Test func withoutVoltageAStructureIsADrift() throws {
    let structure = AcceleratingStructure(length: 0.8, frequency: 3e9, phase: 0.4, wave: .traveling)
    for z in TestBeam.electrons.points {
      let image = try #require(structure.image(of: z, .electrons))
      let drift = try #require(Drift(length: 0.8, model: .chromatic).image(of: z, .electrons))
      for i in 0..<6 { #expect((image[i] - drift[i]).magnitude <= 1e-15) }
    }
  }

  /// What goes with a wave is a property of it, unless it has been said.
  @Test func theWaveSetsTheFocusing() {
    var structure = AcceleratingStructure(length: 1, frequency: 1e9)
    #expect(structure.focusing == 1)
    structure.wave = .traveling
    #expect(structure.focusing == 0)
    structure.focusing = 0.3
    structure.wave = .standing
    #expect(structure.focusing == 0.3)
  }

  /// A field that does not change along the axis is that of a solenoid with hard edges, since both have
  /// canonical momenta.
  @Test(arguments: TestBeam.allCases)
  func aUniformMapIsASolenoid(_ beam: TestBeam) throws {
    let reference: ReferenceParticle<Double> = beam.reference()
    let ks = 0.8
    var map = FieldMap(
      length: 0.6,
      fields: [MappedField(.solenoid, scale: ks * reference.betaGamma, cosine: [2])])
    (map.order, map.steps) = (2, 3)
    let solenoid = Solenoid(length: 0.6, ks: ks, model: .exact)
    for z in beam.points {
      let a = try #require(map.image(of: z, beam))
      let b = try #require(solenoid.image(of: z, beam))
      for i in 0..<6 { #expect((a[i] - b[i]).magnitude <= 2e-15) }
    }
  }

  /// A static field that does not change along the axis accelerates as ``UniformAcceleration`` does: the
  /// reference particle, and the matrix on the axis.
  @Test func aUniformStaticMapAccelerates() throws {
    var map = FieldMap(length: 0.6, fields: [MappedField(.rf, scale: 3, cosine: [2])])
    (map.order, map.steps) = (6, 8)
    let uniform = UniformAcceleration(length: 0.6, ez: 3, bz: 0)
    var (a, b): (ReferenceParticle<Double>, ReferenceParticle<Double>) = (
      TestBeam.electrons.reference(), TestBeam.electrons.reference()
    )
    map.advance(&a, over: Slice())
    uniform.advance(&b, over: Slice())
    #expect((a.kineticEnergyOverMass / b.kineticEnergyOverMass - 1).magnitude <= 1e-14)
    #expect((a.t / b.t - 1).magnitude <= 1e-13)
    let m = try #require(map.jacobian(at: .zero, .electrons))
    let n = try #require(uniform.jacobian(at: .zero, .electrons))
    for (x, y) in zip(m.joined(), n.joined()) { #expect((x - y).magnitude <= 1e-9) }
  }

  /// Rows of a table are the profile of their Fourier coefficients.
  @Test func aTableIsAProfile() throws {
    let length = 0.5
    let (cosine, sine) = ([0.4, -0.3, 0.05], [0, 0.2, -0.1])
    func profile(_ z: Double) -> Double {
      (0..<3).reduce(0) { sum, j in
        let angle = 2 * .pi * Double(j) * z / length
        return sum + (j == 0 ? 0.5 : 1) * cosine[j] * Double.cos(angle)
          + sine[j] * Double.sin(angle)
      }
    }
    let table = (0...64).map { i in
      let z = length * (Double(i) / 64 - 0.5)
      return [z, profile(z)]
    }
    func map(_ field: MappedField) -> FieldMap {
      var map = FieldMap(length: length, fields: [field])
      (map.order, map.steps) = (2, 10)
      return map
    }
    let byTable = map(MappedField(.rf, scale: 5, frequency: 1e9, phase: 0.3, table: table))
    let byNumbers = map(
      MappedField(.rf, scale: 5, frequency: 1e9, phase: 0.3, cosine: cosine, sine: sine))
    #expect(byTable.mistakes.isEmpty)
    let z = TestBeam.electrons.points[4]
    let a = try #require(byTable.image(of: z, .electrons))
    let b = try #require(byNumbers.image(of: z, .electrons))
    for i in 0..<6 { #expect((a[i] - b[i]).magnitude <= 1e-13) }
    var uneven = table
    uneven[7][0] += 1e-3
    #expect(map(MappedField(.rf, scale: 5, table: uneven)).mistakes.count == 1)
    uneven = table
    uneven[64][1] += 0.1
    #expect(map(MappedField(.rf, scale: 5, table: uneven)).mistakes.count == 1)
  }
}
