import BeamTracking

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
