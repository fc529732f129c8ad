import DoubleDouble
import PartialWaves

/// The judge evaluates lineshapes like any other scalar. Through memory it keeps only the leading
/// double of each number.
extension DoubleDouble: EventScalar {
  public init(constantAt address: UnsafePointer<Double>) { self.init(address.pointee) }
}
