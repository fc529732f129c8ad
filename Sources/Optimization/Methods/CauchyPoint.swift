import LinearAlgebra

/// The first minimum of the quadratic model along the projected steepest descent.
///
/// - SeeAlso: R. Byrd, P. Lu, J. Nocedal, C. Zhu, SIAM J. Sci. Comput. 16, 1190 (1995),
///   https://doi.org/10.1137/0916069, algorithm CP and the direct primal method of section 5.1.
struct CauchyPoint {
  private(set) var point: [Double]
  /// True for variables that have not reached a bound.
  private(set) var isFree: [Bool]
  /// Wᵀ(x_c − x).
  private var moved: [Double]

  init(_ iterate: Iterate, _ model: CompactHessian, _ bounds: Bounds) {
    let (x, g) = (iterate.point, iterate.gradient)
    // The t at which each variable reaches its bound on the line x − t·g.
    let breaks = x.indices.map { i -> Double in
      if bounds.holds(i, at: x, gradient: g) { return 0 }
      if g[i] < 0 { return (x[i] - bounds.upper[i]) / g[i] }
      if g[i] > 0 { return (x[i] - bounds.lower[i]) / g[i] }
      return .infinity
    }
    var direction = x.indices.map { breaks[$0] > 0 ? -g[$0] : 0 }
    isFree = breaks.map { $0 > 0 }
    point = x
    moved = [Double](repeating: 0, count: model.columns.count)
    var along = model.projections(direction)
    var slope = -dot(direction, direction)
    var curvature = -model.scale * slope - dot(along, model.middle * along)
    let floor = 0x1p-52 * curvature
    var t = 0.0
    let order = x.indices.filter { breaks[$0] > 0 && breaks[$0].isFinite }
      .sorted { (breaks[$0], $0) < (breaks[$1], $1) }
    for b in order {
      let best = curvature > 0 ? -slope / curvature : .infinity
      let interval = breaks[b] - t
      if best < interval || slope >= 0 { break }
      // Up to the bound, which is set exactly; the others keep x + t·d until the end.
      moved = Optimization.point(moved, interval, along)
      t = breaks[b]
      point[b] = g[b] < 0 ? bounds.upper[b] : bounds.lower[b]
      isFree[b] = false
      let z = point[b] - x[b]
      let row = model.row(b)
      let product = model.middle * row
      slope += interval * curvature + g[b] * g[b] + model.scale * g[b] * z
      slope -= g[b] * dot(product, moved)
      curvature -= model.scale * g[b] * g[b] + 2 * g[b] * dot(product, along)
      curvature -= g[b] * g[b] * dot(row, product)
      curvature = max(floor, curvature)
      along = Optimization.point(along, g[b], row)
      direction[b] = 0
    }
    let rest = slope < 0 && curvature > 0 ? -slope / curvature : 0
    moved = Optimization.point(moved, rest, along)
    for i in x.indices where isFree[i] {
      point[i] = min(max(x[i] + (t + rest) * direction[i], bounds.lower[i]), bounds.upper[i])
    }
  }

  /// The minimum of the model over the free variables, brought back within the bounds.
  func subspaceMinimum(
    _ iterate: Iterate, _ model: CompactHessian, _ bounds: Bounds
  ) -> [Double] {
    let free = point.indices.filter { isFree[$0] }
    guard !free.isEmpty else { return point }
    let theta = model.scale
    let pull = model.middle * moved
    // The model's gradient at the Cauchy point, equation (5.4).
    var gradient = free.map { i in
      iterate.gradient[i] + theta * (point[i] - iterate.point[i])
    }
    for (k, column) in model.columns.enumerated() {
      for (row, i) in free.enumerated() { gradient[row] -= column[i] * pull[k] }
    }
    // (θ − WMWᵀ)⁻¹ on the free variables, equation (5.11): 1/θ + W(1 − MWᵀW/θ)⁻¹MWᵀ/θ².
    let size = model.columns.count
    let columns = model.columns.map { column in free.map { column[$0] } }
    var step = scaled(gradient, by: -1 / theta)
    if size > 0 {
      let gram = DenseMatrix(rows: size, columns: size) { i, j in
        dot(columns[i], columns[j]) / theta
      }
      let image = model.middle * gram
      let system = DenseMatrix(rows: size, columns: size) { i, j in
        (i == j ? 1 : 0) - image[i, j]
      }
      guard let factors = LUFactors(system) else { return point }
      let side = model.middle * columns.map { dot($0, gradient) }
      let weights = factors.solve(side)
      for k in 0..<size {
        step = Optimization.point(step, -weights[k] / (theta * theta), columns[k])
      }
    }
    return within(bounds, free, step, iterate)
  }

  /// The step projected onto the bounds if it still descends, otherwise cut at the first bound.
  func within(
    _ bounds: Bounds, _ free: [Int], _ step: [Double], _ iterate: Iterate
  ) -> [Double] {
    var target = point
    for (k, i) in free.enumerated() { target[i] += step[k] }
    let projected = bounds.projected(target)
    if dot(difference(projected, iterate.point), iterate.gradient) < 0 { return projected }
    var whole = [Double](repeating: 0, count: point.count)
    for (k, i) in free.enumerated() { whole[i] = step[k] }
    let room = min(1, bounds.room(from: point, along: whole))
    return bounds.projected(Optimization.point(point, room, whole))
  }
}
