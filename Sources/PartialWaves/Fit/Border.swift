import LinearAlgebra

/// An end of its range that a parameter of a fit sits at. The likelihood has no minimum along it there, and
/// the curvature tells no error.
public enum Border: String, Sendable, Codable {
  /// The lower end.
  case lower
  /// The upper end.
  case upper
}

extension ParameterSet {
  /// Which free parameters sit at an end of their range: within a thousandth of the standard deviation that
  /// the curvature along them alone means, or a millionth of the end itself.
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
