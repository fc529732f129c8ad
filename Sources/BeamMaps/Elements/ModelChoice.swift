/// The ways in which a kind of element can be tracked, and where it keeps which one is chosen.
public enum ModelChoice<Subject>: Sendable {
  /// There is one way.
  case only(Model)
  /// One of these, in the property at this path.
  case among([Model], WritableKeyPath<Subject, Model> & Sendable)

  /// All of them, the coarsest first.
  public var models: [Model] {
    switch self {
    case .only(let model): [model]
    case .among(let models, _): models
    }
  }
}

extension Element {
  /// The ways in which it can be tracked, the coarsest first.
  public static var models: [Model] { modelChoice.models }

  /// How this one is tracked: one of ``models``.
  public var model: Model {
    switch Self.modelChoice {
    case .only(let model): model
    case .among(_, let path): self[keyPath: path]
    }
  }

  /// Tracks this one by `model` from now on, one of ``models``.
  public mutating func choose(_ model: Model) {
    precondition(Self.models.contains(model), "\(Self.kind) has no model \(model.rawValue)")
    if case .among(_, let path) = Self.modelChoice { self[keyPath: path] = model }
  }
}
