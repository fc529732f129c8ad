import AutoDiff

/// The value and the derivatives of a recorded formula, recorded as a formula of their own.
///
/// Its variables are the results of the ``prologue`` and, unless derivatives are taken at the
/// origin, the coordinates of the point. While it is recorded, coordinates that are zero and
/// directions that are unit vectors are literals, so that only what the derivatives need is left: a
/// matrix about the origin is often shorter than the formula itself. Run with numbers that carry
/// tangents, it gives one more order of derivatives.
public final class FormulaDerivatives: Sendable {
  /// Where derivatives are taken.
  public enum Place: Sendable {
    /// Where all variables are zero.
    case origin
    /// At a point that is given for each evaluation.
    case point
  }

  /// Computes the first variables of ``formula`` from the parameters. They do not depend on the
  /// point.
  public let prologue: Program
  /// Outputs: the values, then ∂/∂zᵢ of all outputs for each variable i, then ∂²/∂zᵢ∂zⱼ of all outputs
  /// for each pair i ≤ j in the order (0, 0), (0, 1) … (1, 1) …
  ///
  /// It is valid for the same parameters as the formula that it was made of; see
  /// ``RecordedFormula/holds(for:)``.
  public let formula: RecordedFormula
  /// Where derivatives are taken.
  public let place: Place
  /// Outputs of the formula that is differentiated.
  public let outputCount: Int
  /// Variables of the formula that is differentiated.
  public let variableCount: Int
  /// 1, or 2 with second derivatives.
  public let order: Int

  /// Records the derivatives of `formula` with respect to its variables.
  ///
  /// - Precondition: The formula has variables; `order` is 1 or 2.
  public init(of formula: RecordedFormula, about place: Place, order: Int = 1) {
    precondition(formula.variableCount > 0, "derivatives need a variable")
    precondition(order == 1 || order == 2, "there are first and second derivatives")
    self.place = place
    self.order = order
    outputCount = formula.outputCount
    variableCount = formula.variableCount
    prologue = formula.prologue
    let (given, variables) = (prologue.outputCount, formula.variableCount)
    self.formula = RecordedFormula(
      parameters: [], variables: given + (place == .point ? variables : 0)
    ) { _, inputs in
      let uniforms = Array(inputs[..<given])
      let point =
        place == .point ? Array(inputs[given...]) : [Recorded](repeating: .zero, count: variables)
      return order == 1
        ? Self.first(formula, uniforms, point) : Self.second(formula, uniforms, point)
    }
  }

  /// The index of the value of an output among the outputs of ``formula``.
  public func index(of output: Int) -> Int { output }

  /// The index of the derivative of an output with respect to variable `i`.
  public func index(of output: Int, to i: Int) -> Int { (1 + i) * outputCount + output }

  /// The index of the second derivative of an output with respect to variables `i` and `j`.
  public func index(of output: Int, to i: Int, _ j: Int) -> Int {
    let (i, j) = (min(i, j), max(i, j))
    let pair = i * variableCount - i * (i + 1) / 2 + j
    return (1 + variableCount + pair) * outputCount + output
  }

  /// The derivatives at one point.
  ///
  /// - Parameters:
  ///   - parameters: The values of the parameters.
  ///   - point: ``variableCount`` numbers; none about the origin.
  @inlinable
  public func callAsFunction<S: RealScalar>(
    parameters: [S], point: [S] = []
  ) -> FormulaResult<S> {
    var machine = Machine<S>()
    return formula(parameters: [], variables: numbers(parameters, point, &machine))
  }

  /// The outputs alone, in less time.
  ///
  /// - Parameters:
  ///   - parameters: The values of the parameters.
  ///   - point: As in ``callAsFunction(parameters:point:)``.
  @inlinable
  public func derivatives<S: RealScalar>(parameters: [S], point: [S] = []) -> [S] {
    var machine = Machine<S>()
    let numbers = numbers(parameters, point, &machine)
    return [S](unsafeUninitializedCapacity: formula.outputCount) { outputs, count in
      count = formula.outputCount
      guard let outputs = outputs.baseAddress else { return }
      outputs.initialize(repeating: .zero, count: count)
      machine.run(formula.fast, numbers, to: outputs)
      if let general = formula.general, !machine.truth(1, of: formula.fast).all {
        machine.run(general, numbers, to: outputs)
      }
    }
  }

  /// The variables of ``formula``.
  @inlinable
  func numbers<S: RealScalar>(
    _ parameters: [S], _ point: [S], _ machine: inout Machine<S>
  ) -> [S] {
    precondition(
      parameters.count == prologue.inputCount
        && prologue.outputCount + point.count == formula.variableCount,
      "derivatives need all parameters and, unless about the origin, a point")
    var numbers = [S](repeating: .zero, count: formula.variableCount)
    machine.run(prologue, parameters, to: &numbers)
    for (i, number) in point.enumerated() { numbers[prologue.outputCount + i] = number }
    return numbers
  }

  private static func first(
    _ formula: RecordedFormula, _ uniforms: [Recorded], _ point: [Recorded]
  ) -> FormulaResult<Recorded> {
    let bound = BoundFormula<Tangent<Recorded>>(formula, uniforms: uniforms.map { Tangent($0) })
    let columns = point.indices.map { i in
      unspecialized(
        bound,
        point.indices.map {
          Tangent<Recorded>(point[$0], tangent: Recorded($0 == i ? 1.0 : 0.0))
        })
    }
    return FormulaResult(
      columns[0].outputs.map(\.value) + columns.flatMap { $0.outputs.map(\.tangent) },
      isInside: columns[0].isInside)
  }

  private static func second(
    _ formula: RecordedFormula, _ uniforms: [Recorded], _ point: [Recorded]
  ) -> FormulaResult<Recorded> {
    typealias Moved = Tangent<Tangent<Recorded>>
    var result = first(formula, uniforms, point)
    let bound = BoundFormula<Moved>(
      formula, uniforms: uniforms.map { Moved(Tangent<Recorded>($0)) })
    for i in point.indices {
      for j in i..<point.count {
        let moved = point.indices.map { q in
          Moved(
            Tangent<Recorded>(point[q], tangent: Recorded(q == i ? 1.0 : 0.0)),
            tangent: Tangent<Recorded>(Recorded(q == j ? 1.0 : 0.0)))
        }
        result.outputs += unspecialized(bound, moved).outputs.map(\.tangent.tangent)
      }
    }
    return result
  }

  /// Recording happens once for many runs: machine code for these numbers would take longer to
  /// compile than it ever saves.
  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private static func unspecialized<S: RealScalar>(
    _ formula: BoundFormula<S>, _ variables: [S]
  ) -> FormulaResult<S> { formula(variables) }
}
