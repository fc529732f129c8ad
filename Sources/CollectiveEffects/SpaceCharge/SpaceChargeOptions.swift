import BeamTracking
import FourierTransform

/// The options of space charge models.
public struct SpaceChargeOptions: Sendable {
  /// The number of cells along x, y and z; rounded up to numbers without prime factors above 7.
  public var cells: [Int]
  /// The shape of particles for depositing charge.
  public var shape: ParticleShape
  /// The shape of particles for gathering the field; nil for the same shape.
  public var gather: ParticleShape?
  /// The location of the mesh.
  public var box = MeshBox.following(padding: 1.1)
  /// The number of bins of the profile along a long bunch.
  public var bins = 100
  /// The radius of the pipe around a long bunch [m], for the longitudinal kick.
  public var pipeRadius: Double?
  /// The order of kicks and slices.
  public var slicing: EffectSlicing
  /// The precision of the mesh; that of particles is independent.
  public var precision: MeshPrecision
  /// How thoroughly FFTW searches for fast transforms.
  public var planning = FourierPlanning.estimate
  /// Vacuum permittivity ε0 [F/m].
  public var vacuumPermittivity = PhysicalConstants.vacuumPermittivity

  /// Whether the mesh is flat and has a profile along the bunch.
  var hasProfile = false

  /// The default options, where nothing else is given.
  ///
  /// - Parameters:
  ///   - cells: The number of cells along x, y and z.
  ///   - shape: The shape of particles.
  ///   - slicing: The order of kicks and slices.
  ///   - precision: The precision of the mesh.
  public init(
    cells: [Int] = [64, 64, 64], shape: ParticleShape = .linear, slicing: EffectSlicing = .strang,
    precision: MeshPrecision = .same
  ) {
    self.cells = cells
    self.shape = shape
    self.slicing = slicing
    self.precision = precision
  }
}

/// The precision of the numbers on a mesh.
public enum MeshPrecision: String, Sendable, CaseIterable {
  /// The precision of the particles.
  case same
  /// Double precision.
  case double
  /// Single precision: half the memory and time; the error of the potential is about 1e-6 of its
  /// largest value.
  case single = "float"
}

/// The location of the mesh.
public enum MeshBox: Sendable, Equatable {
  /// Around the bunch: `padding` times as large as the distance between its extreme particles. The
  /// mesh follows the bunch, and derivatives include its dependence on the extreme particles.
  case following(padding: Double)
  /// As ``following(padding:)``, but in steps: the box grows by a `factor` and moves by half a
  /// cell. Between steps the mesh and its Green's function stay the same. Derivatives are those of
  /// a constant mesh.
  case growing(padding: Double, factor: Double)
  /// A constant box [m], along x, y and z from the reference particle. Particles outside carry no
  /// charge and receive no kick.
  case fixed(x: ClosedRange<Double>, y: ClosedRange<Double>, z: ClosedRange<Double>)
}
