import BeamTracking
import FourierTransform

/// How space charge between particles is computed on a mesh.
public struct SpaceChargeOptions: Sendable {
  /// Cells along x, y and z; rounded up to numbers without prime factors above 7.
  public var cells: [Int] = [64, 64, 64]
  /// How a particle's charge is spread over the mesh.
  public var shape = ParticleShape.linear
  /// How the field is taken from the mesh; nil: by the same shape as the charge.
  public var gather: ParticleShape?
  public var box = MeshBox.following(padding: 1.1)
  /// Bins of the profile along a long bunch.
  public var bins = 100
  /// Of the pipe around a long bunch [m], which the kick along it depends on.
  public var pipeRadius: Double?
  public var slicing = EffectSlicing.strang
  /// The precision of the mesh; particles have their own.
  public var precision = MeshPrecision.same
  public var planning = FourierPlanning.estimate
  /// ε0 [F/m].
  public var vacuumPermittivity = PhysicalConstants.vacuumPermittivity

  /// Whether the mesh is flat and has a profile along the bunch.
  var hasProfile = false

  public init() {}
}

/// Which precision the numbers on a mesh have.
public enum MeshPrecision: String, Sendable, CaseIterable {
  /// That of the particles.
  case same
  case double
  /// Single precision: half the memory and time; the potential errs by about 1e-6 of its largest
  /// value.
  case single = "float"
}

/// Where the mesh is.
public enum MeshBox: Sendable, Equatable {
  /// Around the bunch: `padding` times as large as the distance between its extreme particles. The
  /// mesh follows the bunch, and its derivatives follow the extreme particles.
  case following(padding: Double)
  /// As ``following(padding:)``, but only in steps by which the box grows by a `factor` and moves by
  /// half a cell: between them it stays, and the Green's function with it. Derivatives are those of
  /// a mesh that stays.
  case growing(padding: Double, factor: Double)
  /// Always the same [m], along x, y and z from the reference particle. What is outside has no charge
  /// and gets no kick.
  case fixed(x: ClosedRange<Double>, y: ClosedRange<Double>, z: ClosedRange<Double>)
}
