/// The simplex method of Nelder and Mead, which needs values alone.
///
/// Expansion, contraction and shrinkage depend on the number of variables, after Gao and Han. A
/// simplex that has become small is replaced by a new one around the best point; the run ends when
/// that no longer lowers the value. Every trial point is projected onto the bounds.
///
/// - SeeAlso: J. Nelder, R. Mead, Comput. J. 7, 308 (1965), https://doi.org/10.1093/comjnl/7.4.308;
///   F. Gao, L. Han, Comput. Optim. Appl. 51, 259 (2012), https://doi.org/10.1007/s10589-010-9329-3,
///   equation (4.1).
public struct NelderMead: OptimizationMethod {
  public static let name = "nelder-mead"
  public static let summary = "Simplex method for functions without derivatives."
  public static let needs = Objective.Capability.values
  public static let boundTreatments: [BoundTreatment] = [.projection, .transformation]

  public struct Memory: Codable, Sendable, Equatable {
    /// The corners, the best first.
    public var corners: [Corner]
    /// The best value when the simplex was last built; nil if it is the first one.
    public var valueAtRestart: Double?
    /// True until the first iteration has built the simplex.
    public var isUnbuilt: Bool
  }

  /// A corner of the simplex. A failed evaluation has the greatest value that there is.
  public struct Corner: Codable, Sendable, Equatable {
    /// The point.
    public var point: [Double]
    public var value: Double
  }

  /// Edge of the first simplex, as a fraction of the magnitude of each variable, or of 1 for a
  /// variable that is zero.
  public var edge = 0.05
  /// Size of the simplex, as a fraction of the length of the best point, below which a new one is
  /// built.
  public var smallest = 1e-9
  /// If the value has fallen by less than this fraction of itself since the simplex was built, the
  /// run ends instead.
  public var gain = 1e-9

  public init() {}

  public func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)? {
    guard let value = try function.value(at: x) else { return nil }
    return (
      Iterate(point: x, value: value, gradient: []),
      Memory(corners: [Corner(point: x, value: value)], valueAtRestart: nil, isUnbuilt: true)
    )
  }

  public func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance {
    let n = iterate.point.count
    guard n > 0 else { return .stopped(.noFurtherDecrease) }
    if memory.isUnbuilt {
      try build(&memory, &function, bounds, edge)
    } else {
      try improve(&memory, &function, bounds)
    }
    // Stable, so that ties keep their order: the same corners on every machine.
    let order = memory.corners.indices.sorted {
      (memory.corners[$0].value, $0) < (memory.corners[$1].value, $1)
    }
    memory.corners = order.map { memory.corners[$0] }
    let best = memory.corners[0]
    let decrease = iterate.value - best.value
    iterate = Iterate(point: best.point, value: best.value, gradient: [])
    let size = self.size(memory)
    if size <= smallest * max(length(best.point), smallest) {
      if let last = memory.valueAtRestart, last - best.value <= gain * max(last.magnitude, gain) {
        return .stopped(.stepSmall)
      }
      memory.valueAtRestart = best.value
      memory.corners = [best]
      memory.isUnbuilt = true
    }
    return .moved(Move(step: max(size, .leastNonzeroMagnitude), decrease: max(decrease, 0)))
  }

  /// The longest edge from the best corner.
  private func size(_ memory: Memory) -> Double {
    let best = memory.corners[0].point
    return memory.corners.reduce(0) { max($0, length(difference($1.point, best))) }
  }

  private func corner(
    _ x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> Corner {
    let inside = bounds.projected(x)
    return Corner(
      point: inside, value: try function.value(at: inside) ?? .greatestFiniteMagnitude)
  }

  private func build(
    _ memory: inout Memory, _ function: inout CountedObjective, _ bounds: Bounds, _ edge: Double
  ) throws {
    let best = memory.corners[0]
    for i in best.point.indices {
      var x = best.point
      let size = edge * (x[i] == 0 ? 1 : x[i].magnitude)
      // Where the bounds leave less room than an edge, to the further one.
      let (below, above) = (x[i] - bounds.lower[i], bounds.upper[i] - x[i])
      x[i] += above >= size ? size : below >= size ? -size : above >= below ? above : -below
      memory.corners.append(try corner(x, &function, bounds))
    }
    memory.isUnbuilt = false
  }

  /// One reflection with what follows from it.
  private func improve(
    _ memory: inout Memory, _ function: inout CountedObjective, _ bounds: Bounds
  ) throws {
    let n = memory.corners.count - 1
    let dimension = max(2, Double(n))
    let worst = memory.corners[n]
    var centre = [Double](repeating: 0, count: n)
    for k in 0..<n { centre = point(centre, 1 / Double(n), memory.corners[k].point) }
    let away = difference(centre, worst.point)
    let reflected = try corner(point(centre, 1, away), &function, bounds)
    if reflected.value < memory.corners[0].value {
      let expanded = try corner(point(centre, 1 + 2 / dimension, away), &function, bounds)
      memory.corners[n] = expanded.value < reflected.value ? expanded : reflected
      return
    }
    if reflected.value < memory.corners[n - 1].value {
      memory.corners[n] = reflected
      return
    }
    let contraction = 0.75 - 0.5 / dimension
    let isOutside = reflected.value < worst.value
    let contracted = try corner(
      point(centre, isOutside ? contraction : -contraction, away), &function, bounds)
    if isOutside ? contracted.value <= reflected.value : contracted.value < worst.value {
      memory.corners[n] = contracted
      return
    }
    let shrinkage = n == 1 ? 0.5 : 1 - 1 / dimension
    let best = memory.corners[0].point
    for k in 1...n {
      let towards = difference(memory.corners[k].point, best)
      memory.corners[k] = try corner(point(best, shrinkage, towards), &function, bounds)
    }
  }
}
