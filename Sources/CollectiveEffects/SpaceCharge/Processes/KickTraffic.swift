import AutoDiff
import Communication

/// What a process sends in one kick, or in the backward pass through one, from the sizes of what it has: the formulas of
/// “On a cluster”, which tests and the benchmark of processes compare with what is counted.
struct KickTraffic<C: MeshNumber> {
  let share: MeshShare
  let cut: SlabCut
  /// Whether this process has living particles.
  let hasParticles: Bool
  /// The number of particles whose records go to other processes, and of those that come from them.
  let travellers: (out: Int, back: Int)
  /// The rows of cells of a flat mesh that this process has, and the number of bins along the bunch; nil without bins.
  let profile: (rows: Range<Int>, bins: Int)?
  /// The chunks of particles of this process.
  let chunks: Range<Int>

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

  /// Numbers of each record: to the mesh, and back.
  private func records(out: Int, back: Int) -> Int {
    number * (out * travellers.out + back * travellers.back)
  }

  /// Layers of charge: where a neighbour continues, and to the processes that transform them.
  var charges: Int {
    let continued = cut.passes.reduce(0) { $0 + ($1.from == rank ? $1.layers.count : 0) }
    let complete = cut.complete(in: rank)
    let collected = others.reduce(0) {
      $0 + (size.isFlat ? complete : complete.common(with: share.planes(of: $1))).count
    }
    return layer * (continued + collected)
  }

  /// The k_x of all rows of a field, from those who have its planes to those who have the k_x.
  private var transform: Int {
    if share.isWhole { return 0 }
    return number * (size.y + 1)
      * others.reduce(0) { $0 + 2 * share.planes.count * share.columns(of: $1).count }
  }

  /// The same back.
  private var transformBack: Int {
    if share.isWhole { return 0 }
    return number * (size.y + 1)
      * others.reduce(0) { $0 + 2 * share.planes(of: $1).count * share.columns.count }
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

  /// The cotangents of the kernel's columns, to those who have the rows of its offsets.
  var kernelBack: Int {
    if share.isWhole { return 0 }
    return number * (size.z + 1)
      * others.reduce(0) { $0 + share.columns.count * share.rows(of: $1).count }
  }

  /// A sum over pieces of all processes, each of so many bytes: a length, a list of one tree, the next piece, and
  /// the list of its nodes with level and number.
  private func sum(over pieces: Range<Int>, bytes: Int) -> Int {
    var (nodes, next) = (0, pieces.lowerBound)
    while next < pieces.upperBound {
      // The largest node that begins here and fits.
      let fitting = Int.bitWidth - 1 - (pieces.upperBound - next).leadingZeroBitCount
      next += 1 << min(next.trailingZeroBitCount, fitting)
      nodes += 1
    }
    return others.count * (4 * 8 + nodes * (2 * 8 + bytes))
  }

  /// The bytes of a number with the mesh's extent and results.
  private var table: Int { MemoryLayout<C.Table>.size }

  /// The sums of a profile along the bunch.
  private var profileSum: Int {
    guard let profile else { return 0 }
    return sum(over: profile.rows, bytes: 8 + (profile.bins + 3) * table)
  }

  /// What precedes the kick: charges there, the potential back.
  private func potential(computesKernel: Bool) -> Int {
    counts + records(out: 4, back: 0) + charges + transform + transformBack + profileSum
      + potentials + (computesKernel ? kernel : 0)
  }

  /// The bytes of a kick.
  func bytes(computesKernel: Bool) -> Int {
    potential(computesKernel: computesKernel) + records(out: 0, back: 3)
  }

  /// The bytes of the backward pass through a kick: what precedes it again; forces there, their mesh transformed
  /// and back; the cotangents of field, position and charge back; sums of ten numbers over the particles, and twice
  /// of two over the Green's function.
  func pullBackBytes(computesKernel: Bool) -> Int {
    potential(computesKernel: computesKernel) + records(out: 3, back: 7)
      + charges + transform + transformBack + potentials + profileSum
      + sum(over: chunks, bytes: 10 * table)
      + (size.isFlat ? 0 : kernelBack + 2 * sum(over: share.rows, bytes: 2 * table))
  }
}
