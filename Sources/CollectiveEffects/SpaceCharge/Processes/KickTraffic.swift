import AutoDiff
import Communication

/// What a process sends in one kick without derivatives, from the sizes of what it has: the formulas of
/// “On a cluster”, which the benchmark of processes compares with what is counted.
struct KickTraffic<C: MeshNumber> {
  let share: MeshShare
  let cut: SlabCut
  /// Whether this process has living particles.
  let hasParticles: Bool
  /// The number of particles whose records go to other processes, and of those that come from them.
  let travellers: (out: Int, back: Int)

  private var size: MeshSize { share.size }
  private var rank: Int { share.communicator.rank }
  private var others: [Int] { (0..<share.communicator.size).filter { $0 != rank } }
  /// The bytes of a number of the mesh.
  private var number: Int { C.componentCount * MemoryLayout<C.Word>.stride }
  /// The bytes of a layer of nodes.
  private var layer: Int { number * (size.x + 1) * (size.isFlat ? 1 : size.y + 1) }

  /// The extent of the bunch, the numbers of particles in the layers, and those in the rows of cells.
  var counts: Int {
    // A number of bytes, a count, and four lists, each with its length, of three or of nothing.
    let extent = 8 + 8 + 4 * 8 + (hasParticles ? 2 * 3 * 8 * (C.componentCount + 1) : 0)
    let layers = 8 + 8 + 8 * (SlabCut.layerCount(size) + 1)
    let rows = others.reduce(0) { $0 + 4 * (size.isFlat ? 1 : size.y) * cut.layers[$1].count }
    return others.count * (extent + layers) + rows
  }

  /// Positions and weights to the mesh, and fields back.
  var records: Int { number * (4 * travellers.out + 3 * travellers.back) }

  /// Layers of charge: where a neighbour continues, and to the processes that transform them.
  var charges: Int {
    let continued = cut.passes.reduce(0) { $0 + ($1.from == rank ? $1.layers.count : 0) }
    let complete = cut.complete(in: rank)
    let collected = others.reduce(0) {
      $0 + (size.isFlat ? complete : complete.common(with: share.planes(of: $1))).count
    }
    return layer * (continued + collected)
  }

  /// The k_x of all rows, there and back.
  var convolution: Int {
    if share.isWhole { return 0 }
    return 2 * number * (size.y + 1)
      * others.reduce(0) {
        $0 + share.planes.count * share.columns(of: $1).count
          + share.planes(of: $1).count * share.columns.count
      }
  }

  /// Planes of the potential to those whose particles use them.
  var potentials: Int {
    if size.isFlat { return 0 }
    return layer
      * others.reduce(0) { $0 + share.planes.common(with: cut.window(of: $1)).count }
  }

  /// The kernel's columns, where it is computed anew.
  var kernel: Int {
    if share.isWhole { return 0 }
    return number * (size.z + 1)
      * others.reduce(0) { $0 + share.rows.count * share.columns(of: $1).count }
  }

  /// The bytes of a kick.
  func bytes(computesKernel: Bool) -> Int {
    counts + records + charges + convolution + potentials + (computesKernel ? kernel : 0)
  }
}
