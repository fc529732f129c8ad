import Communication
import Optimization
import PartialWaves

/// −log L along one parameter, minimised over all others: intervals that are right also if −log L
/// is not a parabola.
///
/// The profile reaches ½ above the minimum at the ends of the interval of one standard deviation
/// (F. James, M. Roos, Comput. Phys. Commun. 10, 343 (1975), MINOS).
public struct ProfileScan: Sendable {
  /// A value of the parameter, and the minimum over all others.
  public struct Point: Sendable, Equatable {
    /// The value of the parameter.
    public let parameter: Double
    /// −log L above that of the fit, minimised over all other parameters.
    public let rise: Double
    /// The values of all free parameters of the fit there.
    let others: [Double]
  }

  /// An end of the interval.
  public struct Crossing: Sendable, Equatable {
    /// The value there minus the fitted value: an error with its sign.
    public let distance: Double
    /// False if the profile did not reach the height within the parameter's range.
    public let isFound: Bool
  }

  /// The parameter's name.
  public let name: String
  /// The parameter's unit; empty if it has none.
  public let unit: String
  /// The fitted value.
  public let value: Double
  /// The error from the Hessian; nil if unknown.
  public let error: Double?
  /// The lower end of the interval.
  public let lower: Crossing
  /// The upper end of the interval.
  public let upper: Crossing
  /// Every point that was computed, in ascending order of the parameter; the fit itself is among
  /// them.
  public let points: [Point]
  /// By how much the lowest −log L of the scan lies below that of the fit. It is positive if the
  /// fit was not at the minimum, else zero.
  public let improvement: Double

  /// Scans free parameter `place` of a fit.
  ///
  /// - Parameters:
  ///   - fitted: The fit.
  ///   - place: The index of the free parameter.
  ///   - rise: The height of the crossings above the minimum: ½ for one standard deviation. If data
  ///     have weights, it is multiplied by the ratio of the variances with and without the
  ///     correction for them, so that a parabola has the fit's error.
  ///   - gridPoints: Further points, evenly over the interval of ± 3 errors.
  ///   - following: Called with every point.
  /// - Throws: `UnsuitableProblem` if the optimizer cannot work with the parameters' ranges;
  ///   `DataFileError` if events on the disk cannot be read; `Interruption`.
  public init(
    of fitted: FittedModel, free place: Int, rise: Double = 0.5, gridPoints: Int = 0,
    following: (Point) -> Void = { _ in }
  ) throws {
    let parameters = fitted.model.file.parameters
    let parameter = parameters.parameters[parameters.free[place]]
    name = parameter.name
    unit = parameter.unit
    value = fitted.point[place]
    error = fitted.error(place)
    let rise = rise * fitted.widening(place)
    var profile = try Profile(fitted, place)
    let step =
      (2 * rise / fitted.widening(place)).squareRoot()
      * (error ?? max(0.01 * value.magnitude, 1e-4))
    func crossing(_ direction: Double) throws -> Crossing {
      let bound = direction < 0 ? parameter.lower : parameter.upper
      return try profile.crossing(rise: rise, step: direction * step, bound: bound, following)
    }
    lower = try crossing(-1)
    upper = try crossing(1)
    if gridPoints > 0, let error {
      for i in 0..<gridPoints {
        let t = gridPoints == 1 ? 0 : 6 * Double(i) / Double(gridPoints - 1) - 3
        let x = min(max(value + t * error, parameter.lower), parameter.upper)
        if let point = try profile.point(x) { following(point) }
      }
    }
    points = profile.points.sorted { $0.parameter < $1.parameter }
    improvement = max(0, 0 - (points.map(\.rise).min() ?? 0))
  }
}
