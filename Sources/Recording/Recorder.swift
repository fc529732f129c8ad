/// A formula while it is being recorded: a graph in which each operation on the same operands exists
/// once.
///
/// Every node has a rank: 0 for literals, 1 for what depends on the parameters alone, 2 for what
/// depends on the variables. Nodes of rank 0 and 1 have values, those for the parameters at hand.
///
/// It is used by one thread, the one that runs the formula.
final class Recorder: @unchecked Sendable {
  /// A number or truth value: an operation on earlier nodes.
  struct Node: Hashable {
    let operation: Operation
    /// Operands; −1 where the operation has none.
    var a: Int32 = -1
    var b: Int32 = -1
    var c: Int32 = -1
    /// A literal's bits, the number of a parameter or a variable, or that of a polynomial.
    var detail: UInt64 = 0

    func hash(into hasher: inout Hasher) {
      hasher.combine(UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b)))
      hasher.combine(UInt64(UInt32(bitPattern: c)) << 32 | UInt64(operation.rawValue))
      hasher.combine(detail)
    }
  }

  /// What is answered where a formula asks whether a condition on the variables holds for all.
  enum Assumption {
    /// That the condition holds for all, or for none: the usual case. It is noted as a guard.
    case usual
    /// That it holds for some and not for others: the formula must serve everywhere.
    case mixed
  }

  private(set) var nodes: [Node] = []
  private(set) var ranks: [UInt8] = []
  /// Of nodes of rank 0 and 1; a truth value is 1 or 0.
  private(set) var values: [Double] = []
  private(set) var polynomials = PolynomialTable()
  private var numbers: [Node: Int32] = [:]
  var assumption = Assumption.mixed
  /// What the usual case rests on, all of it together.
  private(set) var guardTerm = RecordedTerm(true)
  /// Conditions on parameters that the formula asked for, and what the answer was.
  private(set) var conditions: [(node: Int32, answer: Bool)] = []

  func parameter(_ i: Int, value: Double) -> RecordedTerm {
    add(Node(operation: .parameter, detail: UInt64(i)), rank: 1, value: value)
  }

  func variable(_ i: Int) -> RecordedTerm {
    add(Node(operation: .variable, detail: UInt64(i)), rank: 2, value: 0)
  }

  func term(_ node: Int32) -> RecordedTerm {
    ranks[Int(node)] == 0
      ? RecordedTerm(values[Int(node)]) : RecordedTerm(node: node, in: self)
  }

  /// The node of a term: literals become nodes where they meet one.
  func node(of term: RecordedTerm) -> Int32 {
    guard let recorder = term.recorder else {
      return add(
        Node(operation: .literal, detail: term.literal.bitPattern), rank: 0, value: term.literal
      ).node
    }
    precondition(recorder === self, "numbers of two recordings meet in one operation")
    return term.node
  }

  func note(
    _ operation: Operation, _ operands: [RecordedTerm], _ coefficients: [Double]
  ) -> RecordedTerm {
    var operandNodes = operands.map(node(of:))
    let rank = operandNodes.reduce(0) { max($0, ranks[Int($1)]) }
    if rank == 2 {
      for i in operandNodes.indices where operation.takesTruth(i) {
        operandNodes[i] = raised(operandNodes[i])
      }
    }
    if operation.isCommutative && operandNodes[1] < operandNodes[0] { operandNodes.swapAt(0, 1) }
    var result = Node(operation: operation)
    if let a = operandNodes.first { result.a = a }
    if operandNodes.count > 1 { result.b = operandNodes[1] }
    if operandNodes.count > 2 { result.c = operandNodes[2] }
    if operation == .polynomial { result.detail = UInt64(polynomials.number(of: coefficients)) }
    if let known = numbers[result] { return RecordedTerm(node: known, in: self) }
    let value =
      rank < 2
      ? operation.value(
        operandNodes.map { values[Int($0)] }, PolynomialTable.table(of: coefficients))
      : 0
    return add(result, rank: rank, value: value)
  }

  /// A truth value of rank 2 that is the same as `node`: it crosses from the parameters' side to that
  /// of the variables as the number 1 or 0.
  func raised(_ node: Int32) -> Int32 {
    if ranks[Int(node)] == 2 { return node }
    let number = RecordedTerm.select(term(node), RecordedTerm(1), RecordedTerm(0))
    return add(Node(operation: .isPositive, a: self.node(of: number)), rank: 2, value: 0).node
  }

  /// Whether a truth value holds for all points, or for any, as the formula is to be recorded.
  func answer(_ term: RecordedTerm, forAll: Bool) -> Bool {
    if ranks[Int(term.node)] < 2 {
      let answer = values[Int(term.node)] != 0
      if !conditions.contains(where: { $0.node == term.node }) {
        conditions.append((term.node, answer))
      }
      return answer
    }
    switch assumption {
    case .mixed: return !forAll
    case .usual:
      guardTerm = guardTerm .& (forAll ? term : .!term)
      return forAll
    }
  }

  private func add(_ node: Node, rank: UInt8, value: Double) -> RecordedTerm {
    if let known = numbers[node] { return RecordedTerm(node: known, in: self) }
    let number = Int32(nodes.count)
    nodes.append(node)
    ranks.append(rank)
    values.append(value)
    numbers[node] = number
    return RecordedTerm(node: number, in: self)
  }
}
