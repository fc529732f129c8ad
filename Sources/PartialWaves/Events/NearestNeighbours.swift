/// Finds the nearest neighbours of points by a k-d tree, which halves the points at medians.
///
/// J. Bentley, Commun. ACM 18, 509 (1975), doi:10.1145/361002.361007.
package struct NearestNeighbours {
  private let points: Points
  /// Points in the order of the tree: the middle of each range is the node, points with smaller
  /// coordinates are before it, points with larger ones behind it.
  private let order: [Int]

  package init(_ points: Points) {
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
  package func neighbours(of point: Int, _ count: Int) -> [Int] {
    nearest(count, to: points.coordinates(of: point), except: point).points
  }

  /// The `count` points nearest to a place, nearest first, and their squared distances.
  ///
  /// - Parameter except: A point that is left out.
  package func nearest(
    _ count: Int, to place: [Double], except: Int? = nil
  ) -> (points: [Int], squares: [Double]) {
    var found = Found(capacity: count)
    search(0..<order.count, depth: 0, place, except, &found)
    return (found.points, found.squares)
  }

  /// How many points lie within a distance of a place.
  ///
  /// - Parameter square: The square of the distance.
  package func count(within square: Double, of place: [Double]) -> Int {
    count(0..<order.count, depth: 0, square, place)
  }

  private func count(
    _ range: Range<Int>, depth: Int, _ square: Double, _ place: [Double]
  ) -> Int {
    guard !range.isEmpty else { return 0 }
    let middle = (range.lowerBound + range.upperBound) / 2
    let node = order[middle]
    let axis = depth % points.dimension
    let distance = place[axis] - points[node, axis]
    let isNear = distance * distance < square
    var sum = self.square(from: place, to: node) < square ? 1 : 0
    if distance < 0 || isNear {
      sum += count(range.lowerBound..<middle, depth: depth + 1, square, place)
    }
    if distance >= 0 || isNear {
      sum += count(middle + 1..<range.upperBound, depth: depth + 1, square, place)
    }
    return sum
  }

  private func square(from place: [Double], to point: Int) -> Double {
    var square = 0.0
    for axis in 0..<points.dimension {
      let distance = points[point, axis] - place[axis]
      square += distance * distance
    }
    return square
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

  private func search(
    _ range: Range<Int>, depth: Int, _ place: [Double], _ except: Int?, _ found: inout Found
  ) {
    guard !range.isEmpty else { return }
    let middle = (range.lowerBound + range.upperBound) / 2
    let node = order[middle]
    if node != except { found.insert(node, square(from: place, to: node)) }
    let axis = depth % points.dimension
    let distance = place[axis] - points[node, axis]
    let (below, above) = (range.lowerBound..<middle, middle + 1..<range.upperBound)
    search(distance < 0 ? below : above, depth: depth + 1, place, except, &found)
    if distance * distance < found.farthest {
      search(distance < 0 ? above : below, depth: depth + 1, place, except, &found)
    }
  }
}
