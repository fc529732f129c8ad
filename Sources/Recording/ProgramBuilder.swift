/// Makes programs of a recording: leaves out what no result needs, puts products and sums together, and
/// finds places for all numbers.
struct ProgramBuilder {
  let recorder: Recorder
  /// The place among the constants of each node that is given and not calculated.
  private let uniformPlaces: [Int32: Int]
  let inputCount: Int

  /// - Parameter uniforms: Nodes that the program is given once for many runs.
  init(_ recorder: Recorder, inputs: Int, uniforms: [Int32] = []) {
    self.recorder = recorder
    inputCount = inputs
    uniformPlaces = Dictionary(
      uniqueKeysWithValues: uniforms.enumerated().map { ($1, $0) })
  }

  /// The numbers of rank 1 that results of rank 2 need: what the parameters' side must give.
  static func uniforms(of results: [RecordedTerm], in recorder: Recorder) -> [Int32] {
    let uses = useCounts(of: results, in: recorder) { recorder.ranks[$0] < 2 }
    return uses.indices.filter { uses[$0] > 0 && recorder.ranks[$0] == 1 }.map { Int32($0) }
  }

  /// How often each node is an operand or a result: 0 for what nobody needs.
  ///
  /// - Parameter isGiven: True for nodes whose operands are not needed.
  private static func useCounts(
    of results: [RecordedTerm], in recorder: Recorder, isGiven: (Int) -> Bool
  ) -> [Int32] {
    var uses = [Int32](repeating: 0, count: recorder.nodes.count)
    for result in results where !result.isLiteral { uses[Int(result.node)] += 1 }
    // Operands stand before the node that uses them.
    for i in uses.indices.reversed() where uses[i] > 0 && !isGiven(i) {
      let node = recorder.nodes[i]
      for operand in [node.a, node.b, node.c] where operand >= 0 { uses[Int(operand)] += 1 }
    }
    return uses
  }

  func program(_ outputs: [RecordedTerm], truths: [RecordedTerm]) -> Program {
    var uses = Self.useCounts(of: outputs + truths, in: recorder) {
      uniformPlaces[Int32($0)] != nil
    }
    var products = [Int32](repeating: -1, count: uses.count)
    for i in uses.indices where isCalculated(i, uses) {
      if let product = productToJoin(recorder.nodes[i], uses) {
        products[i] = product
        uses[Int(product)] = 0
      }
    }
    var selection = InstructionSelection(recorder)
    for i in uses.indices where isCalculated(i, uses) {
      selection.append(Int32(i), joining: products[i])
    }
    var allocation = PlaceAllocation(
      recorder, uniformPlaces, inputCount: inputCount, selection.instructions)
    let results = outputs.map { recorder.node(of: $0) }
    let truthResults = truths.map { $0.isLiteral ? allocation.truth($0.literal != 0) : $0.node }
    return allocation.program(results, truths: truthResults, selection.coefficients)
  }

  private func isCalculated(_ i: Int, _ uses: [Int32]) -> Bool {
    if uses[i] == 0 || uniformPlaces[Int32(i)] != nil { return false }
    switch recorder.nodes[i].operation {
    case .literal, .parameter, .variable: return false
    default: return true
    }
  }

  /// A product that is an operand of this sum or difference and of nothing else.
  private func productToJoin(_ node: Recorder.Node, _ uses: [Int32]) -> Int32? {
    guard node.operation == .add || node.operation == .subtract else { return nil }
    func isJoinable(_ operand: Int32, beside other: Int32) -> Bool {
      let product = recorder.nodes[Int(operand)]
      guard product.operation == .multiply, uses[Int(operand)] == 1,
        uniformPlaces[operand] == nil
      else { return false }
      // There is no form with two literals, and none for l·a − c.
      let isScaled = recorder.isLiteral(product.a) || recorder.isLiteral(product.b)
      return !isScaled
        || !recorder.isLiteral(other) && (node.operation == .add || operand == node.b)
    }
    if isJoinable(node.b, beside: node.a) { return node.b }
    if isJoinable(node.a, beside: node.b) { return node.a }
    return nil
  }
}

extension Recorder {
  func isLiteral(_ node: Int32) -> Bool { ranks[Int(node)] == 0 }
  func literal(_ node: Int32) -> Double { values[Int(node)] }
}
