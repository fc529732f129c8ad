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
