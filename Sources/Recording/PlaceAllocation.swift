/// Finds places for the numbers and truth values of a list of instructions; registers are used again
/// as soon as what they held was needed for the last time.
struct PlaceAllocation {
  /// Registers of one kind.
  private struct Bank {
    private var free: [Int32] = []
    private(set) var count = 0

    mutating func take() -> Int32 {
      if let register = free.popLast() { return register }
      count += 1
      return Int32(count - 1)
    }

    mutating func release(_ register: Int32) { free.append(register) }
  }

  private let recorder: Recorder
  private let uniformPlaces: [Int32: Int]
  private let inputCount: Int
  private var instructions: [Instruction]
  private var literals: [Double] = []
  private var literalPlaces: [UInt64: Int32] = [:]
  private var numbers = Bank()
  private var truths = Bank()
  /// The register of each node that has one at present.
  private var registers: [Int32: Int32] = [:]
  /// Made-up nodes of literal truth values.
  private var nextTruth: Int32

  init(
    _ recorder: Recorder, _ uniformPlaces: [Int32: Int], inputCount: Int,
    _ instructions: [Instruction]
  ) {
    self.recorder = recorder
    self.uniformPlaces = uniformPlaces
    self.inputCount = inputCount
    self.instructions = instructions
    nextTruth = Int32(recorder.nodes.count)
  }

  /// Appends an instruction that gives a literal truth value.
  mutating func truth(_ value: Bool) -> Int32 {
    nextTruth += 1
    instructions.append(
      Instruction(
        operation: .truth, result: nextTruth, a: -1, b: -1, c: -1, literal: value ? 1 : 0))
    return nextTruth
  }

  mutating func program(
    _ outputs: [Int32], truths truthOutputs: [Int32], _ coefficients: [Double]
  ) -> Program {
    for step in instructions { step.numberOperands.forEach { noteLiteral($0) } }
    outputs.forEach { noteLiteral($0) }

    var lastUses: [Int32: Int] = [:]
    for (i, step) in instructions.enumerated() {
      for operand in step.numberOperands + step.truthOperands { lastUses[operand] = i }
    }
    for result in outputs + truthOutputs { lastUses[result] = .max }
    let steps = instructions.indices.map { place($0, lastUses) }
    return Program(
      inputCount: inputCount, uniformCount: uniformPlaces.count, literals: literals,
      coefficients: coefficients.isEmpty ? [0] : coefficients, instructions: steps,
      outputs: outputs.map { place(of: $0) }, truths: truthOutputs.map { registers[$0] ?? -1 },
      registerCount: numbers.count, truthRegisterCount: truths.count)
  }

  private mutating func noteLiteral(_ node: Int32) {
    guard Int(node) < recorder.nodes.count, recorder.isLiteral(node) else { return }
    let value = recorder.literal(node)
    if literalPlaces[value.bitPattern] == nil {
      literalPlaces[value.bitPattern] = Int32(uniformPlaces.count + literals.count)
      literals.append(value)
    }
  }

  /// The instruction with places instead of nodes.
  private mutating func place(_ i: Int, _ lastUses: [Int32: Int]) -> Instruction {
    let step = instructions[i]
    var placed = step
    if step.hasNumber(0) { placed.a = place(of: step.a) }
    if step.hasNumber(1) { placed.b = place(of: step.b) }
    if step.hasNumber(2) { placed.c = place(of: step.c) }
    if step.hasTruth(0) { placed.a = registers[step.a] ?? -1 }
    if step.hasTruth(1) { placed.b = registers[step.b] ?? -1 }
    for operand in Set(step.numberOperands) where lastUses[operand] == i {
      if let register = registers.removeValue(forKey: operand) { numbers.release(register) }
    }
    for operand in Set(step.truthOperands) where lastUses[operand] == i {
      if let register = registers.removeValue(forKey: operand) { truths.release(register) }
    }
    if step.operation.isTruth {
      registers[step.result] = truths.take()
      placed.result = registers[step.result] ?? -1
    } else {
      registers[step.result] = numbers.take()
      placed.result = place(of: step.result)
    }
    if step.operation == .sineAndCosine {
      registers[step.b] = numbers.take()
      placed.b = place(of: step.b)
    }
    return placed
  }

  private func place(of node: Int32) -> Int32 {
    if let uniform = uniformPlaces[node] { return Int32(uniform) }
    let constants = Int32(uniformPlaces.count + literals.count)
    if let register = registers[node] { return constants + Int32(inputCount) + register }
    let content = recorder.nodes[Int(node)]
    if content.operation == .literal { return literalPlaces[content.detail] ?? -1 }
    return constants + Int32(content.detail)
  }
}

extension Instruction {
  /// Whether operand `i` is a number.
  fileprivate func hasNumber(_ i: Int) -> Bool {
    if i > 0 && (operation == .sineAndCosine || operation == .polynomial) { return false }
    return operand(i) >= 0 && !operation.takesTruth(i)
  }

  /// Whether operand `i` is a truth value.
  fileprivate func hasTruth(_ i: Int) -> Bool { operand(i) >= 0 && operation.takesTruth(i) }

  private func operand(_ i: Int) -> Int32 { i == 0 ? a : i == 1 ? b : c }

  fileprivate var numberOperands: [Int32] { (0..<3).filter { hasNumber($0) }.map { operand($0) } }
  fileprivate var truthOperands: [Int32] { (0..<3).filter { hasTruth($0) }.map { operand($0) } }
}
