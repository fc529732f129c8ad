import DoubleDouble
import PartialWaves

/// The judge evaluates lineshapes like any other scalar. Through memory it keeps only the leading
/// double of each number.
extension DoubleDouble: EventScalar {
  public static var laneCount: Int { 1 }
  public static var componentCount: Int { 1 }
  public init(constantAt address: UnsafePointer<Double>) { self.init(address.pointee) }
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> DoubleDouble {
    DoubleDouble(address.pointee)
  }
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    address.pointee = Double(self)
  }
}
