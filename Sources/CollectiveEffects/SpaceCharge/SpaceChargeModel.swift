import BeamTracking

/// A method to compute space charge forces.
///
/// To add one to this package, write one file with a type that conforms, and one line in
/// ``SpaceChargeModels``. Another package cannot add to that list: there, a method is a
/// `CatalogEffect`, named under "effects".
public protocol SpaceChargeModel: CollectiveEffect {
  /// The name in run files.
  static var name: String { get }
  /// What the model is, in one sentence.
  static var summary: String { get }
  /// The number of axes with a given number of cells: 0 for none, 2 for x and y, 3 with z.
  static var meshDimensions: Int { get }
  /// Whether the beam is continuous, with a current instead of a charge.
  static var isContinuous: Bool { get }
  /// Whether it has bins along the bunch, and a pipe.
  static var hasProfile: Bool { get }

  /// - Throws: ``SpaceChargeError`` if the model cannot be used with these options.
  init(_ options: SpaceChargeOptions) throws
}

extension SpaceChargeModel {
  public static var meshDimensions: Int { 3 }
  public static var isContinuous: Bool { false }
  public static var hasProfile: Bool { false }
}

/// The available models.
public enum SpaceChargeModels {
  /// All models, in the order of the documentation.
  public static let all: [any SpaceChargeModel.Type] = [
    MeshSpaceCharge.self,
    PlanarSpaceCharge.self,
    LongBunchSpaceCharge.self,
    GaussianSpaceCharge.self,
  ]

  /// The model of this name, as spelled in run files; nil if there is none.
  public static func named(_ name: String) -> (any SpaceChargeModel.Type)? {
    all.first { $0.name == name }
  }
}

/// The space charge of a run: a model and its options.
public struct SpaceChargeDescription: Sendable {
  /// The model.
  public var model: any SpaceChargeModel.Type
  /// Its options.
  public var options: SpaceChargeOptions

  /// Space charge by this model with these options.
  public init(_ model: any SpaceChargeModel.Type, _ options: SpaceChargeOptions) {
    self.model = model
    self.options = options
  }

  /// Makes the effect: the model with its options.
  ///
  /// - Throws: ``SpaceChargeError`` if the model cannot be used with these options.
  public func makeKick() throws -> any CollectiveEffect { try model.init(options) }
}
