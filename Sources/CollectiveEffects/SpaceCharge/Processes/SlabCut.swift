import Communication

/// How the particles on a mesh are shared out over processes: each has those in some consecutive slabs of layers of
/// cells, about as many as the others.
///
/// A layer is a plane of constant z; on a flat mesh it is a row of constant y. Particles of one slab and of the next
/// but one have no node in common. So charges are deposited for the slabs of even number first, and then for those
/// of odd number (``SortedParticles/forEachSlab(of:_:between:_:)``): at each node, contributions are added in one
/// order for any number of threads, and of processes, if the second of two neighbours begins with what the first
/// has deposited.
struct SlabCut: Sendable {
  /// The number of layers of a slab: a particle of the widest shape uses nodes from two layers below its cell to
  /// three above.
  static let thickness = 6

  /// The layers of cells of each process, by rank.
  let layers: [Range<Int>]
  /// The number of layers of cells; that of nodes is greater by 1.
  private let count: Int

  /// All layers in one process.
  init(_ size: MeshSize) {
    count = Self.layerCount(size)
    layers = [0..<count]
  }

  /// Cuts where the numbers of particles come nearest to equal parts.
  ///
  /// - Parameter particles: The number of particles in each layer.
  init(_ size: MeshSize, particles: [Int], processes: Int) {
    count = Self.layerCount(size)
    let slabs = (count + Self.thickness - 1) / Self.thickness
    // The number of particles before each slab.
    var before = [0]
    for slab in 0..<slabs {
      let layers = slab * Self.thickness..<min((slab + 1) * Self.thickness, count)
      before.append(before[slab] + particles[layers].reduce(0, +))
    }
    var cuts = [0]
    for rank in 1..<max(processes, 1) {
      let goal = before[slabs] * rank / processes
      var cut = cuts[rank - 1]
      while cut < slabs, abs(before[cut + 1] - goal) <= abs(before[cut] - goal) { cut += 1 }
      cuts.append(cut)
    }
    cuts.append(slabs)
    let ends = cuts.map { [count] in min($0 * Self.thickness, count) }
    layers = zip(ends, ends.dropFirst()).map { $0..<$1 }
  }

  /// The number of layers of cells.
  static func layerCount(_ size: MeshSize) -> Int { size.isFlat ? size.y : size.z }

  /// The layers of nodes that the particles of a process use.
  func window(of rank: Int) -> Range<Int> {
    let own = layers[rank]
    return own.isEmpty ? 0..<0 : max(own.lowerBound - 2, 0)..<min(own.upperBound + 3, count + 1)
  }

  /// The layers of nodes that have their whole charge in a process after the deposit: around the border between two
  /// processes they are those of the odd slab there, which is deposited last.
  func complete(in rank: Int) -> Range<Int> {
    let own = layers[rank]
    if own.isEmpty { return 0..<0 }
    let lower = own.lowerBound == 0 ? 0 : own.lowerBound + (isOdd(above: own.lowerBound) ? -2 : 3)
    let upper =
      own.upperBound == count ? count + 1 : own.upperBound + (isOdd(above: own.upperBound) ? -2 : 3)
    let first = min(lower, count + 1)
    return first..<max(min(upper, count + 1), first)
  }

  /// The layers of nodes that one process has deposited to in even slabs, where another continues in an odd one;
  /// nil if they are no such neighbours.
  func continued(from rank: Int, in other: Int) -> Range<Int>? {
    let (own, theirs) = (layers[rank], layers[other])
    if own.isEmpty || theirs.isEmpty { return nil }
    let border: Int
    if own.upperBound == theirs.lowerBound, isOdd(above: own.upperBound) {
      border = own.upperBound
    } else if theirs.upperBound == own.lowerBound, !isOdd(above: own.lowerBound) {
      border = own.lowerBound
    } else {
      return nil
    }
    return max(border - 2, 0)..<min(border + 3, count + 1)
  }

  /// Whether the slab above a border has an odd number.
  private func isOdd(above border: Int) -> Bool { border / Self.thickness % 2 == 1 }
}
