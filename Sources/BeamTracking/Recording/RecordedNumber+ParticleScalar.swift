import AutoDiff
import BeamMaps
import Recording

/// Recorded numbers move points only: they are neither loaded from memory nor stored in it.
extension RecordedNumber: StoredScalar, ParticleScalar {
  public typealias Word = Double
  public static var laneCount: Int { 1 }
  public static var componentCount: Int { 1 }

  public static func load(_ address: UnsafePointer<Double>, stride: Int) -> Self {
    preconditionFailure("a recorded number cannot be loaded or stored")
  }
  public func store(to address: UnsafeMutablePointer<Double>, stride: Int) {
    preconditionFailure("a recorded number cannot be loaded or stored")
  }
  public init(constantAt address: UnsafePointer<Double>) { self.init(address.pointee) }
  public static func isTrue(_ mask: RecordedMask, lane i: Int) -> Bool {
    preconditionFailure("a recorded truth value has no lanes")
  }
}
