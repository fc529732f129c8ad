import AutoDiff
import BeamSamples
import DoubleDouble
import Testing

@testable import BeamElements
@testable import BeamTracking

/// Sums over many turns.
@Suite struct ManyTurnsTests {
  /// 30,000 turns of drifts, bends and a cavity without gain: path length and time are those of
  /// sums of twice the precision, rounded once.
  @Test func pathLengthAndTimeDoNotLoseDigits() throws {
    let elements: [any Element] = [
      Drift(length: 0.337), Bend(length: 1.1, angle: 0.3),
      RFCavity(length: 0.21, scale: 0, frequency: 1e9, cosine: [1]), Drift(length: 0.0173),
    ]
    func pass<C: RealScalar>(_ reference: inout ReferenceParticle<C>) {
      for element in elements { advance(element, &reference) }
    }
    func advance<E: Element, C: RealScalar>(_ element: E, _ reference: inout ReferenceParticle<C>) {
      element.advance(&reference, over: Slice(), Lifted(element))
    }
    var reference: ReferenceParticle<Double> = TestBeam.protons.reference()
    var exact: ReferenceParticle<DoubleDouble> = reference.map { DoubleDouble($0) }
    for _ in 0..<30_000 { pass(&reference) }
    // Each turn adds the same: multiplied, and not summed. The velocity is that of doubles.
    pass(&exact)
    let s = (exact.s * DoubleDouble(30_000)).high
    #expect((reference.s / s - 1).magnitude <= 0x1p-52)
    // length/β is rounded once per element: half a unit of each term, always the same one.
    let t = (exact.t * DoubleDouble(30_000)).high
    #expect((reference.t / t - 1).magnitude <= 4 * 0x1p-52)
  }

  /// Tangents are summed with the same care, and what is set is what is read.
  @Test func aReferenceParticleKeepsWhatItIsGiven() {
    var reference = (TestBeam.electrons.reference() as ReferenceParticle<Double>)
      .map { Tangent($0, tangent: 0) }
    for _ in 0..<10 { reference.fly(over: Tangent(0.1, tangent: 1)) }
    #expect(reference.s.value == 1)
    #expect(reference.s.tangent == 10)
    reference.s = Tangent(3, tangent: 2)
    #expect(reference.s.value == 3 && reference.s.tangent == 2)
  }
}
