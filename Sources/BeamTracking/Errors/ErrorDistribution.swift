import RandomNumbers
import SystemLibrary

/// The distribution of which the errors of a family are drawn.
public enum ErrorDistribution: Sendable, Equatable {
  /// The same error everywhere.
  case fixed(Double)
  /// Normal, with this standard deviation before the cut; what lies beyond `cut` standard
  /// deviations is drawn again, so that no error is larger. nil for no cut.
  case gaussian(Double, cut: Double?)
  /// Uniform between −`limit` and `limit`.
  case uniform(limit: Double)

  /// An error, of the random numbers of one place.
  func draw(_ random: inout PhiloxGenerator) -> Double {
    switch self {
    case .fixed(let value): return value
    case .uniform(let limit): return limit * (2 * random.nextUniform() - 1)
    case .gaussian(let sigma, let cut):
      var deviate = Self.normal(&random)
      while let cut, deviate.magnitude > cut { deviate = Self.normal(&random) }
      return sigma * deviate
    }
  }

  /// A standard normal deviate, as the ratio of two uniform numbers: division and multiplication
  /// give the same bits on every machine, where a logarithm or a cosine would not. The logarithm
  /// only decides which ratios are kept.
  ///
  /// A. J. Kinderman, J. F. Monahan, ACM Trans. Math. Softw. 3, 257 (1977),
  /// doi:10.1145/355744.355750: (u, v) uniform in 0 < u < 1, |v| < √(2/e), kept where
  /// (v/u)² ≤ −4 ln u.
  static func normal(_ random: inout PhiloxGenerator) -> Double {
    let edge = 0.857_763_884_960_706_8
    while true {
      let u = random.nextUniform()
      let ratio = edge * (2 * random.nextUniform() - 1) / u
      if ratio * ratio <= -4 * log(u) { return ratio }
    }
  }
}
