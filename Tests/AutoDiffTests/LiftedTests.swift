import AutoDiff
import Testing

/// Parameters read as numbers that may carry derivatives.
@Suite struct LiftedTests {
  private struct Lens {
    var strength = 3.0
    var offset: Double? = 0.5
    var terms = [1.0, 2.0]
  }

  /// An expression in which the compiler could take the parameters as plain numbers, and lose their derivatives.
  private func kick<C: RealScalar>(_ q: Lifted<Lens, C>, over rigidity: C) -> C {
    let scale = 2.0
    let offset = (q.offset ?? .zero) * scale / rigidity
    return q.strength * scale / rigidity + offset + q.terms[1] * scale / rigidity
  }

  @Test func aParameterKeepsItsDerivativeInEveryExpression() {
    typealias Number = AutoDiff.Tangent<Double>
    let lens = Lens()
    let rigidity = Number(4)
    let one = Lifted<Lens, Number>(lens).replacing(\.strength, by: Number(3, tangent: 1))
    #expect(kick(one, over: rigidity).tangent == 0.5)
    let two = Lifted<Lens, Number>(lens).replacing(\.offset, by: Number(0.5, tangent: 1))
    #expect(kick(two, over: rigidity).tangent == 0.5)
    let three = Lifted<Lens, Number>(lens).replacing(\.terms, at: 1, by: Number(2, tangent: 1))
    #expect(kick(three, over: rigidity).tangent == 0.5)
    #expect(kick(Lifted<Lens, Double>(lens), over: 4) == 2.75)
  }
}
