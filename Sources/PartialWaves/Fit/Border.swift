import LinearAlgebra

/// The end of its range at which a parameter of a fit lies. −log L has no minimum along the
/// parameter there, so that its curvature gives no error.
public enum Border: String, Sendable, Codable {
  /// The lower end.
  case lower
  /// The upper end.
  case upper
}

extension ParameterSet {
  /// For each free parameter the end of its range at which it lies; nil if it lies inside.
  ///
  /// It lies at an end if its distance is at most a thousandth of its conditional standard
  /// deviation, which follows from the curvature along it alone, or a millionth of the end's
  /// magnitude.
  public func borders(at x: [Double], _ hessian: DenseMatrix) -> [Border?] {
    zip(free, x).enumerated().map { i, pair in
      let (parameter, value) = (parameters[pair.0], pair.1)
      let curvature = hessian[i, i]
      let reach = curvature > 0 ? 1e-3 / curvature.squareRoot() : 0
      func isNear(_ end: Double) -> Bool {
        end.isFinite && (value - end).magnitude <= max(reach, 1e-6 * end.magnitude, 1e-12)
      }
      return isNear(parameter.lower) ? .lower : isNear(parameter.upper) ? .upper : nil
    }
  }
}
