/// Makes programs of a recording: leaves out what no result needs, puts products and sums together, and
/// finds places for all numbers.
struct ProgramBuilder {
  private let recorder: Recorder
  private let inputCount: Int
  private let uniforms: [Int32]

  /// - Parameter uniforms: Nodes that the program is given once for many runs.
  init(_ recorder: Recorder, inputs: Int, uniforms: [Int32] = []) {
    self.recorder = recorder
    inputCount = inputs
    self.uniforms = uniforms
  }

  /// The numbers of rank 1 that results of rank 2 need: the outputs of the prologue.
  static func uniforms(of results: [RecordedTerm], in recorder: Recorder) -> [Int32] {
    let table = recorder.table
    let uses = useCounts(of: results, in: table) { table.ranks[$0] < 2 }
    return uses.indices.filter { uses[$0] > 0 && table.ranks[$0] == 1 }.map { Int32($0) }
  }

  /// How often each node is an operand or a result; 0 if it is not needed.
  ///
  /// - Parameter isGiven: True for nodes whose operands are not needed.
  private static func useCounts(
    of results: [RecordedTerm], in table: NodeTable, isGiven: (Int) -> Bool
  ) -> [Int32] {
    var uses = [Int32](repeating: 0, count: table.count)
    for result in results where !result.isLiteral { uses[Int(result.node)] += 1 }
    // Operands stand before the node that uses them.
    for i in uses.indices.reversed() where uses[i] > 0 && !isGiven(i) {
      table.nodes[i].forEachOperand { uses[Int($0)] += 1 }
    }
    return uses
  }

  func program(_ outputs: [RecordedTerm], truths: [RecordedTerm]) -> Program {
    let results = outputs.map { recorder.node(of: $0) }
    let table = recorder.table
    var isUniform = [Bool](repeating: false, count: table.count)
    for uniform in uniforms { isUniform[Int(uniform)] = true }
    var uses = Self.useCounts(of: outputs + truths, in: table) { isUniform[$0] }

    var selection = InstructionSelection(table, recorder.polynomials)
    let steps = uses.indices.filter {
      uses[$0] > 0 && !isUniform[$0] && table.nodes[$0].isCalculated
    }
    var products = [Int32](repeating: -1, count: steps.count)
    for (k, i) in steps.enumerated() {
      if let product = productToJoin(table.nodes[i], table, uses, isUniform) {
        products[k] = product
        uses[Int(product)] = 0
      }
    }
    for (k, i) in steps.enumerated() where uses[i] > 0 {
      selection.append(Int32(i), joining: products[k])
    }
    var allocation = PlaceAllocation(
      table, uniforms, inputCount: inputCount, selection.instructions)
    return allocation.program(results, truths: truths, selection.coefficients)
  }

  /// A product that is an operand of this sum or difference and of nothing else.
  private func productToJoin(
    _ node: Node, _ table: NodeTable, _ uses: [Int32], _ isUniform: [Bool]
  ) -> Int32? {
    guard node.operation == .add || node.operation == .subtract else { return nil }
    func isJoinable(_ operand: Int32, beside other: Int32) -> Bool {
      let product = table.nodes[Int(operand)]
      guard product.operation == .multiply, uses[Int(operand)] == 1, !isUniform[Int(operand)]
      else { return false }
      // There is no form with two literals, and none for l·a − c.
      let isScaled = table.isLiteral(product.a) || table.isLiteral(product.b)
      return !isScaled
        || !table.isLiteral(other) && (node.operation == .add || operand == node.b)
    }
    if isJoinable(node.b, beside: node.a) { return node.b }
    if isJoinable(node.a, beside: node.b) { return node.a }
    return nil
  }
}

extension Node {
  /// Whether it takes an instruction.
  fileprivate var isCalculated: Bool {
    switch operation {
    case .literal, .parameter, .variable: false
    default: true
    }
  }
}
