/// Finds the nearest neighbours of points, by a tree that halves the points at medians.
///
/// J. Bentley, Commun. ACM 18, 509 (1975), doi:10.1145/361002.361007.
struct NearestNeighbours {
  private let points: Points
  /// Points in the order of the tree: the middle of each range is the node, smaller coordinates
  /// stand before it, larger ones behind.
  private let order: [Int]

  init(_ points: Points) {
    self.points = points
    var order = Array(0..<points.count)
    Self.arrange(&order, 0..<order.count, depth: 0, points)
    self.order = order
  }

  private static func arrange(
    _ order: inout [Int], _ range: Range<Int>, depth: Int, _ points: Points
  ) {
    guard range.count > 1 else { return }
    let axis = depth % points.dimension
    order[range].sort { points[$0, axis] < points[$1, axis] }
    let middle = (range.lowerBound + range.upperBound) / 2
    arrange(&order, range.lowerBound..<middle, depth: depth + 1, points)
    arrange(&order, middle + 1..<range.upperBound, depth: depth + 1, points)
  }

  /// The `count` points nearest to a point, itself left out, nearest first.
  func neighbours(of point: Int, _ count: Int) -> [Int] {
    var found = Found(capacity: count)
    search(0..<order.count, depth: 0, point, &found)
    return found.points
  }

  private struct Found {
    let capacity: Int
    var points: [Int] = []
    var squares: [Double] = []

    var farthest: Double { points.count < capacity ? .infinity : squares[capacity - 1] }

    mutating func insert(_ point: Int, _ square: Double) {
      guard square < farthest else { return }
      if points.count == capacity {
        points.removeLast()
        squares.removeLast()
      }
      let place = squares.firstIndex { $0 > square } ?? squares.count
      points.insert(point, at: place)
      squares.insert(square, at: place)
    }
  }

  private func search(_ range: Range<Int>, depth: Int, _ point: Int, _ found: inout Found) {
    guard !range.isEmpty else { return }
    let middle = (range.lowerBound + range.upperBound) / 2
    let node = order[middle]
    if node != point {
      var square = 0.0
      for axis in 0..<points.dimension {
        let distance = points[node, axis] - points[point, axis]
        square += distance * distance
      }
      found.insert(node, square)
    }
    let axis = depth % points.dimension
    let distance = points[point, axis] - points[node, axis]
    let (below, above) = (range.lowerBound..<middle, middle + 1..<range.upperBound)
    search(distance < 0 ? below : above, depth: depth + 1, point, &found)
    if distance * distance < found.farthest {
      search(distance < 0 ? above : below, depth: depth + 1, point, &found)
    }
  }
}
