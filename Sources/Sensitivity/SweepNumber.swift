import AutoDiff
import BeamDynamics
import CVectorMath
import Communication

/// The number that a sweep over particles is made with: `Double` for a value and its gradient,
/// `Tangent<Double>` for derivatives along a direction and, on the way back, for Hessian-vector
/// products.
package protocol SweepNumber: SweepScalar, Mergeable, Equatable {
  /// The same for a group of particles side by side.
  associatedtype Group: ParticleScalar where Group.Constant == Self, Group.Word == Double

  /// The number itself.
  var plain: Double { get }
  /// Its derivative along the direction; 0 where there is none.
  var derivative: Double { get }
  /// The kernel of a slice on the way forward.
  static func forwardKernel(_ element: any Element, _ inputs: SliceInputs<Self>) -> ForwardKernel
  /// The way into the frame of a misplaced element, or out of it.
  static func forwardFrame(entering: Bool, dx: Self, dy: Self, tilt: Self) -> ForwardKernel
  /// The length that a collective kick stands for in a slice.
  static func kickLength(_ element: any Element, _ inputs: SliceInputs<Self>) -> Self
  static func kickLength(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Self>>
  ) -> Tangent<Self>
  /// Kicks particles whose coordinates are such numbers.
  static func apply(
    _ kick: any CollectiveKickRun, to particles: ParticleBlocks<Double>, _ inputs: KickInputs<Self>
  ) throws
  /// Takes cotangents back through a kick.
  static func pullBack(
    _ kick: any CollectiveKickRun, _ cotangents: ParticleBlocks<Double>,
    _ particles: ParticleBlocks<Double>, _ inputs: KickInputs<Self>
  ) throws -> KickCotangents<Self>
}

/// A step of a tile on its way forward.
package typealias ForwardKernel = @Sendable (inout Tile<Double>) -> Void

extension SweepNumber {
  /// True if neither the number nor its derivative differs from zero.
  var vanishes: Bool { plain == 0 && derivative == 0 }
}

extension Double: SweepNumber {
  package typealias Group = Lanes<cvm_native_doubles.DoubleShape>
  package var plain: Double { self }
  package var derivative: Double { 0 }
  package static func kickLength(
    _ element: any Element, _ inputs: SliceInputs<Double>
  ) -> Double { element.kickLength(inputs) }
  package static func kickLength(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> Tangent<Double> { element.kickLength(inputs) }
  package static func apply(
    _ kick: any CollectiveKickRun, to particles: ParticleBlocks<Double>,
    _ inputs: KickInputs<Double>
  ) throws { try kick.apply(to: particles, inputs) }
  package static func pullBack(
    _ kick: any CollectiveKickRun, _ cotangents: ParticleBlocks<Double>,
    _ particles: ParticleBlocks<Double>, _ inputs: KickInputs<Double>
  ) throws -> KickCotangents<Double> { try kick.pullBack(cotangents, particles, inputs) }
  package static func forwardKernel(
    _ element: any Element, _ inputs: SliceInputs<Double>
  ) -> ForwardKernel {
    precondition(inputs.substitutions.isEmpty, "plain numbers stand in the element itself")
    let kernel = element.kernelInDouble(inputs.slice, inputs.reference)
    return { tile in kernel(&tile) }
  }
  package static func forwardFrame(
    entering: Bool, dx: Double, dy: Double, tilt: Double
  ) -> ForwardKernel {
    let kernel = TileKernel<Double>.frame(
      entering: entering, PlacementFrame(dx: dx, dy: dy, tilt: tilt))
    return { tile in kernel(&tile) }
  }
}

extension Tangent: Mergeable where Value == Double {
  public mutating func merge(_ later: Self) { self = self + later }
}

extension Tangent: SweepNumber where Value == Double {
  package typealias Group = Tangent<Lanes<cvm_native_doubles.DoubleShape>>
  package var plain: Double { value }
  package var derivative: Double { tangent }
  package static func kickLength(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> Tangent<Double> { element.kickLength(inputs) }
  package static func kickLength(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> Tangent<Tangent<Double>> { element.kickLength(inputs) }
  package static func apply(
    _ kick: any CollectiveKickRun, to particles: ParticleBlocks<Double>,
    _ inputs: KickInputs<Tangent<Double>>
  ) throws { try kick.apply(to: particles, inputs) }
  package static func pullBack(
    _ kick: any CollectiveKickRun, _ cotangents: ParticleBlocks<Double>,
    _ particles: ParticleBlocks<Double>, _ inputs: KickInputs<Tangent<Double>>
  ) throws -> KickCotangents<Tangent<Double>> { try kick.pullBack(cotangents, particles, inputs) }
  package static func forwardKernel(
    _ element: any Element, _ inputs: SliceInputs<Tangent<Double>>
  ) -> ForwardKernel {
    let kernel = element.tangentKernel(inputs)
    return { tile in kernel(&tile) }
  }
  package static func forwardFrame(
    entering: Bool, dx: Tangent<Double>, dy: Tangent<Double>, tilt: Tangent<Double>
  ) -> ForwardKernel {
    let kernel = Double.frameKernel(entering: entering, dx: dx, dy: dy, tilt: tilt)
    return { tile in kernel(&tile) }
  }
}
