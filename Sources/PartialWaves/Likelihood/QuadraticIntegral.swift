import AutoDiff
import Communication
import LinearAlgebra

/// The integral of the intensity where no mass and no width varies: a quadratic form of the
/// couplings, ∫I = ½·xᵀMx + β·B with x all their real and imaginary parts, whose matrix is computed
/// once.
struct QuadraticIntegral: Sendable {
  /// The second derivatives of the integral to the couplings' real and imaginary parts.
  let matrix: DenseMatrix
  /// The sum of the background's density; zero where the integral is that of the signal alone.
  let background: Double

  /// - Returns: nil if a parameter of a lineshape is free.
  init?(
    of amplitude: AmplitudeSum, over sample: EventSample, _ parameters: ParameterSet,
    workers: Workers
  ) throws {
    let isVaried = parameters.isVaried
    guard amplitude.curves.allSatisfy({ $0.parameters.allSatisfy { !isVaried[$0] } }) else {
      return nil
    }
    let physical = PhysicalParameters(amplitude)
    let couplings = 2 * amplitude.couplings.count
    let isActive = (0..<physical.count).map { $0 < couplings || $0 == physical.backgroundPlace }
    let kernel = CurvatureKernel(
      amplitude, sample.columns, .intensity, amplitude.integrated,
      values: physical.values(of: parameters.values(at: parameters.start)), isActive: isActive)
    let sums = EventSums(workers: workers)
    let sum = try sums([.init(kernel: kernel, sample: sample)])[0]
    matrix = DenseMatrix(rows: couplings, columns: couplings) { sum.hessian[$0, $1] }
    background = physical.backgroundPlace.map { sum.gradient[$0] } ?? 0
  }

  /// The integral and its derivatives with respect to the physical parameters.
  func sum<T: EventScalar>(
    at values: [T], _ physical: PhysicalParameters, wantsGradient: Bool
  ) -> EventSum<T> {
    let n = matrix.rows
    var gradient = [T](repeating: .zero, count: physical.count)
    var value = T.zero
    for i in 0..<n {
      var slope = T.zero
      for j in 0..<n { slope += matrix[i, j] * values[j] }
      gradient[i] = slope
      value += 0.5 * (values[i] * slope)
    }
    if let place = physical.backgroundPlace {
      value += background * values[place]
      gradient[place] = T(background)
    }
    return EventSum(value: value, gradient: wantsGradient ? gradient : [])
  }

  /// The integral with its Hessian to the physical parameters at `places`.
  func curvature(
    at values: [Double], _ physical: PhysicalParameters, _ places: [Int]
  ) -> CurvatureSum {
    let sum = sum(at: values, physical, wantsGradient: true)
    return CurvatureSum(
      value: sum.value, gradient: sum.gradient,
      hessian: DenseMatrix(rows: places.count, columns: places.count) { i, j in
        max(places[i], places[j]) < matrix.rows ? matrix[places[i], places[j]] : 0
      }, places: places)
  }
}
