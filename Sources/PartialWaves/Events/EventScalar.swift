import AutoDiff

/// A number of one event, or of several side by side in lanes.
public protocol EventScalar: StoredScalar where Word == Double {
  /// Numbers without derivatives from consecutive words.
  init(constantAt address: UnsafePointer<Double>)
}

extension Double: EventScalar {
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) { self = address.pointee }
}

extension Lanes: EventScalar where Shape.Storage.Scalar == Double {
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) {
    self.init(vector: Shape.load(address))
  }
}

extension Tangent: EventScalar where Value: EventScalar {
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) {
    self.init(Value(constantAt: address), tangent: .zero)
  }
}

extension TangentPair: EventScalar where Value: EventScalar {
  @inlinable @inline(__always)
  public init(constantAt address: UnsafePointer<Double>) {
    self.init(Value(constantAt: address), .zero, .zero)
  }
}
