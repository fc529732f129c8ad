import PartialWaves

/// Events as points of a space whose axes are squared masses.
public struct Points: Sendable, Equatable {
  public let dimension: Int
  public let count: Int
  /// Shape (count, dimension), the dimension fastest.
  public let values: [Double]

  public init(dimension: Int, values: [Double]) {
    precondition(dimension > 0 && values.count % dimension == 0, "each point has all coordinates")
    self.dimension = dimension
    count = values.count / dimension
    self.values = values
  }

  /// The squared masses of sets of particles [GeV²].
  ///
  /// - Parameter masses: Numbers of particles, from 0, of each set.
  public init(_ events: EventTable, masses: [[Int]]) {
    var values: [Double] = []
    values.reserveCapacity(masses.count * events.count)
    for event in 0..<events.count {
      for particles in masses { values.append(events.squaredMass(of: particles, event: event)) }
    }
    self.init(dimension: masses.count, values: values)
  }

  public subscript(point: Int, axis: Int) -> Double { values[point * dimension + axis] }

  /// The standard deviation along each axis; 1 where all points are alike.
  var spreads: [Double] {
    (0..<dimension).map { axis in
      let width = SampleMoments((0..<count).lazy.map { self[$0, axis] }).width
      return width > 0 ? width : 1
    }
  }

  /// The points of two sets, with each axis divided by a length.
  static func joined(_ first: Self, _ second: Self, dividedBy lengths: [Double]) -> Self {
    let all = first.values + second.values
    return Self(
      dimension: first.dimension,
      values: all.indices.map { all[$0] / lengths[$0 % first.dimension] })
  }
}
