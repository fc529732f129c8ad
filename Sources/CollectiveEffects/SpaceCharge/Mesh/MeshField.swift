import AutoDiff
import FourierTransform

/// The number of cells of a mesh along x, y and z. Its nodes are numbered 0 … n on each axis.
package struct MeshSize: Sendable, Hashable {
  package var x, y, z: Int

  package init(_ x: Int, _ y: Int, _ z: Int) {
    self.x = x
    self.y = y
    self.z = z
  }

  package subscript(axis: Int) -> Int { axis == 0 ? x : axis == 1 ? y : z }

  /// A mesh of a continuous beam: all charge is on the plane of nodes z = 0. The second plane is
  /// needed by an open convolution of two planes, and stays empty.
  package static func flat(_ x: Int, _ y: Int) -> MeshSize { MeshSize(x, y, 1) }

  /// Whether all charge is on one plane.
  package var isFlat: Bool { z == 1 }

  /// The number of nodes.
  package var nodeCount: Int { (x + 1) * (y + 1) * (z + 1) }
}

/// A number at each node of a mesh, with room for its Fourier transform of twice the size along x.
///
/// x runs fastest. A row has room for the complex half spectrum along x. A field that is not padded
/// has no room for transforms.
package final class MeshField<C: MeshNumber>: Sendable {
  package let size: MeshSize
  /// The planes of nodes, by z, for which there is memory.
  let planes: Range<Int>
  /// The number of words from one row to the next.
  package let rowStride: Int
  /// The number of words from one plane of constant z to the next.
  package let planeStride: Int
  /// The number of words from a number to its derivative.
  package let componentStride: Int
  /// The address of the node (0, 0, 0), whether there is memory for its plane or not.
  nonisolated(unsafe) package let words: UnsafeMutablePointer<C.Word>
  private let memory: AlignedWords<C.Word>

  package convenience init(_ size: MeshSize) { self.init(size, planes: 0..<size.z + 1) }

  /// A field with memory for some planes; one that is not padded begins with zeros.
  init(_ size: MeshSize, planes: Range<Int>, isPadded: Bool = true) {
    self.size = size
    self.planes = planes
    (rowStride, planeStride) = Self.strides(size, isPadded: isPadded)
    componentStride = planeStride * planes.count
    memory = AlignedWords(count: C.componentCount * componentStride + 16)
    words = memory.words - planes.lowerBound * planeStride
    // Sums over a few nodes more than a particle's shape has multiply numbers beyond a row by zero.
    if !isPadded { memory.words.update(repeating: 0, count: memory.count) }
  }

  private static func strides(_ size: MeshSize, isPadded: Bool = true) -> (row: Int, plane: Int) {
    if !isPadded {
      let row = (size.x + 8) / 8 * 8
      return (row, row * (size.y + 1) + 8)
    }
    // Rows begin at even complex numbers, as required by vectors.
    let row = 2 * ((size.x + 2) / 2 * 2)
    var plane = row * (size.y + 1)
    // Planes at distances of a power of two would use the same lines of the cache.
    if plane.isMultiple(of: 1024) { plane += 32 }
    return (row, plane)
  }

  /// The memory of a field of this size [bytes].
  package static func byteCount(_ size: MeshSize) -> Int {
    let (_, plane) = strides(size)
    let (bytes, isTooLarge) = (plane * (size.z + 1)).multipliedReportingOverflow(
      by: C.componentCount * MemoryLayout<C.Word>.stride)
    return isTooLarge ? .max : bytes
  }

  /// The address of the number at a node.
  @inline(__always)
  package func address(_ x: Int, _ y: Int, _ z: Int) -> UnsafeMutablePointer<C.Word> {
    words + (z &* planeStride &+ y &* rowStride &+ x)
  }

  package subscript(x: Int, y: Int, z: Int) -> C {
    get { C.load(address(x, y, z), stride: componentStride) }
    set { newValue.store(to: address(x, y, z), stride: componentStride) }
  }

  /// Writes zero to every node of the plane `z`.
  func clear(plane z: Int) {
    for component in 0..<C.componentCount {
      for y in 0...size.y {
        (address(0, y, z) + component * componentStride)
          .update(repeating: 0, count: size.x + 1)
      }
    }
  }
}

/// The real, even spectrum of a kernel: one number for each wave vector with all components ≥ 0.
///
/// z runs fastest, then x, then y. Before its transform it has the kernel's values at offsets ≥ 0.
package final class KernelSpectrum<C: MeshNumber>: Sendable {
  package let size: MeshSize
  /// The x and the y for which there is memory; all, unless several processes share the mesh.
  let columns: Range<Int>
  let rows: Range<Int>
  package let componentStride: Int
  private let memory: AlignedWords<C.Word>

  package convenience init(_ size: MeshSize) { self.init(size, columns: nil, rows: nil) }

  /// Memory for some x and y; for all where they are nil.
  init(_ size: MeshSize, columns: Range<Int>? = nil, rows: Range<Int>? = nil) {
    self.size = size
    self.columns = columns ?? 0..<size.x + 1
    self.rows = rows ?? 0..<size.y + 1
    componentStride = (self.columns.count * self.rows.count * (size.z + 1) + 15) / 16 * 16
    memory = AlignedWords(count: C.componentCount * componentStride + 16)
  }

  package static func byteCount(_ size: MeshSize) -> Int {
    C.componentCount * size.nodeCount * MemoryLayout<C.Word>.stride
  }

  private var words: UnsafeMutablePointer<C.Word> { memory.words }

  /// The address of the row along z.
  @inline(__always)
  func row(_ x: Int, _ y: Int) -> UnsafeMutablePointer<C.Word> {
    words
      + ((y &- rows.lowerBound) &* columns.count &+ (x &- columns.lowerBound)) &* (size.z &+ 1)
  }

  package subscript(x: Int, y: Int, z: Int) -> C {
    get { C.load(row(x, y) + z, stride: componentStride) }
    set { newValue.store(to: row(x, y) + z, stride: componentStride) }
  }
}
