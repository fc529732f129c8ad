import Communication

/// What each process has of the arrays of a mesh's convolution.
///
/// A process transforms its planes of constant z along x. Then the wave numbers are shared out anew: each process has
/// some k_x with all y and z, transforms along y and z, multiplies by the kernel, and back. The kernel is computed by
/// rows, some y with all x and z, and transformed along z and x; then each process gets the columns with its k_x, and
/// transforms them along y. A flat mesh, and a mesh in one process, are not shared out: each process has all of it.
package struct MeshShare: Sendable {
  package let size: MeshSize
  let communicator: any Communicator
  /// Whether each process has the whole mesh.
  let isWhole: Bool
  /// The bytes that a process sends at once of transformed planes, unless one plane has more.
  var batchSize = 4 << 20

  /// What the processes of `communicator` have of a mesh.
  package init(_ size: MeshSize, _ communicator: any Communicator = SingleProcess()) {
    self.size = size
    self.communicator = communicator
    isWhole = size.isFlat || communicator.size == 1
  }

  /// The planes of nodes, by z, that a process transforms along x.
  func planes(of rank: Int) -> Range<Int> { share(size.z + 1, rank) }

  /// The y of the kernel's offsets that a process has with all x and z.
  func rows(of rank: Int) -> Range<Int> { share(size.y + 1, rank) }

  /// The k_x that a process has with all y and z.
  func columns(of rank: Int) -> Range<Int> { share(size.x + 1, rank) }

  /// Those of this process.
  var planes: Range<Int> { planes(of: communicator.rank) }
  var rows: Range<Int> { rows(of: communicator.rank) }
  var columns: Range<Int> { columns(of: communicator.rank) }

  private func share(_ count: Int, _ rank: Int) -> Range<Int> {
    isWhole ? 0..<count : communicator.share(of: count, rank: rank)
  }
}
