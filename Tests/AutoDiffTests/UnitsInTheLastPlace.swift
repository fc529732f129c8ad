import AutoDiff
import DoubleDouble
import Testing

/// The largest error found, and where.
struct WorstCase: CustomStringConvertible {
  var error = 0.0
  var arguments: [Double] = []
  var description: String { "\(error) ulp at \(arguments)" }
}

/// The distance of `result` from `exact` in units of the last place that `exact` has in `Scalar`.
///
/// Where the exact value is subnormal in double precision, so is the judge's, which is then off by
/// half a unit itself.
func unitsInTheLastPlace<Scalar: BinaryFloatingPoint>(
  _ result: Scalar, from exact: DoubleDouble
) -> Double {
  let rounded = Scalar(Double(exact))
  if result == rounded || (result.isNaN && rounded.isNaN) {
    guard result.isFinite else { return 0 }
    return Double(DoubleDouble(Double(result)) - exact).magnitude / Double(rounded.ulp)
  }
  if result.isNaN || rounded.isNaN { return .infinity }
  // At the threshold of overflow infinity counts as the number that would come next.
  let largest = Scalar.greatestFiniteMagnitude
  if !result.isFinite || !rounded.isFinite {
    let finite = result.isFinite ? result : rounded
    return finite.magnitude < largest ? .infinity : 1
  }
  return Double(DoubleDouble(Double(result)) - exact).magnitude / Double(rounded.ulp)
}

/// The worst error of a function of lanes, by the double-double function of the same formula.
func worstCase<F: ElementaryFunction, Shape: LaneShape>(
  of function: F, _ shape: Shape.Type, at arguments: [Shape.Storage.Scalar],
  exact: [DoubleDouble]
) -> WorstCase {
  var worst = WorstCase()
  let count = Lanes<Shape>.count
  for start in stride(from: 0, to: arguments.count - count + 1, by: count) {
    var x = Lanes<Shape>.zero
    for i in 0..<count { x[i] = arguments[start + i] }
    let result = function(x)
    for i in 0..<count {
      let error = unitsInTheLastPlace(result[i], from: exact[start + i])
      if !(error <= worst.error) {
        worst = WorstCase(error: error, arguments: [Double(arguments[start + i])])
      }
    }
  }
  return worst
}

func worstCase<F: ElementaryFunctionOfTwo, Shape: LaneShape>(
  of function: F, _ shape: Shape.Type,
  at arguments: [(Shape.Storage.Scalar, Shape.Storage.Scalar)], exact: [DoubleDouble]
) -> WorstCase {
  var worst = WorstCase()
  let count = Lanes<Shape>.count
  for start in stride(from: 0, to: arguments.count - count + 1, by: count) {
    var x = Lanes<Shape>.zero
    var y = Lanes<Shape>.zero
    for i in 0..<count { (x[i], y[i]) = arguments[start + i] }
    let result = function(x, y)
    for i in 0..<count {
      let error = unitsInTheLastPlace(result[i], from: exact[start + i])
      if !(error <= worst.error) {
        let (x, y) = arguments[start + i]
        worst = WorstCase(error: error, arguments: [Double(x), Double(y)])
      }
    }
  }
  return worst
}
