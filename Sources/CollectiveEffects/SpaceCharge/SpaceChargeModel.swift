import BeamTracking

/// A way to compute the forces that the particles of a bunch exert on each other.
///
/// To add one, write one file with a type that conforms, and one line in ``SpaceChargeModels``.
public protocol SpaceChargeModel: CollectiveEffect {
  /// The name in run files.
  static var name: String { get }
  /// What it is, in one sentence.
  static var summary: String { get }
  /// How many cells it needs: 0 for none, 2 for x and y, 3 for z, too.
  static var meshDimensions: Int { get }
  /// Whether the beam is continuous: of a current, not of a charge.
  static var isContinuous: Bool { get }
  /// Whether it has bins along the bunch, in a pipe.
  static var hasProfile: Bool { get }

  /// - Throws: ``SpaceChargeError``
  init(_ options: SpaceChargeOptions) throws
}

extension SpaceChargeModel {
  public static var meshDimensions: Int { 3 }
  public static var isContinuous: Bool { false }
  public static var hasProfile: Bool { false }
}

/// The models that there are.
public enum SpaceChargeModels {
  /// In the order of documentation.
  public static let all: [any SpaceChargeModel.Type] = [
    MeshSpaceCharge.self,
    PlanarSpaceCharge.self,
    LongBunchSpaceCharge.self,
    GaussianSpaceCharge.self,
  ]

  /// The model of this name, as run files spell it.
  public static func named(_ name: String) -> (any SpaceChargeModel.Type)? {
    all.first { $0.name == name }
  }
}

/// Space charge as a run describes it: a model and its options.
public struct SpaceChargeDescription: Sendable {
  public var model: any SpaceChargeModel.Type
  public var options: SpaceChargeOptions

  public init(_ model: any SpaceChargeModel.Type, _ options: SpaceChargeOptions) {
    self.model = model
    self.options = options
  }

  /// - Throws: ``SpaceChargeError``
  public func makeKick() throws -> any CollectiveEffect { try model.init(options) }
}
