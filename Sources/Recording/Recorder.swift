/// A formula while it is being recorded: a graph in which each operation on the same operands exists
/// once.
///
/// It is used by one thread, the one that runs the formula.
final class Recorder: @unchecked Sendable {
  /// What is answered where a formula asks whether a condition on the variables holds for all.
  enum Assumption {
    /// That the condition holds for all, or for none: the usual case. It is noted as a guard.
    case usual
    /// That it holds for some and not for others: the formula must serve everywhere.
    case mixed
  }

  // One thread at a time, and no overlapping accesses to a property: not checked at each operation.
  @exclusivity(unchecked) private(set) var table = NodeTable()
  @exclusivity(unchecked) private(set) var polynomials = PolynomialTable()
  @exclusivity(unchecked) var assumption = Assumption.mixed
  /// The conjunction of all conditions that the usual case assumes; −1 if there are none. It is no
  /// term, since a term would retain the recorder that owns it.
  @exclusivity(unchecked) private var guardNode: Int32 = -1
  /// Conditions on parameters that the formula asked for, and what the answer was.
  private(set) var conditions: [(node: Int32, answer: Bool)] = []

  var guardTerm: RecordedTerm {
    guardNode < 0 ? RecordedTerm(true) : RecordedTerm(node: guardNode, in: self)
  }

  func parameter(_ i: Int, value: Double) -> RecordedTerm {
    add(Node(operation: .parameter, detail: UInt64(i)), rank: 1) { _, _, _ in value }
  }

  func variable(_ i: Int) -> RecordedTerm {
    add(Node(operation: .variable, detail: UInt64(i)), rank: 2) { _, _, _ in 0 }
  }

  func term(_ node: Int32) -> RecordedTerm {
    table.isLiteral(node) ? RecordedTerm(table.literal(node)) : RecordedTerm(node: node, in: self)
  }

  /// The node of a term: literals become nodes where they meet one.
  func node(of term: RecordedTerm) -> Int32 {
    guard let recorder = term.recorder else {
      return table.add(Node(operation: .literal, detail: term.literal.bitPattern), rank: 0) {
        _, _, _ in term.literal
      }
    }
    precondition(recorder === self, "numbers of two recordings meet in one operation")
    return term.node
  }

  /// The result of an operation, which has as many operands as are not nil.
  func note(
    _ operation: Operation, _ a: RecordedTerm, _ b: RecordedTerm?, _ c: RecordedTerm?
  ) -> RecordedTerm {
    var node = Node(operation: operation, a: self.node(of: a))
    if let b { node.b = self.node(of: b) }
    if let c { node.c = self.node(of: c) }
    var rank: UInt8 = 0
    node.forEachOperand { rank = max(rank, table.ranks[Int($0)]) }
    if rank == 2 && operation.takesTruth(0) {
      node.a = raised(node.a)
      if operation.takesTruth(1) && node.b >= 0 { node.b = raised(node.b) }
    }
    if operation.isCommutative && node.b < node.a { swap(&node.a, &node.b) }
    return add(node, rank: rank) { operation.value($0, $1, $2, [0]) }
  }

  /// The polynomial with these coefficients.
  func note(polynomial coefficients: [Double], of x: RecordedTerm) -> RecordedTerm {
    let node = Node(
      operation: .polynomial, a: self.node(of: x),
      detail: UInt64(polynomials.number(of: coefficients)))
    return add(node, rank: table.ranks[Int(node.a)]) {
      Operation.polynomial.value($0, $1, $2, coefficients)
    }
  }

  /// A truth value of rank 2 that equals `node`, which depends on parameters alone: the prologue
  /// gives it to the programs for points as the number 1 or 0.
  func raised(_ node: Int32) -> Int32 {
    if table.ranks[Int(node)] == 2 { return node }
    let number = RecordedTerm.select(term(node), RecordedTerm(1.0), RecordedTerm(0.0))
    let node = Node(operation: .isPositive, a: self.node(of: number))
    return table.add(node, rank: 2) { _, _, _ in 0 }
  }

  /// Whether a truth value holds for all points, or for any, as the formula is to be recorded.
  func answer(_ term: RecordedTerm, forAll: Bool) -> Bool {
    if table.ranks[Int(term.node)] < 2 {
      let answer = table.values[Int(term.node)] != 0
      if !conditions.contains(where: { $0.node == term.node }) {
        conditions.append((term.node, answer))
      }
      return answer
    }
    switch assumption {
    case .mixed: return !forAll
    case .usual:
      guardNode = (guardTerm .& (forAll ? term : .!term)).node
      return forAll
    }
  }

  /// - Parameter value: The value for those of the operands.
  private func add(
    _ node: Node, rank: UInt8, _ value: (Double, Double, Double) -> Double
  ) -> RecordedTerm {
    RecordedTerm(node: table.add(node, rank: rank, value), in: self)
  }
}
