import AutoDiff

/// One step of a program: `result = operation(a, b, c, literal)`.
@usableFromInline
struct Instruction: Sendable {
  @usableFromInline var operation: Operation
  /// Where the result goes: a place for numbers, or one for truth values.
  @usableFromInline var result: Int32
  /// Operands; a place that the operation does not have is −1. Of ``Operation/sineAndCosine``, b is
  /// the place of the cosine; of ``Operation/polynomial``, b is where its coefficients begin and c how
  /// many there are.
  @usableFromInline var a, b, c: Int32
  @usableFromInline var literal: Double
}

/// A formula as a list of instructions: it takes numbers and gives numbers and truth values, for any
/// number type that can be interpreted.
///
/// Numbers have places: first constants (numbers that are given once for many runs, then literals),
/// then inputs, then registers, each of which holds several numbers in turn. Truth values have
/// registers of their own. Inputs are never overwritten.
public struct Program: Sendable {
  /// How many numbers it is given for each run.
  public let inputCount: Int
  /// How many numbers it is given once, for all runs.
  public let uniformCount: Int
  /// Literals that are operands of instructions which have no form of their own for them.
  @usableFromInline let literals: [Double]
  /// Coefficients of polynomials and of all their derivatives, see ``PolynomialCoefficients``; never
  /// empty.
  @usableFromInline let coefficients: [Double]
  @usableFromInline let instructions: [Instruction]
  /// The places of the results.
  @usableFromInline let outputs: [Int32]
  /// The places of the truth values among the results; −1 for what is always true, −2 for what never is.
  @usableFromInline let truths: [Int32]
  /// Registers for numbers.
  public let registerCount: Int
  /// Registers for truth values.
  public let truthRegisterCount: Int

  /// How many numbers it gives.
  public var outputCount: Int { outputs.count }
  /// How many truth values it gives.
  public var truthCount: Int { truths.count }
  /// How many instructions it has.
  public var instructionCount: Int { instructions.count }

  /// Constants: what is given once, and literals.
  @usableFromInline var constantCount: Int { uniformCount + literals.count }
  /// All places for numbers.
  @usableFromInline var placeCount: Int { constantCount + inputCount + registerCount }
}

/// A program together with its constants in a number type, ready to be run many times.
public struct BoundProgram<S: RealScalar>: Sendable {
  /// The instructions.
  public let program: Program
  @usableFromInline let constants: [S]

  /// Converts the constants of `program`.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - uniforms: The numbers that are the same for all runs, ``Program/uniformCount`` of them.
  @inlinable
  public init(_ program: Program, uniforms: [S.Constant] = []) {
    precondition(uniforms.count == program.uniformCount, "a program needs all its constants")
    self.program = program
    constants = uniforms.map { S($0) } + program.literals.map { S($0) }
  }
}
