/// The path of the conjugate-gradient method for Hp = −g: a polygonal line along which the
/// quadratic model gᵀp + ½pᵀHp falls monotonically.
///
/// Steihaug ends the path where it leaves the trust region. Here the corners are kept, so that
/// after a failed step the path is cut at a smaller radius without another product of the Hessian.
/// A variable that reaches a bound stays there, and the method continues with the others.
///
/// - SeeAlso: T. Steihaug, SIAM J. Numer. Anal. 20, 626 (1983), https://doi.org/10.1137/0720042;
///   J. Nocedal, S. Wright, Numerical Optimization, 2nd ed. (2006), algorithm 7.2; for the bounds
///   A. Conn, N. Gould, P. Toint, Trust-Region Methods (2000), section 12.2.
struct ConjugateGradientPath {
  /// One straight piece: from `start` along `direction`, to t = `end`.
  private struct Piece {
    let start: [Double]
    let direction: [Double]
    let end: Double
    /// Model at the start, its slope and its curvature along the direction.
    let model: Double
    let slope: Double
    let curvature: Double
  }

  private var pieces: [Piece] = []
  /// True if the path met a direction of negative curvature, along which the model has no minimum.
  private(set) var meetsNegativeCurvature = false
  /// True if products of the Hessian failed.
  private(set) var hasFailed = false

  /// A place on the path.
  struct Step {
    let vector: [Double]
    /// The model there, against the start: negative.
    let model: Double
    /// True where the path was cut.
    let isCut: Bool
  }

  /// - Parameters:
  ///   - radius: Where the path may end.
  ///   - tolerance: The residual ‖Hp + g‖/‖g‖ that is small enough.
  init(
    from iterate: Iterate, _ bounds: Bounds, radius: Double, tolerance: Double,
    _ function: inout CountedObjective
  ) throws {
    let x = iterate.point
    var isHeld = x.indices.map { bounds.holds($0, at: x, gradient: iterate.gradient) }
    var p = [Double](repeating: 0, count: x.count)
    var residual = iterate.gradient
    for i in x.indices where isHeld[i] { residual[i] = 0 }
    let goal = tolerance * length(residual)
    var direction = scaled(residual, by: -1)
    var square = dot(residual, residual)
    var model = 0.0
    var sinceRestart = 0
    var held = 0
    while square > 0, square.squareRoot() > goal, sinceRestart < 2 * x.count + 2 {
      let product = try function.product(at: x, direction)
      hasFailed = product == nil
      let curvature = product.map { dot(direction, $0) } ?? 0
      let slope = dot(residual, direction)
      let room = bounds.room(from: point(x, 1, p), along: direction)
      // Below the rounding of the product, a curvature has no sign.
      let isConvex = curvature > 0x1p-52 * length(direction) * (product.map(length) ?? 0)
      let best = isConvex ? -slope / curvature : .infinity
      let exit = ConjugateGradientPath.exit(p, direction, radius)
      let end = min(best, room, exit)
      pieces.append(
        Piece(
          start: p, direction: direction, end: end, model: model, slope: slope,
          curvature: curvature))
      if !isConvex { meetsNegativeCurvature = true }
      guard let product, end.isFinite, end < exit else { break }
      model += end * slope + 0.5 * end * end * curvature
      p = point(p, end, direction)
      for i in x.indices where !isHeld[i] { residual[i] += end * product[i] }
      sinceRestart += 1
      if end < best {  // a bound
        held += hold(&isHeld, &p, x, direction, bounds)
        if held > x.count { break }
        for i in x.indices where isHeld[i] { residual[i] = 0 }
        direction = scaled(residual, by: -1)
        square = dot(residual, residual)
        sinceRestart = 0
        continue
      }
      let next = dot(residual, residual)
      direction = point(scaled(residual, by: -1), next / square, direction)
      square = next
    }
  }

  /// Fixes the variables that reached their bounds, exactly there.
  ///
  /// - Returns: How many there are.
  private func hold(
    _ isHeld: inout [Bool], _ p: inout [Double], _ x: [Double], _ direction: [Double],
    _ bounds: Bounds
  ) -> Int {
    var count = 0
    for i in x.indices where !isHeld[i] {
      let bound = direction[i] > 0 ? bounds.upper[i] : bounds.lower[i]
      let reach = 0x1p-50 * (bound.magnitude + x[i].magnitude)
      guard direction[i] != 0, (bound - x[i] - p[i]).magnitude <= reach else { continue }
      p[i] = bound - x[i]
      isHeld[i] = true
      count += 1
    }
    return max(count, 1)
  }

  var isEmpty: Bool { pieces.isEmpty }

  /// Length of the step to the minimum along the steepest descent; infinite if there is none.
  var cauchyLength: Double {
    pieces.first.map { $0.end * length($0.direction) } ?? 0
  }

  /// The place where the path leaves the ball of this radius, or its end.
  func step(within radius: Double) -> Step {
    for piece in pieces {
      let exit = ConjugateGradientPath.exit(piece.start, piece.direction, radius)
      if exit < piece.end || !piece.end.isFinite {
        return ConjugateGradientPath.step(on: piece, exit, isCut: true)
      }
    }
    guard let last = pieces.last else { return Step(vector: [], model: 0, isCut: false) }
    let exit = ConjugateGradientPath.exit(last.start, last.direction, radius)
    return ConjugateGradientPath.step(on: last, last.end, isCut: exit <= last.end)
  }

  /// The last corner before negative curvature; where the first piece has it, the steepest descent
  /// as long as if the curvature were positive. (Algorithm 7.1 of Nocedal and Wright takes −g; its
  /// length knows nothing of the function's.)
  var stepBeforeNegativeCurvature: [Double] {
    guard let last = pieces.last else { return [] }
    guard meetsNegativeCurvature else { return point(last.start, last.end, last.direction) }
    if pieces.count > 1 { return last.start }
    let scale = last.curvature == 0 ? 1 : last.slope / last.curvature
    return scaled(last.direction, by: scale.magnitude)
  }

  private static func step(on piece: Piece, _ t: Double, isCut: Bool) -> Step {
    Step(
      vector: point(piece.start, t, piece.direction),
      model: piece.model + t * piece.slope + 0.5 * t * t * piece.curvature, isCut: isCut)
  }

  /// The greatest t with ‖p + t·d‖ = radius.
  private static func exit(_ p: [Double], _ d: [Double], _ radius: Double) -> Double {
    guard radius.isFinite else { return .infinity }
    let a = dot(d, d)
    let b = dot(p, d)
    let c = dot(p, p) - radius * radius
    guard a > 0 else { return .infinity }
    let root = max(0, b * b - a * c).squareRoot()
    // Of the two forms of the root, the one without cancellation.
    return max(0, b > 0 ? -c / (b + root) : (root - b) / a)
  }
}
