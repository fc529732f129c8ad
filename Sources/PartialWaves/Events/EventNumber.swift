import AutoDiff

/// A number of one event, or of several events, one in each lane of a SIMD vector.
public typealias EventScalar = StoredScalar<Double>

/// The scalar types of sums over events: lanes of events, without or with the derivative along one
/// direction of the parameters.
protocol EventNumber: EventScalar where Constant: EventScalar {
  /// The same lanes without derivatives, for quantities that do not depend on the parameters.
  associatedtype Base: EventScalar where Base.Constant == Double
  /// A number without derivative.
  init(base: Base)
  static func * (a: Self, b: Base) -> Self
  /// The sum over the lanes, in their order.
  var sum: Constant { get }
  /// A lineshape over blocks of events, without derivatives with respect to its parameters.
  static func plain(
    of lineshape: DynamicLineshape, _ values: [Constant]
  ) -> DynamicLineshape.BlockCurve
  /// A lineshape over blocks of events with derivatives with respect to two of its parameters.
  static func pairs(
    of lineshape: DynamicLineshape, _ values: [TangentPair<Constant>]
  ) -> DynamicLineshape.BlockCurve
}

extension Lanes: EventNumber where Shape.Storage.Scalar == Double {
  typealias Base = Self
  @inline(__always) init(base: Self) { self = base }
  @inline(__always) var sum: Double {
    var sum = 0.0
    for i in 0..<Self.count { sum += vector[i] }
    return sum
  }
  static func plain(
    of lineshape: DynamicLineshape, _ values: [Double]
  ) -> DynamicLineshape.BlockCurve { lineshape.onBlocks(values) }
  static func pairs(
    of lineshape: DynamicLineshape, _ values: [TangentPair<Double>]
  ) -> DynamicLineshape.BlockCurve { lineshape.onBlocksWithPairs(values) }
}

extension Tangent: EventNumber where Value == NativeLanes.Doubles {
  typealias Base = Value
  @inline(__always) init(base: Value) { self.init(base, tangent: .zero) }
  @inline(__always) static func * (a: Self, b: Value) -> Self {
    Self(a.value * b, tangent: a.tangent * b)
  }
  @inline(__always) var sum: Tangent<Double> { .init(value.sum, tangent: tangent.sum) }
  /// The curve without derivatives, and zeros for its tangents.
  static func plain(
    of lineshape: DynamicLineshape, _ values: [Tangent<Double>]
  ) -> DynamicLineshape.BlockCurve {
    let curve = lineshape.onBlocks(values.map(\.value))
    return { squaredMasses, amplitudes in
      let plane = EventBlock.capacity
      curve(squaredMasses, amplitudes)
      (amplitudes + 2 * plane).update(from: amplitudes + plane, count: plane)
      (amplitudes + plane).update(repeating: 0, count: plane)
      (amplitudes + 3 * plane).update(repeating: 0, count: plane)
    }
  }
  static func pairs(
    of lineshape: DynamicLineshape, _ values: [TangentPair<Tangent<Double>>]
  ) -> DynamicLineshape.BlockCurve { lineshape.onBlocksWithPairsAlong(values) }
}
