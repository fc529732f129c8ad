import PartialWaves

/// Bins of about equal content: the space is divided recursively at the median of a sample, along
/// the axis on which the part is widest.
public struct AdaptiveBins: Sendable {
  /// A node of the tree: a cut of a part into two, or a bin.
  private enum Node: Sendable {
    case cut(axis: Int, at: Double, below: Int, above: Int)
    case bin(Int)
  }

  /// Number of bins. It is less than wanted if points coincide.
  public let count: Int
  private let nodes: [Node]

  /// - Parameters:
  ///   - points: The sample.
  ///   - weights: Its weights; their sum is the same in all bins, as far as it can be divided.
  ///   - count: Wanted number of bins; not only powers of two.
  public init(_ points: Points, weights: [Double], count: Int) {
    precondition(count >= 1 && points.count == weights.count && points.count >= count)
    var builder = Builder(points: points, weights: weights, spreads: points.spreads)
    builder.divide(Array(0..<points.count), into: count)
    nodes = builder.nodes
    self.count = builder.binCount
  }

  /// The bin of a point.
  public func bin(of point: Int, in points: Points) -> Int {
    var node = 0
    while true {
      switch nodes[node] {
      case .bin(let number): return number
      case .cut(let axis, let value, let below, let above):
        node = points[point, axis] < value ? below : above
      }
    }
  }

  /// The sums of the weights, and of their squares, in each bin.
  func contents(_ points: Points, _ weights: [Double]) -> (sums: [Double], squares: [Double]) {
    var sums = [Double](repeating: 0, count: count)
    var squares = sums
    for point in 0..<points.count {
      let bin = bin(of: point, in: points)
      sums[bin] += weights[point]
      squares[bin] += weights[point] * weights[point]
    }
    return (sums, squares)
  }

  private struct Builder {
    let points: Points
    let weights: [Double]
    let spreads: [Double]
    var nodes: [Node] = []
    var binCount = 0

    /// Divides a part into bins, and returns its node.
    @discardableResult
    mutating func divide(_ part: [Int], into count: Int) -> Int {
      let node = nodes.count
      nodes.append(.bin(binCount))
      guard count > 1, let cut = cut(part, fraction: Double(count / 2) / Double(count)) else {
        binCount += 1
        return node
      }
      let below = divide(part.filter { points[$0, cut.axis] < cut.value }, into: count / 2)
      let above = divide(
        part.filter { points[$0, cut.axis] >= cut.value }, into: count - count / 2)
      nodes[node] = .cut(axis: cut.axis, at: cut.value, below: below, above: above)
      return node
    }

    /// The cut that divides the weight of a part in the ratio fraction : 1 − fraction; nil if all
    /// points coincide.
    private func cut(_ part: [Int], fraction: Double) -> (axis: Int, value: Double)? {
      let widths = (0..<points.dimension).map { axis -> Double in
        let moments = SampleMoments(part.lazy.map { points[$0, axis] })
        return moments.width / spreads[axis]
      }
      guard let axis = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[axis] > 0 else {
        return nil
      }
      let sorted = part.sorted { points[$0, axis] < points[$1, axis] }
      let target = fraction * sorted.reduce(0) { $0 + weights[$1] }
      var sum = 0.0
      for (i, point) in sorted.enumerated().dropLast() {
        sum += weights[point]
        let next = points[sorted[i + 1], axis]
        if sum >= target, next > points[point, axis] {
          return (axis, next)
        }
      }
      return nil
    }
  }
}
