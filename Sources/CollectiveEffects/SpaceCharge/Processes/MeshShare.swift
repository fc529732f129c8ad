import Communication

/// What each process has of the arrays of a mesh's convolution.
///
/// A process transforms its planes of constant z along x and y. Then the rows of wave numbers are shared out anew:
/// each process has some |k_y| with all z, transforms along z, multiplies by the kernel, and back. A flat mesh, and
/// a mesh in one process, are not shared out: each process has all of it.
package struct MeshShare: Sendable {
  package let size: MeshSize
  let communicator: any Communicator
  /// Whether each process has the whole mesh.
  let isWhole: Bool

  /// What the processes of `communicator` have of a mesh.
  package init(_ size: MeshSize, _ communicator: any Communicator = SingleProcess()) {
    self.size = size
    self.communicator = communicator
    isWhole = size.isFlat || communicator.size == 1
  }

  /// The planes of nodes, by z, that a process transforms along x and y.
  func planes(of rank: Int) -> Range<Int> { share(size.z + 1, rank) }

  /// The |k_y| that a process has with all z; also the rows of the kernel's spectrum.
  func rows(of rank: Int) -> Range<Int> { share(size.y + 1, rank) }

  /// The k_x that a process has with all y while it transforms the kernel along y.
  func columns(of rank: Int) -> Range<Int> { share(size.x + 1, rank) }

  /// Those of this process.
  var planes: Range<Int> { planes(of: communicator.rank) }
  var rows: Range<Int> { rows(of: communicator.rank) }
  var columns: Range<Int> { columns(of: communicator.rank) }

  private func share(_ count: Int, _ rank: Int) -> Range<Int> {
    isWhole ? 0..<count : communicator.share(of: count, rank: rank)
  }

  /// The rows of wave numbers with |k_y| in `rows`: those with k_y ≥ 0, and their images with k_y < 0, each
  /// consecutive in memory.
  func runs(ofRows rows: Range<Int>) -> [Range<Int>] {
    let mirrored = max(rows.lowerBound, 1)..<max(min(rows.upperBound, size.y), 1)
    if rows.isEmpty { return [] }
    return mirrored.isEmpty
      ? [rows]
      : [rows, 2 * size.y - mirrored.upperBound + 1..<2 * size.y - mirrored.lowerBound + 1]
  }
}
