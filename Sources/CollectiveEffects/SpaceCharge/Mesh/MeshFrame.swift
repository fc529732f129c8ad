import AutoDiff
import BeamTracking
import FourierTransform
import SystemLibrary

/// Determines the location of the mesh of a kick.
struct MeshFrame: Sendable {
  /// The number of cells of the box, along x and y or along x, y and z.
  let cells: [Int]
  let box: MeshBox
  /// The number of bins of a longitudinal profile, if there is one, from the first particle to the
  /// last.
  let bins: Int?
  /// The least distance in cells of a particle from the mesh's edge: the greater one of the margin of the
  /// shape that gathers, and that of the shape that deposits less 1, as a deposit takes no differences
  /// with the next node.
  let margin: Double

  /// The number of cells that are added beyond the box on each side of an axis, so that every particle
  /// keeps the margin m from the edge of the mesh.
  ///
  /// The n cells of the box span the bunch times the padding f. So the outermost particles are at least
  /// r = n·(f − 1)/(2f) cells inside the box, and the number of rings is max(0, ⌈m − r⌉). A given box may
  /// be full up to its faces: f = 1 and r = 0. The margin is what the B-splines of deposit and gather need
  /// (R. W. Hockney and J. W. Eastwood, Computer Simulation Using Particles (1988), chapter 5).
  let rings: [Int]
  /// The size of the box with its rings, extended to numbers of cells with fast transforms.
  let size: MeshSize

  init(_ options: SpaceChargeOptions) {
    cells = options.cells.map { smoothLength(atLeast: $0) }
    box = options.box
    bins = options.hasProfile ? options.bins : nil
    let gather = options.gather ?? options.shape
    let margin = max(gather.margin, options.shape.margin - 1)
    self.margin = margin
    let padding: Double
    switch options.box {
    case .following(let factor), .growing(let factor, _): padding = factor
    // A given box may be full up to its faces.
    case .fixed: padding = 1
    }
    let rings = cells.map { n in
      let room = Double(n) * (padding - 1) / (2 * padding)
      return max(0, Int((margin - room).rounded(.up)))
    }
    self.rings = rings
    let extended = zip(cells, rings).map { smoothLength(atLeast: $0 + 2 * $1) }
    size =
      extended.count > 2
      ? MeshSize(extended[0], extended[1], extended[2]) : .flat(extended[0], extended[1])
  }

  /// The mesh around a bunch of this extent.
  func mesh<T: TableNumber>(around extent: BunchExtent<T>) throws -> Mesh<T> {
    var origin: [T] = []
    var spacing: [T] = []
    for axis in cells.indices {
      let (first, side) = try range(axis, extent)
      spacing.append(side)
      origin.append(first - Double(rings[axis]) * side)
    }
    if let bins {
      let width = extent.upper[2] - extent.lower[2]
      if !(width.plain > 0) { throw SpaceChargeError.flatBunch(axis: "t") }
      spacing.append(width / Double(bins))
      origin.append(extent.lower[2] - spacing[2])
    } else if size.isFlat {
      origin.append(T(0.0))
      spacing.append(T(1.0))
    }
    return Mesh(
      size, bins: bins, origin: (origin[0], origin[1], origin[2]),
      spacing: (spacing[0], spacing[1], spacing[2]))
  }

  /// The box's lower face and the side of its cells along one axis.
  private func range<T: TableNumber>(
    _ axis: Int, _ extent: BunchExtent<T>
  ) throws -> (first: T, side: T) {
    let (lower, upper) = (extent.lower[axis], extent.upper[axis])
    let n = Double(cells[axis])
    let width = upper - lower
    switch box {
    case .fixed(let x, let y, let z):
      let range = [x, y, z][axis]
      return (T(range.lowerBound), T((range.upperBound - range.lowerBound) / n))
    case .following(let padding):
      try check(width.plain, axis)
      return (lower - (0.5 * (padding - 1)) * width, (padding / n) * width)
    case .growing(let padding, let factor):
      try check(width.plain, axis)
      // The centre moves in steps of half a cell, so that it may be off by a quarter of a cell.
      let needed = padding * width.plain / (1 - 0.5 / n)
      let steps = (log(needed) / log(factor)).rounded(.up)
      let size = exp(steps * log(factor))
      let lattice = 0.5 * size / n
      let centre = (0.5 * (lower.plain + upper.plain) / lattice).rounded() * lattice
      return (T(centre - 0.5 * size), T(size / n))
    }
  }

  private func check(_ width: Double, _ axis: Int) throws {
    if !(width > 0) { throw SpaceChargeError.flatBunch(axis: ["x", "y", "z"][axis]) }
  }

  /// The derivatives with respect to the extreme particles' coordinates, from those with respect to
  /// the mesh's origin and spacing; nil if the mesh does not follow the particles.
  func pullBack<T: TableNumber>(
    _ axis: Int, origin: T, spacing: T
  ) -> (lower: T, upper: T)? {
    if axis == 2, let bins {
      let perWidth = (1 / Double(bins)) * (spacing - origin)
      return (origin - perWidth, perWidth)
    }
    guard case .following(let padding) = box, axis < cells.count else { return nil }
    let side = spacing - Double(rings[axis]) * origin
    let perWidth = -0.5 * (padding - 1) * origin + (padding / Double(cells[axis])) * side
    return (origin - perWidth, perWidth)
  }
}
