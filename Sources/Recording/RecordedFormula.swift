import AutoDiff

/// What a formula gives at a point.
public struct FormulaResult<S: RealScalar>: Sendable {
  /// The formula's numbers.
  public var outputs: [S]
  /// False where the point was outside the formula's domain and the outputs mean nothing.
  public var isInside: S.Mask

  /// Outputs, with whether they are valid; by default they are.
  public init(_ outputs: [S], isInside: S.Mask = S.Mask(repeating: true)) {
    self.outputs = outputs
    self.isInside = isInside
  }
}

/// A formula that is generic over the scalar, recorded as programs. They compute its outputs from
/// parameters (the same for many points) and variables (the coordinates of a point), for every
/// number type.
///
///     let formula = RecordedFormula(parameters: [0.3, 1.2], variables: 2) { p, z in
///       let focusing = Stumpff(p[0] * p[1] * p[1])
///       return FormulaResult([
///         focusing.c0 * z[0] + p[1] * focusing.c1 * z[1],
///         focusing.c0 * z[1] - p[0] * p[1] * focusing.c1 * z[0],
///       ])
///     }
///     let result = formula(parameters: [0.3, 1.2], variables: [1e-3, 0.0])
///
/// What depends on the parameters alone is a program of its own, run once for many points.
///
/// A formula may ask whether a condition holds for all points of a group (`mask.all`, `mask.any`),
/// in order to take a short form. It is then recorded twice. For the usual case every `all` is
/// answered with true and every `any` with false; a guard tells for which points these answers are
/// right. For the mixed case every `all` is answered with false and every `any` with true; the
/// formula must then be right for every point. Conditions on parameters are decided by the values
/// given here; see ``holds(for:)``.
public struct RecordedFormula: Sendable {
  /// How many parameters the formula has.
  public let parameterCount: Int
  /// How many variables the formula has: the numbers of a point.
  public let variableCount: Int
  /// How many numbers the formula gives.
  public let outputCount: Int
  /// Computes what ``fast`` and ``general`` need of the parameters.
  public let prologue: Program
  /// Computes the outputs in the usual case. Its truth values: whether the point is inside the
  /// domain, and the guard if there is a ``general`` program.
  public let fast: Program
  /// Computes the outputs in every case; nil if the usual case is the only one. Its truth value:
  /// whether the point is inside the domain.
  public let general: Program?
  /// Computes the conditions on the parameters that the formula asked for.
  @usableFromInline let conditions: Program
  @usableFromInline let answers: [Bool]

  /// Records a formula in double precision; as ``init(parameters:variables:precision:_:)``.
  public init(
    parameters: [Double], variables: Int,
    _ formula: (_ parameters: [Recorded], _ variables: [Recorded]) -> FormulaResult<Recorded>
  ) {
    self.init(
      parameters: parameters, variables: variables, precision: DoublePrecision.self, formula)
  }

  /// - Parameters:
  ///   - parameters: The values that decide conditions on them.
  ///   - variables: How many numbers a point has.
  ///   - precision: The precision of the points' numbers; it decides how long series are.
  ///   - formula: Called once or twice, with numbers that may be kept for that call only.
  public init<Precision: RecordedPrecision>(
    parameters: [Double], variables: Int, precision: Precision.Type,
    _ formula: (_ parameters: [Recorded], _ variables: [RecordedNumber<Precision>]) ->
      FormulaResult<RecordedNumber<Precision>>
  ) {
    let recorder = Recorder()
    let given = parameters.enumerated().map { Recorded(recorder.parameter($0, value: $1)) }
    let point = (0..<variables).map { RecordedNumber<Precision>(recorder.variable($0)) }
    func results(_ assumption: Recorder.Assumption) -> [RecordedTerm] {
      recorder.assumption = assumption
      let result = formula(given, point)
      let isInside = result.isInside.term
      return result.outputs.map(\.term) + [
        isInside.isLiteral
          ? isInside : RecordedTerm(node: recorder.raised(isInside.node), in: recorder)
      ]
    }
    let usual = results(.usual)
    let condition = recorder.guardTerm
    let mixed = condition.isLiteral ? [] : results(.mixed)

    let uniforms = ProgramBuilder.uniforms(of: usual + [condition] + mixed, in: recorder)
    let count = usual.count - 1
    let body = ProgramBuilder(recorder, inputs: variables, uniforms: uniforms)
    fast = body.program(
      Array(usual[..<count]), truths: [usual[count]] + (condition.isLiteral ? [] : [condition]))
    general =
      condition.isLiteral ? nil : body.program(Array(mixed[..<count]), truths: [mixed[count]])

    let before = ProgramBuilder(recorder, inputs: parameters.count)
    prologue = before.program(uniforms.map { recorder.term($0) }, truths: [])
    conditions = before.program([], truths: recorder.conditions.map { recorder.term($0.node) })
    answers = recorder.conditions.map(\.answer)
    parameterCount = parameters.count
    variableCount = variables
    outputCount = count
  }

  /// Whether the programs are right for other parameters, too: whether all conditions on parameters
  /// that the formula asked for have the same answers as for those of the recording.
  public func holds(for parameters: [Double]) -> Bool { holds(with: parameters) }

  /// The same for parameters of any number type: their values decide.
  @inlinable
  public func holds<S: RealScalar>(with parameters: [S]) -> Bool where S.Mask == Bool {
    precondition(parameters.count == parameterCount, "a formula needs all its parameters")
    if answers.isEmpty { return true }
    var machine = Machine<S>()
    machine.run(conditions, parameters, to: nil)
    for (i, answer) in answers.enumerated() where machine.truth(i, of: conditions) != answer {
      return false
    }
    return true
  }

  /// What depends on the parameters alone: the constants of ``fast`` and ``general``.
  @inlinable
  public func uniforms<C: RealScalar>(at parameters: [C]) -> [C] {
    precondition(parameters.count == parameterCount, "a formula needs all its parameters")
    var machine = Machine<C>()
    var uniforms = [C](repeating: .zero, count: prologue.outputCount)
    machine.run(prologue, parameters, to: &uniforms)
    return uniforms
  }

  /// The formula at one point, or at one group of points.
  @inlinable
  public func callAsFunction<S: RealScalar>(
    parameters: [S.Constant], variables: [S]
  ) -> FormulaResult<S> {
    BoundFormula(self, parameters: parameters)(variables)
  }
}

/// A recorded formula with its parameters in a number type, ready for many points.
public struct BoundFormula<S: RealScalar>: Sendable {
  /// ``RecordedFormula/fast`` with its constants.
  public let fast: BoundProgram<S>
  /// ``RecordedFormula/general`` with its constants; nil if there is none.
  public let general: BoundProgram<S>?

  /// Calculates what depends on the parameters alone.
  @inlinable
  public init(_ formula: RecordedFormula, parameters: [S.Constant]) {
    self.init(formula, uniforms: formula.uniforms(at: parameters))
  }

  /// - Parameters:
  ///   - formula: The recorded formula.
  ///   - uniforms: What depends on the parameters alone; see ``RecordedFormula/uniforms(at:)``.
  @inlinable
  public init(_ formula: RecordedFormula, uniforms: [S.Constant]) {
    fast = BoundProgram(formula.fast, uniforms: uniforms)
    general = formula.general.map { BoundProgram(_: $0, uniforms: uniforms) }
  }

  /// The formula at one point, or at one group of points.
  @inlinable
  public func callAsFunction(_ variables: [S]) -> FormulaResult<S> {
    var machine = Machine<S>()
    var outputs = [S](repeating: .zero, count: fast.program.outputCount)
    let isInside = machine.run(self, variables, to: &outputs)
    return FormulaResult(outputs, isInside: isInside)
  }
}
