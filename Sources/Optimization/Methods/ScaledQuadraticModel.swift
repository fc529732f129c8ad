import LinearAlgebra

/// The quadratic model gᵀs + ½sᵀHs, and its exact minimum in the ellipsoid ‖Ds‖ ≤ Δ.
///
/// With the eigenvectors of D⁻¹HD⁻¹, s(λ) = −(H + λD²)⁻¹g is a sum over them, so that λ for any
/// radius takes a few operations per variable: a step that failed is shortened without another
/// decomposition.
///
/// - SeeAlso: J. Moré, D. Sorensen, SIAM J. Sci. Stat. Comput. 4, 553 (1983),
///   https://doi.org/10.1137/0904038, section 3; A. Conn, N. Gould, P. Toint, Trust-Region Methods
///   (2000), section 7.3.
struct ScaledQuadraticModel {
  /// The diagonal of D.
  let scales: [Double]
  private let spectrum: SymmetricEigenvalues
  /// Of D⁻¹g along the eigenvectors.
  private let slopes: [Double]

  /// A place in the region.
  struct Step {
    let vector: [Double]
    /// ‖Ds‖.
    let length: Double
    /// The model there, against the start: negative.
    let model: Double
    /// True at the edge of the region.
    let isCut: Bool
  }

  /// Nil if a number is not finite.
  init?(_ gradient: [Double], _ hessian: DenseMatrix, scales: [Double]) {
    let n = gradient.count
    let scaled = DenseMatrix(rows: n, columns: n) { i, j in
      hessian[i, j] / scales[i] / scales[j]
    }
    guard let spectrum = SymmetricEigenvalues(scaled, by: .tridiagonal) else { return nil }
    let slope = gradient.indices.map { gradient[$0] / scales[$0] }
    self.scales = scales
    self.spectrum = spectrum
    slopes = spectrum.vectors.map { dot($0, slope) }
  }

  /// The lowest eigenvalue of D⁻¹HD⁻¹.
  var lowestCurvature: Double { spectrum.values.first ?? 0 }

  /// Below this a curvature has no sign.
  private var rounding: Double {
    let largest = max(lowestCurvature.magnitude, (spectrum.values.last ?? 0).magnitude)
    return 0x1p-50 * Double(scales.count) * largest
  }

  var isConvex: Bool { lowestCurvature > rounding }

  /// ½gᵀH⁻¹g, by how much the model falls to its minimum; nil if it has none.
  var distanceToMinimum: Double? {
    guard isConvex else { return nil }
    return 0.5 * slopes.indices.reduce(0) { $0 + slopes[$1] * slopes[$1] / spectrum.values[$1] }
  }

  /// ½gᵀH⁻¹g with another gradient; nil if H is not positive definite.
  func distance(for gradient: [Double]) -> Double? {
    guard isConvex else { return nil }
    let slope = gradient.indices.map { gradient[$0] / scales[$0] }
    return 0.5
      * spectrum.values.indices.reduce(0) { sum, k in
        let along = dot(spectrum.vectors[k], slope)
        return sum + along * along / spectrum.values[k]
      }
  }

  /// True if the model's minimum is nearer than the former model's was, by this factor; far from
  /// any minimum, true.
  func isUseful(after former: Double?, _ progress: Double) -> Bool {
    guard let former else { return true }
    return distanceToMinimum.map { $0 <= progress * former } ?? false
  }

  /// ‖D⁻¹g‖.
  var slope: Double { length(slopes) }

  /// ‖Dv‖.
  func length(of v: [Double]) -> Double { length(v.indices.map { scales[$0] * v[$0] }) }

  private func length(_ a: [Double]) -> Double { Optimization.length(a) }

  /// The minimum of the model in the region.
  func step(within radius: Double) -> Step {
    if isConvex {
      let newton = amounts(shift: 0)
      if length(newton) <= radius { return step(newton, isCut: false) }
    }
    // Where the gradient has no part along the lowest curvature, the hard case, even the least
    // shift leaves the step inside: a step along that eigenvector then reaches the edge. The model
    // falls by the same amount for both of its signs.
    let least = max(0, -lowestCurvature + rounding)
    var inside = amounts(shift: least)
    let distance = length(inside)
    if distance < radius {
      // Without negative curvature the model does not fall any further.
      guard lowestCurvature < -rounding else { return step(inside, isCut: false) }
      let along = inside[0]
      let room = (radius - distance) * (radius + distance)
      let root = (along * along + room).squareRoot()
      inside[0] = slopes[0] > 0 ? -root : root
      return step(inside, isCut: true)
    }
    return step(amounts(shift: shift(for: radius, from: least)), isCut: true)
  }

  /// s(λ) along the eigenvectors.
  private func amounts(shift: Double) -> [Double] {
    slopes.indices.map { k in
      let curvature = spectrum.values[k] + shift
      return slopes[k] == 0 ? 0 : -slopes[k] / max(curvature, .leastNormalMagnitude)
    }
  }

  /// λ with ‖s(λ)‖ = Δ, between a λ where the step is too long and infinity.
  ///
  /// Newton's method for 1/Δ − 1/‖s(λ)‖, which is nearly linear in λ; bisection keeps it between
  /// the ends.
  private func shift(for radius: Double, from least: Double) -> Double {
    var low = least
    var high = max(0, -lowestCurvature) + slope / radius
    var shift = low
    for _ in 0..<60 {
      let amounts = amounts(shift: shift)
      let distance = length(amounts)
      if (distance - radius).magnitude <= 1e-10 * radius { break }
      if distance > radius { low = max(low, shift) } else { high = min(high, shift) }
      var change = 0.0
      for k in amounts.indices {
        let curvature = max(spectrum.values[k] + shift, .leastNormalMagnitude)
        change += (amounts[k] / distance) * (amounts[k] / distance) / curvature
      }
      let next = shift + (distance - radius) / (radius * change)
      // A mean of both kinds, as the ends may differ by orders of magnitude.
      shift = next > low && next < high ? next : max((low * high).squareRoot(), 0.01 * high)
    }
    return shift
  }

  private func step(_ amounts: [Double], isCut: Bool) -> Step {
    var vector = [Double](repeating: 0, count: scales.count)
    var model = 0.0
    for k in amounts.indices {
      model += amounts[k] * (slopes[k] + 0.5 * spectrum.values[k] * amounts[k])
      for i in vector.indices { vector[i] += amounts[k] * spectrum.vectors[k][i] }
    }
    for i in vector.indices { vector[i] /= scales[i] }
    return Step(vector: vector, length: length(amounts), model: model, isCut: isCut)
  }
}
