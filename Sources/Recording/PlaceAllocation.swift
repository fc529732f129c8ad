/// Finds places for the numbers and truth values of a list of instructions; registers are used again
/// as soon as what they held was needed for the last time.
struct PlaceAllocation {
  /// Registers of one kind.
  private struct Bank {
    private var free: [Int32] = []
    private(set) var count: Int32 = 0

    mutating func take() -> Int32 {
      if let register = free.popLast() { return register }
      count += 1
      return count - 1
    }

    mutating func release(_ register: Int32) { free.append(register) }
  }

  private let table: NodeTable
  private let uniformCount: Int
  private let inputCount: Int
  private var instructions: [Instruction]
  private var literals: [Double] = []
  private var numbers = Bank()
  private var truths = Bank()
  /// The place of each node's number among the constants, or the register that it has at present; −1 if
  /// none.
  private var constants: [Int32]
  private var registers: [Int32]
  /// The instruction that needs each node last.
  private var lastUses: [Int]

  init(
    _ table: NodeTable, _ uniforms: [Int32], inputCount: Int, _ instructions: [Instruction]
  ) {
    self.table = table
    uniformCount = uniforms.count
    self.inputCount = inputCount
    self.instructions = instructions
    constants = [Int32](repeating: -1, count: table.count)
    registers = constants
    lastUses = [Int](repeating: -1, count: table.count)
    for (place, uniform) in uniforms.enumerated() { constants[Int(uniform)] = Int32(place) }
  }

  mutating func program(
    _ outputs: [Int32], truths truthOutputs: [RecordedTerm], _ coefficients: [Double]
  ) -> Program {
    for (i, step) in instructions.enumerated() {
      step.forEachOperand { operand, isTruth in
        if !isTruth { noteLiteral(operand) }
        lastUses[Int(operand)] = i
      }
    }
    outputs.forEach { noteLiteral($0) }
    for result in outputs { lastUses[Int(result)] = .max }
    for result in truthOutputs where !result.isLiteral { lastUses[Int(result.node)] = .max }
    for i in instructions.indices { place(i) }
    return Program(
      inputCount: inputCount, uniformCount: uniformCount, literals: literals,
      coefficients: coefficients.isEmpty ? [0] : coefficients, instructions: instructions,
      outputs: outputs.map { place(of: $0) },
      truths: truthOutputs.map {
        $0.isLiteral ? ($0.isLiteral(0) ? -2 : -1) : registers[Int($0.node)]
      },
      registerCount: Int(numbers.count), truthRegisterCount: Int(truths.count))
  }

  private mutating func noteLiteral(_ node: Int32) {
    if table.isLiteral(node) && constants[Int(node)] < 0 {
      constants[Int(node)] = Int32(uniformCount + literals.count)
      literals.append(table.literal(node))
    }
  }

  /// Puts places into an instruction instead of nodes.
  private mutating func place(_ i: Int) {
    let step = instructions[i]
    if step.hasOperand(0) { instructions[i].a = place(of: step.a, step.operation.takesTruth(0)) }
    if step.hasOperand(1) { instructions[i].b = place(of: step.b, step.operation.takesTruth(1)) }
    if step.hasOperand(2) { instructions[i].c = place(of: step.c, step.operation.takesTruth(2)) }
    // The result may take the place of an operand: an instruction reads all operands before it
    // writes.
    step.forEachOperand { operand, isTruth in
      let register = registers[Int(operand)]
      guard lastUses[Int(operand)] == i, register >= 0 else { return }
      registers[Int(operand)] = -1
      if isTruth { truths.release(register) } else { numbers.release(register) }
    }
    if step.operation.isTruth {
      registers[Int(step.result)] = truths.take()
      instructions[i].result = registers[Int(step.result)]
      return
    }
    registers[Int(step.result)] = numbers.take()
    instructions[i].result = place(of: step.result)
    if step.operation == .sineAndCosine {
      registers[Int(step.b)] = numbers.take()
      instructions[i].b = place(of: step.b)
    }
  }

  private func place(of node: Int32, _ isTruth: Bool = false) -> Int32 {
    if isTruth { return registers[Int(node)] }
    if constants[Int(node)] >= 0 { return constants[Int(node)] }
    let inputs = Int32(uniformCount + literals.count)
    let register = registers[Int(node)]
    return register >= 0
      ? inputs + Int32(inputCount) + register : inputs + Int32(table.nodes[Int(node)].detail)
  }
}

extension Instruction {
  fileprivate func hasOperand(_ i: Int) -> Bool {
    if i > 0 && (operation == .sineAndCosine || operation == .polynomial) { return false }
    return (i == 0 ? a : i == 1 ? b : c) >= 0
  }

  @inline(__always)
  fileprivate func forEachOperand(_ body: (_ node: Int32, _ isTruth: Bool) -> Void) {
    if hasOperand(0) { body(a, operation.takesTruth(0)) }
    if hasOperand(1) { body(b, operation.takesTruth(1)) }
    if hasOperand(2) { body(c, operation.takesTruth(2)) }
  }
}
