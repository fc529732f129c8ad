import Communication

/// How the particles on a mesh are shared out over processes: each has those in some consecutive layers of cells,
/// about as many as the others.
///
/// A layer is a plane of constant z; on a flat mesh it is a row of constant y. Charges are deposited in slabs of
/// layers: first in those of even number, which have no node in common, so that threads deposit in several at once;
/// then in those of odd number. So contributions are added at each node in one order: those of an even slab, layer
/// by layer, and then those of an odd one.
///
/// Where processes have layers with common nodes, they keep this order. A process whose layers lie in the middle of a
/// slab begins there with what the process before it has deposited; between even and odd slabs, nodes go to the
/// process that continues.
struct SlabCut: Sendable {
  /// The number of layers of a slab: a particle of the widest shape uses nodes from two layers below its cell to
  /// three above.
  static let thickness = 6

  /// The layers of cells of each process, by rank.
  let layers: [Range<Int>]
  /// What processes pass on to each other during a deposit.
  let passes: [Pass]
  /// The greatest number of processes that share a slab of even number, and of odd number.
  let turns: [Int]
  /// The process with the whole charge of each layer of nodes after the deposit.
  private let owners: [Int]
  /// The number of layers of cells; that of nodes is greater by 1.
  private let count: Int

  /// When layers of nodes are passed on: after a turn of the even slabs (parity 0) or of the odd ones; after the last
  /// turn of the even slabs those go on whose next contribution comes from an odd slab.
  struct Step: Hashable, Sendable {
    var parity: Int
    var turn: Int
  }

  /// Layers of nodes that one process passes on to another.
  struct Pass: Sendable {
    let step: Step
    let from: Int
    let to: Int
    private(set) var layers: [Int]

    fileprivate mutating func add(_ layer: Int) { layers.append(layer) }
  }

  /// All layers in one process.
  init(_ size: MeshSize) {
    count = Self.layerCount(size)
    layers = [0..<count]
    passes = []
    turns = [1, 1]
    owners = [Int](repeating: 0, count: count + 1)
  }

  /// Cuts where the numbers of particles come nearest to equal parts.
  ///
  /// - Parameter particles: The number of particles in each layer.
  init(_ size: MeshSize, particles: [Int], processes: Int) {
    let count = Self.layerCount(size)
    // The number of particles before each layer.
    var before = [0]
    for layer in 0..<count { before.append(before[layer] + particles[layer]) }
    var cuts = [0]
    for rank in 1..<max(processes, 1) {
      let goal = before[count] * rank / processes
      var cut = cuts[rank - 1]
      while cut < count, abs(before[cut + 1] - goal) <= abs(before[cut] - goal) { cut += 1 }
      cuts.append(cut)
    }
    cuts.append(count)
    self.init(zip(cuts, cuts.dropFirst()).map { $0..<$1 }, count)
  }

  private init(_ layers: [Range<Int>], _ count: Int) {
    self.layers = layers
    self.count = count
    let ranks = layers.enumerated().flatMap { [Int](repeating: $0, count: $1.count) }
    /// How many processes before this layer's one have layers of its slab.
    func turn(_ layer: Int) -> Int {
      let first = layer / Self.thickness * Self.thickness
      return Set(ranks[first...layer]).count - 1
    }
    var turns = [1, 1]
    for layer in 0..<count {
      turns[Self.parity(layer)] = max(turns[Self.parity(layer)], turn(layer) + 1)
    }
    self.turns = turns
    var found: [[Int]: Pass] = [:]
    var owners: [Int] = []
    for node in 0...count {
      // The layers of cells whose particles use these nodes.
      let users = max(node - 3, 0)..<min(node + 3, count)
      let even = users.filter { Self.parity($0) == 0 }
      let order = even + users.filter { Self.parity($0) == 1 }
      for (layer, next) in zip(order, order.dropFirst()) where ranks[layer] != ranks[next] {
        let step = Step(
          parity: Self.parity(layer),
          turn: Self.parity(layer) == Self.parity(next) ? turn(layer) : turns[0] - 1)
        let key = [step.parity, step.turn, ranks[layer], ranks[next]]
        found[key, default: Pass(step: step, from: ranks[layer], to: ranks[next], layers: [])]
          .add(node)
      }
      owners.append(ranks[order[order.count - 1]])
    }
    self.owners = owners
    passes = found.values.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  private static func parity(_ layer: Int) -> Int { layer / thickness % 2 }

  /// The number of layers of cells.
  static func layerCount(_ size: MeshSize) -> Int { size.isFlat ? size.y : size.z }

  /// The parts of slabs, as layers, in which a process deposits in one turn of the even slabs (parity 0) or of the
  /// odd ones.
  func pieces(of rank: Int, _ step: Step) -> [Range<Int>] {
    let own = layers[rank]
    if own.isEmpty { return [] }
    return (own.lowerBound / Self.thickness...(own.upperBound - 1) / Self.thickness).compactMap {
      slab in
      let first = slab * Self.thickness
      guard slab % 2 == step.parity else { return nil }
      // Processes before this one that have layers of the slab.
      let turn = layers[..<rank].count { !$0.isEmpty && $0.upperBound > first }
      return turn == step.turn ? own.common(with: first..<first + Self.thickness) : nil
    }
  }

  /// The layers of nodes that the particles of a process use.
  func window(of rank: Int) -> Range<Int> {
    let own = layers[rank]
    return own.isEmpty ? 0..<0 : max(own.lowerBound - 2, 0)..<min(own.upperBound + 3, count + 1)
  }

  /// The layers of nodes that have their whole charge in a process after the deposit.
  func complete(in rank: Int) -> Range<Int> {
    guard let first = owners.firstIndex(of: rank), let last = owners.lastIndex(of: rank) else {
      return 0..<0
    }
    return first..<last + 1
  }
}
