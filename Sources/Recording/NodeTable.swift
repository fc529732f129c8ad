/// A number or truth value of a recording: an operation on earlier nodes.
struct Node: Equatable {
  let operation: Operation
  /// Operands; −1 where the operation has none.
  var a: Int32 = -1
  var b: Int32 = -1
  var c: Int32 = -1
  /// A literal's bits, the number of a parameter or a variable, or that of a polynomial.
  var detail: UInt64 = 0

  /// Products with odd numbers, the high bits folded in.
  fileprivate var hash: UInt64 {
    let operands = UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
    let rest = UInt64(UInt32(bitPattern: c)) << 8 | UInt64(operation.rawValue)
    var h = (operands ^ 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
    h = (h ^ (h >> 29) ^ rest) &* 0x94d0_49bb_1331_11eb
    h = (h ^ (h >> 32) ^ detail) &* 0x9e37_79b9_7f4a_7c15
    return h ^ (h >> 31)
  }

  @inline(__always)
  func forEachOperand(_ body: (Int32) -> Void) {
    if a >= 0 { body(a) }
    if b >= 0 { body(b) }
    if c >= 0 { body(c) }
  }
}

/// The nodes of a recording, in the order in which they were recorded, each once.
struct NodeTable {
  private(set) var nodes: [Node] = []
  /// 0 for literals, 1 for what depends on the parameters alone, 2 for what depends on the variables.
  private(set) var ranks: [UInt8] = []
  /// The values of nodes of rank 0 and 1 for the parameters of the recording; a truth value is 1 or
  /// 0.
  private(set) var values: [Double] = []
  /// A hash table with linear probing: the number of a node, with its hash in the upper half; all
  /// ones in an empty slot.
  private var slots = [UInt64](repeating: .max, count: 64)

  var count: Int { nodes.count }

  func isLiteral(_ node: Int32) -> Bool { ranks[Int(node)] == 0 }
  func literal(_ node: Int32) -> Double { values[Int(node)] }

  /// The number of a node, which is added unless it is there.
  ///
  /// - Parameter value: Of the node, from those of its operands; called where it is new and of rank 0 or 1.
  mutating func add(
    _ node: Node, rank: UInt8, _ value: (Double, Double, Double) -> Double
  ) -> Int32 {
    let hash = node.hash
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != .max {
      let number = Int(UInt32(truncatingIfNeeded: slots[slot]))
      if slots[slot] >> 32 == hash >> 32 && nodes[number] == node { return Int32(number) }
      slot = (slot + 1) & mask
    }
    let number = Int32(nodes.count)
    slots[slot] = (hash >> 32) << 32 | UInt64(number)
    func operand(_ i: Int32) -> Double { i < 0 ? 0 : values[Int(i)] }
    values.append(rank == 2 ? 0 : value(operand(node.a), operand(node.b), operand(node.c)))
    nodes.append(node)
    ranks.append(rank)
    if 2 * nodes.count >= slots.count { enlarge() }
    return number
  }

  private mutating func enlarge() {
    let mask = 4 * slots.count - 1
    slots = [UInt64](repeating: .max, count: mask + 1)
    for (i, node) in nodes.enumerated() {
      let hash = node.hash
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != .max { slot = (slot + 1) & mask }
      slots[slot] = (hash >> 32) << 32 | UInt64(i)
    }
  }
}
