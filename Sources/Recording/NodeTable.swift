/// A number or truth value of a recording: an operation on earlier nodes.
struct Node: Equatable {
  let operation: Operation
  /// Operands; −1 where the operation has none.
  var a: Int32 = -1
  var b: Int32 = -1
  var c: Int32 = -1
  /// A literal's bits, the number of a parameter or a variable, or that of a polynomial.
  var detail: UInt64 = 0

  /// Splits nodes over a table; products with odd numbers, the high bits folded in.
  fileprivate var hash: Int {
    let operands = UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
    let rest = UInt64(UInt32(bitPattern: c)) << 8 | UInt64(operation.rawValue)
    var h = (operands ^ 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
    h = (h ^ (h >> 29) ^ rest) &* 0x94d0_49bb_1331_11eb
    h = (h ^ (h >> 32) ^ detail) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: h ^ (h >> 31))
  }

  @inline(__always)
  func forEachOperand(_ body: (Int32) -> Void) {
    if a >= 0 { body(a) }
    if b >= 0 { body(b) }
    if c >= 0 { body(c) }
  }
}

/// The nodes of a recording, in the order in which they were noted, each once.
struct NodeTable {
  private(set) var nodes: [Node] = []
  /// 0 for literals, 1 for what depends on the parameters alone, 2 for what depends on the variables.
  private(set) var ranks: [UInt8] = []
  /// Of nodes of rank 0 and 1, for the parameters at hand; a truth value is 1 or 0.
  private(set) var values: [Double] = []
  /// Numbers of nodes at their hashes, or behind where that place was taken; −1 where none is.
  private var slots = [Int32](repeating: -1, count: 64)

  var count: Int { nodes.count }

  func isLiteral(_ node: Int32) -> Bool { ranks[Int(node)] == 0 }
  func literal(_ node: Int32) -> Double { values[Int(node)] }

  func find(_ node: Node) -> Int32? {
    let number = slots[slot(of: node)]
    return number < 0 ? nil : number
  }

  mutating func add(_ node: Node, rank: UInt8, value: Double) -> Int32 {
    if let known = find(node) { return known }
    if 2 * nodes.count >= slots.count { enlarge() }
    let number = Int32(nodes.count)
    slots[slot(of: node)] = number
    nodes.append(node)
    ranks.append(rank)
    values.append(value)
    return number
  }

  private func slot(of node: Node) -> Int {
    let mask = slots.count - 1
    var slot = node.hash & mask
    while slots[slot] >= 0 && nodes[Int(slots[slot])] != node { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func enlarge() {
    slots = [Int32](repeating: -1, count: 4 * slots.count)
    for (i, node) in nodes.enumerated() { slots[slot(of: node)] = Int32(i) }
  }
}
