import Documents
import Optimization
import Sensitivity

/// How a run file asks for the best variables.
public struct OptimizerDescription: Sendable, Equatable {
  /// A name of `OptimizerCatalog`.
  public var method = "newton-cg"
  /// The run ends when the largest derivative with respect to a scaled variable has fallen to this
  /// fraction of that at the start.
  public var tolerance = 1e-10
  /// How many points may be tried.
  public var evaluations = 1000

  public init() {}
}

extension OptimizerDescription {
  static func read(
    _ node: JSONNode, for objective: TermObjective?, _ constants: ConstantTable,
    _ diagnostics: inout Diagnostics
  ) -> Self {
    var optimizer = Self()
    guard
      var reader = ObjectReader(
        node, describedAs: "\"optimizer\"", constants: constants, &diagnostics)
    else { return optimizer }
    let optimizers = Catalogs.current.optimizers
    let names = optimizers.names
    optimizer.method =
      reader.choice("method", among: names, &diagnostics) ?? optimizer.method
    optimizer.tolerance = reader.number("tolerance", in: 0...1, &diagnostics) ?? optimizer.tolerance
    optimizer.evaluations =
      reader.integer("max_evaluations", in: 1...1_000_000_000, &diagnostics)
      ?? optimizer.evaluations
    reader.finish(&diagnostics)
    if let objective, !objective.isSumOfSquares,
      optimizers.needs(ofMethod: optimizer.method) == .residuals
    {
      diagnostics.error(
        "\(quoted(optimizer.method)) needs a sum of squares: give every term of the objective a "
          + "\"target\" and a weight that is not negative, or choose another method",
        at: reader.position(of: "method"))
    }
    return optimizer
  }
}

extension OptimizerCatalog {
  /// What the method of this name asks of a function; nil if there is none.
  fileprivate func needs(ofMethod name: String) -> Objective.Capability? {
    methods.first { $0.name == name }?.needs
  }
}
