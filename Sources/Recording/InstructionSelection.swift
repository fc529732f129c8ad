/// Finds the instruction for each node; operands and results are still nodes.
struct InstructionSelection {
  private let recorder: Recorder
  private(set) var instructions: [Instruction] = []
  private(set) var coefficients: [Double] = []
  /// Where a polynomial's coefficients begin, by its number.
  private var tables: [Int: Int32] = [:]
  /// The instructions for the sine or the cosine of a node, while the other one is not known.
  private var functionsOfAngle: [Int32: Int] = [:]

  init(_ recorder: Recorder) { self.recorder = recorder }

  /// - Parameter product: An operand of the node that is calculated together with it, or −1.
  mutating func append(_ node: Int32, joining product: Int32) {
    let content = recorder.nodes[Int(node)]
    var step = Instruction(
      operation: content.operation, result: node, a: content.a, b: content.b, c: content.c,
      literal: 0)
    switch content.operation {
    case .add where product >= 0: joinSum(&step, product)
    case .subtract where product >= 0: joinDifference(&step, product)
    case .add: takeLiteral(&step, either: .addLiteral)
    case .multiply: takeLiteral(&step, either: .scale)
    case .subtract where recorder.isLiteral(step.a):
      step = step.with(.subtractFromLiteral, step.b, literal: recorder.literal(step.a))
    case .divide where recorder.isLiteral(step.a):
      step = step.with(.divideLiteral, step.b, literal: recorder.literal(step.a))
    case .divide where recorder.isLiteral(step.b):
      step = step.with(.divideByLiteral, step.a, literal: recorder.literal(step.b))
    case .sine, .cosine:
      if joinFunctionsOfAngle(step) { return }
    case .polynomial:
      let number = Int(content.detail)
      step.b = table(of: number)
      step.c = Int32(recorder.polynomials.coefficients[number].count)
    default: break
    }
    instructions.append(step)
  }

  /// Of a commutative operation, an operand that is a literal becomes the instruction's own.
  private func takeLiteral(_ step: inout Instruction, either operation: Operation) {
    if recorder.isLiteral(step.a) {
      step = step.with(operation, step.b, literal: recorder.literal(step.a))
    } else if recorder.isLiteral(step.b) {
      step = step.with(operation, step.a, literal: recorder.literal(step.b))
    }
  }

  private func joinSum(_ step: inout Instruction, _ product: Int32) {
    let other = step.a == product ? step.b : step.a
    let (a, b) = (recorder.nodes[Int(product)].a, recorder.nodes[Int(product)].b)
    if recorder.isLiteral(other) {
      step = step.with(.multiplyAddLiteral, a, b, literal: recorder.literal(other))
    } else if recorder.isLiteral(a) {
      step = step.with(.scaleAdd, b, -1, other, literal: recorder.literal(a))
    } else if recorder.isLiteral(b) {
      step = step.with(.scaleAdd, a, -1, other, literal: recorder.literal(b))
    } else {
      step = step.with(.multiplyAdd, a, b, other)
    }
  }

  private func joinDifference(_ step: inout Instruction, _ product: Int32) {
    let (a, b) = (recorder.nodes[Int(product)].a, recorder.nodes[Int(product)].b)
    guard step.b == product else {
      step = step.with(.multiplySubtract, a, b, step.b)
      return
    }
    if recorder.isLiteral(step.a) {
      step = step.with(.subtractProductFromLiteral, a, b, literal: recorder.literal(step.a))
    } else if recorder.isLiteral(a) {
      step = step.with(.scaleAdd, b, -1, step.a, literal: -recorder.literal(a))
    } else if recorder.isLiteral(b) {
      step = step.with(.scaleAdd, a, -1, step.a, literal: -recorder.literal(b))
    } else {
      step = step.with(.subtractProduct, a, b, step.a)
    }
  }

  /// - Returns: True if the other function of the same angle took this one along.
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

  private mutating func table(of number: Int) -> Int32 {
    if let known = tables[number] { return known }
    let start = Int32(coefficients.count)
    PolynomialCoefficients.append(
      recorder.polynomials.coefficients[number], to: &coefficients)
    tables[number] = start
    return start
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
