import AutoDiff
import BeamTracking

/// The location of a mesh: the position of its first node and the sides of its cells [m].
package struct Mesh<T: TableNumber>: Sendable {
  package let size: MeshSize
  /// The number of bins along a flat mesh's third axis, if it has a profile. Node 0 is one bin
  /// before the first particle.
  package let bins: Int?
  /// The position of node 0 on each axis [m].
  package var origin: (x: T, y: T, z: T)
  /// The sides of a cell [m]; along the third axis of a flat mesh 1, or the width of a bin.
  package var spacing: (x: T, y: T, z: T)

  package init(
    _ size: MeshSize, bins: Int? = nil, origin: (x: T, y: T, z: T), spacing: (x: T, y: T, z: T)
  ) {
    self.size = size
    self.bins = bins
    self.origin = origin
    self.spacing = spacing
  }

  /// The volume of a cell [m³].
  package var cellVolume: T { spacing.x * spacing.y * spacing.z }
}
