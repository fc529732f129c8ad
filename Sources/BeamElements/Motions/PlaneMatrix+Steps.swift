import AutoDiff
import BeamMaps

extension PlaneMatrix {
  /// The matrix of equal steps in each of which a thin lens stands between two halves of free
  /// flight: q += d/2·p, p −= d·g·q, q += d/2·p.
  ///
  /// The steps are symmetric, so that the error is of second order in d, and those of −d, taken
  /// from the end, are the inverse. R. Ryne, Computational Methods in Accelerator Physics, US
  /// Particle Accelerator School (2009).
  ///
  /// - Parameters:
  ///   - step: Length d of a step [m].
  ///   - strengths: g in the middle of each step [1/m²].
  static func steps(of step: C, focusing strengths: [C]) -> Self {
    var matrix = identity
    for (n, strength) in strengths.enumerated() {
      // The free flights between two lenses are one.
      matrix.fly(over: n == 0 ? step * 0.5 : step)
      let lens = step * strength
      matrix.pq -= lens * matrix.qq
      matrix.pp -= lens * matrix.qp
    }
    if !strengths.isEmpty { matrix.fly(over: step * 0.5) }
    return matrix
  }

  /// Free flight in time by the energy: t += L/(βγ)²·pt.
  static func slip(over length: C, _ reference: ReferenceParticle<C>) -> Self {
    let momentum = reference.betaGamma
    return Self(qq: .one, qp: length / (momentum * momentum), pq: .zero, pp: .one)
  }

  private mutating func fly(over length: C) {
    qq += length * pq
    qp += length * pp
  }
}

extension AxialField {
  /// e in the middle of each of the `steps` steps of a slice, in the order in which it is passed.
  func values(inStepsOf slice: Slice, _ steps: Int) -> [C] {
    (0..<steps).map { value(at: slice.place(afterHalfSteps: 2 * $0 + 1, ofSteps: steps)) }
  }
}
