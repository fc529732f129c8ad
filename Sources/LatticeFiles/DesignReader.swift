import BeamDynamics
import Documents
import Sensitivity

/// Reads what a run file says of a design: variables, objective, optimizer.
struct DesignReader {
  private let variables: JSONNode?
  private let objective: JSONNode?
  private let optimizer: JSONNode?
  private let constants: ConstantTable

  init(_ reader: inout ObjectReader, constants: ConstantTable) {
    variables = reader.node("variables")
    objective = reader.node("objective")
    optimizer = reader.node("optimizer")
    self.constants = constants
  }

  /// Adds the design to a run that is right otherwise.
  func read(into run: inout RunFile, _ diagnostics: inout Diagnostics) {
    if let variables {
      var reader = VariableReader(run)
      run.variables = reader.read(variables, &diagnostics)
    }
    if let objective {
      run.objective = ObjectiveReader(run).read(objective, &diagnostics)
    }
    if let optimizer {
      run.optimizer = OptimizerDescription.read(
        optimizer, for: run.objective, constants, &diagnostics)
    }
  }
}

/// How a run file asks for the best variables.
public struct OptimizerDescription: Sendable, Equatable {
  /// A name of `OptimizerCatalog`.
  public var method = "newton-cg"
  /// The run ends when the largest derivative to a scaled variable has fallen to this fraction of
  /// that at the start.
  public var tolerance = 1e-10
  /// How many points may be tried.
  public var evaluations = 1000

  public init() {}
}
