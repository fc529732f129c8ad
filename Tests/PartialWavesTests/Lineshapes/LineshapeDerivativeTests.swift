import AutoDiff
import DoubleDouble
import Testing

@testable import PartialWaves

/// Derivatives against differences of the same formula in twice the precision.
///
/// With steps of 1e-10 the truncation error of a central difference, h²f‴/6, is below 1e-14 of a
/// resonance 1 MeV wide, and its rounding error is 1e-31/1e-10.
struct LineshapeDerivativeTests {
  static let step = 1e-10

  @Test(arguments: LineshapeSample.all)
  func firstDerivativesAgreeWithDifferences(_ sample: LineshapeSample) {
    checkFirst(sample.lineshape, sample.decay)
  }

  @Test(arguments: LineshapeSample.all)
  func secondDerivativesAgreeWithDifferencesOfFirst(_ sample: LineshapeSample) {
    checkSecond(sample.lineshape, sample.decay)
  }

  /// Whether something may begin here: a channel, the range of an interpolation. In double precision
  /// ρ is zero on a threshold; the judge's threshold is 1e-17 away, and its ρ is 1e-8.
  private func isSpecial(_ s: Double) -> Bool {
    LineshapeSample.specialPoints.contains { ($0 - s).magnitude < 1e-12 }
  }

  /// Compares with a difference, if there is one: where the slopes to the left and to the right
  /// disagree (a threshold or the end of an interpolation moves through the event), all that is
  /// asked of the derivative is that it be finite.
  ///
  /// 1e-10 leaves room for the loss of five digits where terms cancel.
  private func compare(
    _ derivative: ComplexNumber<Double>, scale: Double, at s: Double, _ name: String,
    _ f: (DoubleDouble) -> ComplexNumber<DoubleDouble>
  ) {
    #expect(derivative.real.isFinite && derivative.imaginary.isFinite, "\(name) at s = \(s)")
    let step = DoubleDouble(Self.step)
    let (below, here, above) = (f(-step), f(.zero), f(step))
    func slope(_ from: ComplexNumber<DoubleDouble>, _ to: ComplexNumber<DoubleDouble>, _ h: Double)
      -> ComplexNumber<Double>
    {
      let difference = (to - from) * (1.0 / DoubleDouble(h))
      return ComplexNumber(Double(difference.real), Double(difference.imaginary))
    }
    let exact = slope(below, above, 2 * Self.step)
    let size = max(exact.magnitude, scale)
    let jump = slope(below, here, Self.step) - slope(here, above, Self.step)
    if jump.magnitude > 1e-5 * size {
      #expect(isSpecial(s), "\(name) at s = \(s)")
      return
    }
    let tolerance = isSpecial(s) ? 1e-6 : 1e-10
    let error = (derivative - exact).magnitude
    #expect(error <= tolerance * size, "\(name) at s = \(s): \(derivative), not \(exact)")
  }

  private func checkFirst<L: Lineshape>(_ lineshape: L, _ decay: TwoBodyDecay) {
    let slots = DynamicLineshape.slots(of: lineshape)
    let values = slots.map(\.value)
    for (place, slot) in slots.enumerated() {
      let lifted = values.indices.map { Tangent(values[$0], tangent: $0 == place ? 1.0 : 0.0) }
      let curve: Curve<Tangent<Double>> = lineshape.curve(
        DynamicLineshape.lifted(lineshape, slots, lifted), decay)
      let moved = { (h: DoubleDouble) -> Curve<DoubleDouble> in
        let values = values.indices.map { DoubleDouble(values[$0]) + ($0 == place ? h : .zero) }
        return lineshape.curve(DynamicLineshape.lifted(lineshape, slots, values), decay)
      }
      for s in LineshapeSample.points {
        let z = curve(Tangent(s, tangent: 0))
        compare(
          ComplexNumber(z.real.tangent, z.imaginary.tangent),
          scale: ComplexNumber(z.real.value, z.imaginary.value).magnitude, at: s, slot.name
        ) { h in moved(h)(DoubleDouble(s)) }
      }
    }
  }

  private func checkSecond<L: Lineshape>(_ lineshape: L, _ decay: TwoBodyDecay) {
    let slots = DynamicLineshape.slots(of: lineshape)
    let values = slots.map(\.value)
    // One direction that changes everything a little; thresholds stay, since what depends on them
    // has no second derivative there.
    let direction = slots.enumerated().map { i, slot in
      slot.name.hasPrefix("mass_") ? 0 : 0.3 + 0.1 * Double(i % 5)
    }
    for (place, slot) in slots.enumerated() {
      let lifted = values.indices.map {
        TangentPair(
          Tangent(values[$0], tangent: direction[$0]), Tangent($0 == place ? 1.0 : 0.0, tangent: 0),
          Tangent.zero)
      }
      let curve: Curve<TangentPair<Tangent<Double>>> = lineshape.curve(
        DynamicLineshape.lifted(lineshape, slots, lifted), decay)
      let moved = { (h: DoubleDouble) -> Curve<Tangent<DoubleDouble>> in
        let values = values.indices.map {
          Tangent(
            DoubleDouble(values[$0]) + h * direction[$0],
            tangent: $0 == place ? DoubleDouble.one : .zero)
        }
        return lineshape.curve(DynamicLineshape.lifted(lineshape, slots, values), decay)
      }
      for s in LineshapeSample.points {
        let z = curve(TangentPair(Tangent(s, tangent: 0)))
        if isSpecial(s) {
          // The judge's ρ of 1e-8 appears next to cubes of the distance to a pole.
          #expect(z.real.first.tangent.isFinite && z.imaginary.first.tangent.isFinite, "s = \(s)")
          continue
        }
        #expect(z.real.second.tangent == 0 && z.imaginary.second.tangent == 0)
        compare(
          ComplexNumber(z.real.first.tangent, z.imaginary.first.tangent),
          scale: ComplexNumber(z.real.first.value, z.imaginary.first.value).magnitude
            + ComplexNumber(z.real.value.value, z.imaginary.value.value).magnitude,
          at: s, slot.name
        ) { h in
          let z = moved(h)(Tangent(DoubleDouble(s), tangent: .zero))
          return ComplexNumber(z.real.tangent, z.imaginary.tangent)
        }
      }
    }
  }
}
