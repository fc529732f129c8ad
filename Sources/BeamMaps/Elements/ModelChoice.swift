import SystemLibrary

/// The models by which a kind of element can be tracked, and the property that holds the chosen
/// one.
public enum ModelChoice<Subject>: Sendable {
  /// There is only this model.
  case only(ElementModel)
  /// One of these models, held in the property at this path.
  case among([ElementModel], WritableKeyPath<Subject, ElementModel> & Sendable)

  /// All models, the coarsest first.
  public var models: [ElementModel] {
    switch self {
    case .only(let model): [model]
    case .among(let models, _): models
    }
  }
}

extension Element {
  /// The models by which it can be tracked, the coarsest first.
  public static var models: [ElementModel] { modelChoice.models }

  /// The model by which this element is tracked: one of ``models``.
  public var model: ElementModel {
    switch Self.modelChoice {
    case .only(let model): model
    case .among(_, let path): self[keyPath: path]
    }
  }

  /// Sets the model, one of ``models``, by which this element is tracked.
  public mutating func choose(_ model: ElementModel) {
    require(Self.models.contains(model), "\(Self.kind) has no model \(model.rawValue)")
    if case .among(_, let path) = Self.modelChoice { self[keyPath: path] = model }
  }
}
