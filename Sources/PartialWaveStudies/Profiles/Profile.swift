import Optimization
import PartialWaves

/// −log L, minimised over all free parameters but one. All points that are computed are kept.
struct Profile {
  private(set) var points: [ProfileScan.Point]
  private let fitted: FittedModel
  /// The free parameter that is not minimised over, by its place.
  private let place: Int
  private let fixed: ParameterSet

  /// The end of the bracket that moved last in the search for a crossing.
  private enum Side { case none, inside, outside }

  /// The relative accuracy of z = √(2·rise) at a crossing: a thousandth of a standard deviation for
  /// rise ½.
  private static let tolerance = 1e-3

  init(_ fitted: FittedModel, _ place: Int) throws {
    self.fitted = fitted
    self.place = place
    let set = fitted.model.file.parameters.replacing(free: fitted.point)
    var parameters = set.parameters
    parameters[set.free[place]].isFixed = true
    fixed = try ParameterSet(parameters)
    points = [
      .init(parameter: fitted.point[place], rise: 0, others: fitted.point)
    ]
  }

  /// The minimum with the parameter at `x`; nil if the likelihood has no value there.
  mutating func point(_ x: Double) throws -> ProfileScan.Point? {
    if let known = points.first(where: { $0.parameter == x }) { return known }
    var parameters = fixed.replacing(free: start(at: x)).parameters
    parameters[fitted.model.file.parameters.free[place]].value = x
    let model = fitted.model.with(parameters: try ParameterSet(parameters))
    let attempt = try ModelFit(model).attempt(0, from: model.file.parameters.start)
    guard let value = attempt.value else { return nil }
    var others = attempt.point
    others.insert(x, at: place)
    let point = ProfileScan.Point(parameter: x, rise: value - fitted.value, others: others)
    points.append(point)
    return point
  }

  /// The start values of the other parameters for a minimisation with the parameter at `x`: linear
  /// extrapolation through the fit and the nearest point, or along the covariance.
  private func start(at x: Double) -> [Double] {
    var others = fitted.point
    let distance = x - fitted.point[place]
    let set = fitted.model.file.parameters
    let isAngle = set.free.map { set.parameters[$0].isAngle }
    let sameSide = points.filter { ($0.parameter - fitted.point[place]) * distance > 0 }
    if let nearest = sameSide.min(by: {
      ($0.parameter - x).magnitude < ($1.parameter - x).magnitude
    }) {
      let ratio = distance / (nearest.parameter - fitted.point[place])
      for i in others.indices {
        others[i] += ratio * nearest.others[i].difference(to: fitted.point[i], isAngle: isAngle[i])
      }
    } else if let covariance = fitted.covariance?.matrix, covariance[place, place] > 0 {
      for i in others.indices {
        others[i] += distance * covariance[i, place] / covariance[place, place]
      }
    }
    others = set.projected(others)
    others.remove(at: place)
    return others
  }

  /// Where the profile first reaches `rise` in the direction of `step`.
  ///
  /// In z = √(2·rise) the profile of a parabola is a straight line, so that a secant through the
  /// fit and the last point finds it at once; regula falsi with halved weights (the Illinois
  /// variant: M. Dowell, P. Jarratt, BIT 11, 168 (1971)) keeps a bracket where it is not.
  mutating func crossing(
    rise: Double, step: Double, bound: Double, _ following: (ProfileScan.Point) -> Void
  ) throws -> ProfileScan.Crossing {
    let target = (2 * rise).squareRoot()
    let origin = fitted.point[place]
    var inside = (x: origin, z: 0.0)
    var outside: (x: Double, z: Double)?
    var x = origin + step
    // Weights of the ends of the bracket: that of an end which stays while the other moves twice is
    // halved.
    var weights = (inside: 1.0, outside: 1.0)
    var movedLast = Side.none
    for _ in 0..<40 {
      let isBeyond = step > 0 ? x >= bound : x <= bound
      if isBeyond { x = bound }
      guard let point = try point(x) else {
        // There is no value: try a point nearer to the fit.
        outside = nil
        x = 0.5 * (x + inside.x)
        continue
      }
      following(point)
      let z = (2 * max(point.rise, 0)).squareRoot()
      if (z - target).magnitude < Self.tolerance * target {
        return .init(distance: x - origin, isFound: true)
      }
      if z > target {
        if movedLast == .outside { weights.inside *= 0.5 }
        outside = (x, z)
        weights.outside = 1
        movedLast = .outside
      } else {
        if isBeyond { return .init(distance: bound - origin, isFound: false) }
        if movedLast == .inside { weights.outside *= 0.5 }
        inside = (x, z)
        weights.inside = 1
        movedLast = .inside
      }
      if let outside {
        let low = weights.inside * (inside.z - target)
        let high = weights.outside * (outside.z - target)
        x = (inside.x * high - outside.x * low) / (high - low)
      } else {
        // Where a straight line from the fit crosses; at most twice as far as before.
        let slope = inside.z / (inside.x - origin)
        let guess = slope * step > 0 ? origin + 1.02 * target / slope : x + step
        x = step > 0 ? min(guess, origin + 2 * (x - origin)) : max(guess, origin + 2 * (x - origin))
      }
    }
    return .init(distance: inside.x - origin, isFound: false)
  }
}
