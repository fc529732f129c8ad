import SystemLibrary

/// The models by which a kind of element can be tracked, and the property that holds the chosen
/// one.
public enum ModelChoice<Subject>: Sendable {
  /// There is only this model.
  case only(Model)
  /// One of these models, held in the property at this path.
  case among([Model], WritableKeyPath<Subject, Model> & Sendable)

  /// All models, the coarsest first.
  public var models: [Model] {
    switch self {
    case .only(let model): [model]
    case .among(let models, _): models
    }
  }
}

extension Element {
  /// The models by which it can be tracked, the coarsest first.
  public static var models: [Model] { modelChoice.models }

  /// The model by which this element is tracked: one of ``models``.
  public var model: Model {
    switch Self.modelChoice {
    case .only(let model): model
    case .among(_, let path): self[keyPath: path]
    }
  }

  /// Sets the model, one of ``models``, by which this element is tracked.
  public mutating func choose(_ model: Model) {
    require(Self.models.contains(model), "\(Self.kind) has no model \(model.rawValue)")
    if case .among(_, let path) = Self.modelChoice { self[keyPath: path] = model }
  }
}
