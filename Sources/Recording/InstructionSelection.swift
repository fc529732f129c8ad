import AutoDiff

/// Finds the instruction for each node; operands and results are still nodes.
struct InstructionSelection {
  private let table: NodeTable
  private let polynomials: PolynomialTable
  private(set) var instructions: [Instruction] = []
  private(set) var coefficients: [Double] = []
  /// Where each polynomial's coefficients begin; −1 while they are not there.
  private var starts: [Int32]
  /// The instructions for the sine or the cosine of a node, while the other one is not known.
  private var functionsOfAngle: [Int32: Int] = [:]

  init(_ table: NodeTable, _ polynomials: PolynomialTable) {
    self.table = table
    self.polynomials = polynomials
    starts = [Int32](repeating: -1, count: polynomials.coefficients.count)
  }

  /// - Parameter product: An operand of the node that is calculated together with it, or −1.
  mutating func append(_ node: Int32, joining product: Int32) {
    let content = table.nodes[Int(node)]
    var step = Instruction(
      operation: content.operation, result: node, a: content.a, b: content.b, c: content.c,
      literal: 0)
    switch content.operation {
    case .add where product >= 0: joinSum(&step, product)
    case .subtract where product >= 0: joinDifference(&step, product)
    case .add: takeLiteral(&step, either: .addLiteral)
    case .multiply: takeLiteral(&step, either: .scale)
    case .subtract where table.isLiteral(step.a):
      step = step.with(.subtractFromLiteral, step.b, literal: table.literal(step.a))
    case .divide where table.isLiteral(step.a):
      step = step.with(.divideLiteral, step.b, literal: table.literal(step.a))
    case .divide where table.isLiteral(step.b):
      step = step.with(.divideByLiteral, step.a, literal: table.literal(step.b))
    case .sine, .cosine:
      if joinFunctionsOfAngle(step) { return }
    case .polynomial:
      let number = Int(content.detail)
      step.b = start(of: number)
      step.c = Int32(polynomials.coefficients[number].count)
    default: break
    }
    instructions.append(step)
  }

  /// Of a commutative operation, an operand that is a literal becomes the instruction's own.
  private func takeLiteral(_ step: inout Instruction, either operation: Operation) {
    if table.isLiteral(step.a) {
      step = step.with(operation, step.b, literal: table.literal(step.a))
    } else if table.isLiteral(step.b) {
      step = step.with(operation, step.a, literal: table.literal(step.b))
    }
  }

  private func joinSum(_ step: inout Instruction, _ product: Int32) {
    let other = step.a == product ? step.b : step.a
    let (a, b) = (table.nodes[Int(product)].a, table.nodes[Int(product)].b)
    if table.isLiteral(other) {
      step = step.with(.multiplyAddLiteral, a, b, literal: table.literal(other))
    } else if table.isLiteral(a) {
      step = step.with(.scaleAdd, b, -1, other, literal: table.literal(a))
    } else if table.isLiteral(b) {
      step = step.with(.scaleAdd, a, -1, other, literal: table.literal(b))
    } else {
      step = step.with(.multiplyAdd, a, b, other)
    }
  }

  private func joinDifference(_ step: inout Instruction, _ product: Int32) {
    let (a, b) = (table.nodes[Int(product)].a, table.nodes[Int(product)].b)
    guard step.b == product else {
      step = step.with(.multiplySubtract, a, b, step.b)
      return
    }
    if table.isLiteral(step.a) {
      step = step.with(.subtractProductFromLiteral, a, b, literal: table.literal(step.a))
    } else if table.isLiteral(a) {
      step = step.with(.scaleAdd, b, -1, step.a, literal: -table.literal(a))
    } else if table.isLiteral(b) {
      step = step.with(.scaleAdd, a, -1, step.a, literal: -table.literal(b))
    } else {
      step = step.with(.subtractProduct, a, b, step.a)
    }
  }

  /// - Returns: True if an instruction that is there already now computes both functions of the
  ///   angle.
  private mutating func joinFunctionsOfAngle(_ step: Instruction) -> Bool {
    guard let earlier = functionsOfAngle[step.a] else {
      functionsOfAngle[step.a] = instructions.count
      return false
    }
    let other = instructions[earlier]
    let (sine, cosine) =
      step.operation == .sine ? (step.result, other.result) : (other.result, step.result)
    instructions[earlier] = Instruction(
      operation: .sineAndCosine, result: sine, a: step.a, b: cosine, c: -1, literal: 0)
    return true
  }

  private mutating func start(of number: Int) -> Int32 {
    if starts[number] < 0 {
      starts[number] = Int32(coefficients.count)
      PolynomialCoefficients.append(polynomials.coefficients[number], to: &coefficients)
    }
    return starts[number]
  }
}

extension Instruction {
  /// The same result by another operation.
  fileprivate func with(
    _ operation: Operation, _ a: Int32, _ b: Int32 = -1, _ c: Int32 = -1, literal: Double = 0
  ) -> Self {
    Self(operation: operation, result: result, a: a, b: b, c: c, literal: literal)
  }
}
