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
