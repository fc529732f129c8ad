import BeamDynamics
import Communication
import DataFiles
import Documents
import Optimization
import Sensitivity

/// The objective of a run file, and its gradient with respect to the design variables.
public struct GradientRun: Sendable {
  /// The run file.
  public let file: RunFile
  /// The folder of the results.
  public var directory: String
  /// The threads, and the processes that share the particles. All processes make the same run; the first writes the
  /// file.
  public var workers: Workers
  /// A vector with a number for each variable; if given, its product with the Hessian is computed.
  public var direction: [Double]?
  /// Whether the gradient is compared with differences.
  public var isChecked = false
  /// Receives the fraction of the comparison that is done.
  public var progress: (@Sendable (Double) -> Void)?

  /// The result of a run.
  public struct Summary: Sendable {
    /// The value of the objective at the variables' start values.
    public var objective: Double
    /// The values of its terms.
    public var terms: [TermValue]
    /// The derivatives, one for each variable in the order of the run file.
    public var gradient: [Double]
    /// The Hessian times ``GradientRun/direction``; nil where none was given.
    public var hessianVectorProduct: [Double]?
    /// The comparison with differences; nil where none was asked for.
    public var check: DerivativeCheck?
    /// The computing time of the objective alone [s].
    public var forwardSeconds: Double
    /// The computing time of the objective with its gradient [s].
    public var gradientSeconds: Double
    /// Warnings, such as those of collective effects.
    public var remarks: [String] = []
  }

  /// A run that writes where the file says, unless ``directory`` is changed.
  public init(_ file: RunFile, workers: Workers = .all) {
    self.file = file
    self.workers = workers
    directory = file.resultsDirectory
  }

  /// Runs, and leaves `gradient.json` behind.
  ///
  /// - Throws: `InvalidInput` for a run file without variables or objective, `EvaluationFailure`
  ///   where the objective is undefined, `DataFileError`, `Interruption`.
  public func callAsFunction() throws -> Summary {
    let design = try file.requireDesign(workers: workers)
    let x = design.variables.start
    // The particles are drawn outside of what is measured.
    let terms = try design.terms(at: x)
    let (_, forwardSeconds) = try timed { try design.value(at: x) }
    let ((objective, gradient), gradientSeconds) = try timed {
      try design.valueAndGradient(at: x)
    }
    try workers.communicator.requireSame([objective] + gradient, "the objective and its gradient")
    if let i = gradient.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationFailure(
        "the derivative with respect to \(quoted(design.variables.names[i])) is not finite; leave "
          + "it out of the variables, or start elsewhere")
    }
    var summary = Summary(
      objective: objective, terms: terms, gradient: gradient,
      forwardSeconds: forwardSeconds, gradientSeconds: gradientSeconds,
      remarks: design.effectRemarks)
    if let direction {
      summary.hessianVectorProduct = try design.hessianVectorProduct(at: x, direction: direction)
    }
    if isChecked {
      summary.check = try design.check(gradient, at: x) { progress?($0) }
    }
    try workers.communicator.together(failing: DataFileError.self) {
      if workers.communicator.isFirst { try write(text(summary, design.variables)) }
    }
    return summary
  }

  private func write(_ text: JSONText) throws {
    try Folders.make(directory)
    if !file.beamline.errors.isEmpty {
      try AtomicFile.write(to: directory + "/" + ErrorTable.fileName) { writer in
        var rows = try CSVWriter(writer, columns: ErrorTable.columns)
        try ErrorTable(file.beamline).write(to: &rows)
      }
    }
    try AtomicFile.write(to: directory + "/gradient.json") { writer in
      try writer.append(text.pretty)
    }
  }

  /// The time of `body` [s]; if it is short, the least of three, because the first also allocates
  /// memory.
  private func timed<Result>(
    _ body: () throws -> Result
  ) throws -> (result: Result, seconds: Double) {
    let clock = ContinuousClock()
    func once() throws -> (result: Result, seconds: Double) {
      let start = clock.now
      let result = try body()
      return (result, (clock.now - start) / .seconds(1))
    }
    var best = try once()
    // The first process decides for all how often they do it.
    guard try workers.communicator.broadcast(value: best.seconds) < 0.2 else { return best }
    for _ in 0..<2 { best.seconds = min(best.seconds, try once().seconds) }
    return best
  }

  private func text(_ summary: Summary, _ variables: DesignVariables) -> JSONText {
    func byName(_ numbers: [Double]) -> JSONText {
      .object(zip(variables.names, numbers).map { ($0, .number($1)) })
    }
    var members: [(String, JSONText)] = [
      ("objective", .number(summary.objective)),
      ("gradient", byName(summary.gradient)),
    ]
    if let product = summary.hessianVectorProduct {
      members.append(("hessian_vector_product", byName(product)))
    }
    members.append(("variables", byName(variables.start)))
    members.append(("terms", .array(summary.terms.map(\.text))))
    if let check = summary.check {
      let rows = check.rows.map { row in
        (
          row.variable,
          [
            "difference": .number(row.difference), "uncertainty": .number(row.uncertainty),
            "deviation": .number(row.deviation),
            "agrees": .boolean(row.verdict == .agrees), "verdict": .string(row.verdict.rawValue),
          ] as JSONText
        )
      }
      members.append(("check", .object(rows)))
    }
    members.append(("warnings", .array(summary.remarks.map { .string($0) })))
    members.append(("forward_seconds", .number(summary.forwardSeconds)))
    members.append(("gradient_seconds", .number(summary.gradientSeconds)))
    return .object(members)
  }
}

/// The value of one term of an objective.
public struct TermValue: Sendable {
  /// The quantity's name.
  public let name: String
  /// The name of the place.
  public let place: String
  /// The quantity's value.
  public let value: Double
  /// The value that it should have; nil for a term that is added as it is.
  public let target: Double?
  /// The unit of value and target; empty for a pure number.
  public let unit: String

  var text: JSONText {
    var members: [(String, JSONText)] = [
      ("at", .string(place)), ("quantity", .string(name)), ("value", .number(value)),
    ]
    if let target { members.append(("target", .number(target))) }
    return .object(members)
  }
}

extension DesignProblem<TermObjective> {
  /// The value of each term's quantity, with its name, place and target.
  func terms(at x: [Double]) throws -> [TermValue] {
    do {
      let beams = try observations(at: x)
      return try goal.terms.enumerated().map { number, term in
        TermValue(
          name: term.name, place: term.placeName, value: try goal.value(ofTerm: number, beams),
          target: term.target, unit: term.unit)
      }
    } catch let error as UndefinedObjective {
      throw EvaluationFailure(error.description)
    }
  }
}

extension RunFile {
  /// - Throws: `InvalidInput` for a run file without variables or objective.
  func requireDesign(workers: Workers) throws -> DesignProblem<TermObjective> {
    if let design = try makeDesign(workers: workers) { return design }
    let needed = [("\"variables\"", variables == nil), ("\"objective\"", objective == nil)]
    let missing = needed.filter(\.1).map(\.0).joined(separator: " and ")
    throw InvalidInput(
      file: path, "the run file needs \(missing) for a gradient or an optimum")
  }

  /// Reads a vector of numbers by the names of the variables; those that are left out count 0.
  ///
  /// - Throws: `InvalidInput` with every mistake.
  public func readDirection(_ path: String) throws(InvalidInput) -> [Double] {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path)
    } catch {
      throw InvalidInput(file: path, error.reason)
    }
    var diagnostics = Diagnostics(file: path)
    var direction: [Double] = []
    if let root = JSON.parse(bytes, &diagnostics),
      var reader = ObjectReader(
        root, describedAs: "the vector", keysCalled: "variable", &diagnostics)
    {
      direction = (variables?.names ?? []).map { reader.number($0, &diagnostics) ?? 0 }
      reader.finish(&diagnostics)
    }
    try diagnostics.throwIfErrors()
    return direction
  }
}
