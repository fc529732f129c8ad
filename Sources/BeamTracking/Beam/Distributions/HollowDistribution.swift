import AutoDiff
import BeamMaps
import ParameterTables
import SystemLibrary

/// A hollow beam: uniform in a ring of x and y, uniform in t, with normal momenta.
///
/// With the ratio h of the inner to the outer radius, (x̂, ŷ) is uniform between h·R and R, where R² =
/// 4/(1 + h²): ⟨x̂²⟩ = (1 + h²)R²/4 = 1. The field in the hole is zero, which is why hollow electron
/// beams scrape halos: G. Stancari et al., Phys. Rev. Lett. 107, 084802 (2011).
public struct HollowDistribution: Distribution {
  /// The inner over the outer radius, between 0 (a filled disc) and 1 (a thin ring).
  public var inner = 0.5

  public static let kind = "hollow"
  public static let summary =
    "Uniform in a ring of x and y, uniform in t, normal in all momenta."
  public static let parameters = ParameterTable<Self>([
    .real(
      "inner", \.inner, in: 0...1, fixed: true,
      "Inner over outer radius: 0 for a filled disc, 1 for a thin ring.")
  ])
  public static let uniformCount = 7

  public init() {}

  /// A beam with this ratio of the inner to the outer radius, between 0 and 1.
  public init(inner: Double) {
    require((0...1).contains(inner), "the inner radius is a fraction of the outer one")
    self.inner = inner
  }

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    // The square of the radius is uniform between h²R² and R².
    let hole = inner * inner
    let square = 4 * (hole + (1 - hole) * uniforms[0]) / (1 + hole)
    let position = PlanePoint(radius: square.squareRoot(), turn: uniforms[1])
    let momentum = PlanePoint.normal(uniforms[3], turn: uniforms[4])
    let energy = PlanePoint.normal(uniforms[5], turn: uniforms[6])
    return PhaseSpace(
      x: position.q, px: momentum.q, y: position.p, py: momentum.p,
      t: .uniformOfUnitVariance(uniforms[2]), pt: energy.q)
  }
}
