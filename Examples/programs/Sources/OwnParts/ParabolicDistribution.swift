import AutoDiff
import BeamDynamics

/// A parabolic profile along the bunch, a uniform disc across it, and normal momenta.
public struct ParabolicDistribution: Distribution {
  public static let kind = "parabolic"
  public static let summary = "Parabolic in t, uniform in a disc of x and y, normal in all momenta."
  public static let parameters = ParameterTable<Self>([])
  public static let uniformCount = 7
  public init() {}

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    // A disc of radius 2 has variance 1 in x and in y.
    let radius = 2 * uniforms[0].squareRoot()
    let (sine, cosine) = Double.sincos(2 * .pi * uniforms[1])
    let (px, py) = normalPair(uniforms[2], uniforms[3])
    let (pt, _) = normalPair(uniforms[4], uniforms[5])
    // F(u) = 1/2 + (3u − u³)/4 on [−1, 1], of variance 1/5, solved by the cosine of a third.
    let u = 2 * Double.cos((Double.acos(1 - 2 * uniforms[6]) + 4 * .pi) / 3)
    return PhaseSpace(
      x: radius * cosine, px: px, y: radius * sine, py: py, t: 5.squareRoot() * u, pt: pt)
  }

  private func normalPair(_ u: Double, _ turn: Double) -> (Double, Double) {
    let radius = (-2 * Double.log(u)).squareRoot()
    let (sine, cosine) = Double.sincos(2 * .pi * turn)
    return (radius * cosine, radius * sine)
  }
}
