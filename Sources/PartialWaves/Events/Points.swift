import Communication
import SystemLibrary

/// Events as points of a space whose axes are squared masses.
public struct Points: Sendable, Equatable {
  /// Number of axes.
  public let dimension: Int
  /// Number of points.
  public let count: Int
  /// The coordinates, shape (count, dimension), the dimension fastest.
  public let values: [Double]

  /// - Precondition: `values` has the shape (count, dimension), the dimension fastest.
  public init(dimension: Int, values: [Double]) {
    require(dimension > 0 && values.count % dimension == 0, "each point has all coordinates")
    self.dimension = dimension
    count = values.count / dimension
    self.values = values
  }

  /// The points of all processes, in all of them.
  ///
  /// - Throws: What communicating throws.
  package func joined(_ communicator: any Communicator) throws -> Self {
    Self(
      dimension: dimension, values: try communicator.allGather(values: values).flatMap(\.self))
  }

  /// The squared masses of sets of particles [GeV²].
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - masses: Numbers of particles, from 0, of each set.
  public init(_ events: EventTable, masses: [[Int]]) {
    var values: [Double] = []
    values.reserveCapacity(masses.count * events.count)
    for event in 0..<events.count {
      for particles in masses { values.append(events.squaredMass(of: particles, event: event)) }
    }
    self.init(dimension: masses.count, values: values)
  }

  /// A coordinate of a point; both are counted from 0.
  public subscript(point: Int, axis: Int) -> Double { values[point * dimension + axis] }

  /// The coordinates of a point.
  package func coordinates(of point: Int) -> [Double] {
    Array(values[point * dimension..<(point + 1) * dimension])
  }

  /// The standard deviation along each axis; 1 where all points are alike.
  package var spreads: [Double] {
    (0..<dimension).map { axis in
      let mean = (0..<count).reduce(0) { $0 + self[$1, axis] } / Double(count)
      let square = (0..<count).reduce(0) {
        $0 + (self[$1, axis] - mean) * (self[$1, axis] - mean)
      }
      let width = (square / Double(max(count - 1, 1))).squareRoot()
      return width > 0 ? width : 1
    }
  }

  /// The points with each axis divided by a length.
  package func divided(by lengths: [Double]) -> Self {
    Self(
      dimension: dimension, values: values.indices.map { values[$0] / lengths[$0 % dimension] })
  }

  /// The points of two sets, with each axis divided by a length.
  package static func joined(_ first: Self, _ second: Self, dividedBy lengths: [Double]) -> Self {
    Self(dimension: first.dimension, values: first.values + second.values).divided(by: lengths)
  }
}
