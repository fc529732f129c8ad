import AutoDiff
import FourierTransform

/// The part of a convolution between the transforms along x: for some k_x, transforms along y and z, the
/// multiplication by the kernel, and the transforms back.
///
/// Numbers are copied to a small memory that is padded along y, and from there to one of some columns that is padded
/// along z.
struct ColumnConvolution<C: MeshNumber>: Sendable {
  private let size: MeshSize
  private let transformY: ColumnTransform<C>
  private let transformZ: ColumnTransform<C>
  private let pool: WordPool<C.Word>

  init(_ size: MeshSize, _ planning: FourierPlanning) {
    self.size = size
    transformY = ColumnTransform(size.y, planning)
    transformZ = ColumnTransform(size.z, planning)
    pool = WordPool(limit: 1024)
  }

  /// The number of k_x to work on at once, of `count` in all: a line of the cache, unless that needs much memory or
  /// leaves too little work for each thread.
  func width(of count: Int, threads: Int) -> Int {
    let line = max(64 / (2 * MemoryLayout<C.Word>.stride), 1)
    let columns = C.componentCount * transformY.words(size.z + 1) * MemoryLayout<C.Word>.stride
    let fitting = (1 << 24) / max(columns, 1)
    return max(1, min(line, fitting, count / (4 * max(threads, 1))))
  }

  /// Convolves the columns with some k_x, of one field or of two.
  ///
  /// - Parameter second: Another field, and what receives its product with the first.
  func convolve(
    _ field: MeshColumns<C>, _ columns: Range<Int>, _ kernel: KernelSpectrum<C>, _ factor: C,
    _ second: (field: MeshColumns<C>, product: KernelSpectrum<C>)?
  ) {
    let parts = C.componentCount
    let span = transformY.words(columns.count * (size.z + 1))
    let buffer = transformZ.blockWords
    let fields = second == nil ? 1 : 2
    let memory = pool.take(fields * parts * (span + buffer))
    defer { pool.giveBack(memory) }
    let planes = memory.words
    let secondPlanes = planes + parts * span
    let depth = planes + fields * parts * span
    let secondDepth = depth + parts * buffer
    for component in 0..<parts {
      load(field, columns, component, to: planes + component * span)
      if let second {
        load(second.field, columns, component, to: secondPlanes + component * span)
      }
    }
    for (i, x) in columns.enumerated() {
      let plane = transformY.column(i * (size.z + 1))
      for first in stride(from: 0, to: 2 * size.y, by: ColumnTransform<C>.block) {
        let rows = first..<min(first + ColumnTransform<C>.block, 2 * size.y)
        forward(planes + plane, span, rows, depth)
        if second != nil { forward(secondPlanes + plane, span, rows, secondDepth) }
        for (j, row) in rows.enumerated() {
          // A row with k_y < 0 is the image of that with −k_y.
          let (column, y) = (transformZ.column(j), min(row, 2 * size.y - row))
          if let second {
            correlate(
              depth + column, secondDepth + column, buffer, into: second.product, x, y,
              isImage: row > size.y)
            multiply(secondDepth + column, buffer, by: kernel, factor, x, y)
          }
          multiply(depth + column, buffer, by: kernel, factor, x, y)
        }
        backward(depth, planes + plane, span, rows)
        if second != nil { backward(secondDepth, secondPlanes + plane, span, rows) }
      }
    }
    for component in 0..<parts {
      store(planes + component * span, to: field, columns, component)
      if let second {
        store(secondPlanes + component * span, to: second.field, columns, component)
      }
    }
  }

  /// Copies columns along y, padded, and transforms them.
  private func load(
    _ field: MeshColumns<C>, _ columns: Range<Int>, _ component: Int,
    to planes: UnsafeMutablePointer<C.Word>
  ) {
    let (count, depth) = (columns.count, size.z + 1)
    let (pitch, step) = (transformY.pitch, field.rowStride / 2)
    for z in 0..<depth {
      let source = field.address(columns.lowerBound, z, component).pairs
      let target = (planes + transformY.column(z)).pairs
      for y in 0...size.y {
        let (row, place) = (source + y &* step, target + y)
        for i in 0..<count { place[i &* depth &* pitch] = row[i] }
      }
    }
    transformY.forward(planes, count * depth, filled: size.y + 1)
  }

  /// Transforms columns along y back, and copies their parts on the mesh.
  private func store(
    _ planes: UnsafeMutablePointer<C.Word>, to field: MeshColumns<C>, _ columns: Range<Int>,
    _ component: Int
  ) {
    let (count, depth) = (columns.count, size.z + 1)
    transformY.backward(planes, count * depth)
    let (pitch, step) = (transformY.pitch, field.rowStride / 2)
    for z in 0..<depth {
      let source = (planes + transformY.column(z)).pairs
      let target = field.address(columns.lowerBound, z, component).pairs
      for y in 0...size.y {
        let (row, place) = (target + y &* step, source + y)
        for i in 0..<count { row[i] = place[i &* depth &* pitch] }
      }
    }
  }

  /// Copies the columns along z of some rows of wave numbers, padded, and transforms them.
  ///
  /// - Parameter span: The number of words from a number of the plane to its derivative.
  private func forward(
    _ plane: UnsafeMutablePointer<C.Word>, _ span: Int, _ rows: Range<Int>,
    _ buffer: UnsafeMutablePointer<C.Word>
  ) {
    let count = rows.count
    let (pitch, step) = (transformZ.pitch, transformY.pitch)
    for component in 0..<C.componentCount {
      let buffer = buffer + component * transformZ.blockWords
      let (from, to) = ((plane + (component * span + 2 * rows.lowerBound)).pairs, buffer.pairs)
      for z in 0...size.z {
        let (row, place) = (from + z &* step, to + z)
        for i in 0..<count { place[i &* pitch] = row[i] }
      }
      transformZ.forward(buffer, count, filled: size.z + 1)
    }
  }

  /// Transforms the columns along z back, and copies their parts on the mesh.
  private func backward(
    _ buffer: UnsafeMutablePointer<C.Word>, _ plane: UnsafeMutablePointer<C.Word>, _ span: Int,
    _ rows: Range<Int>
  ) {
    let count = rows.count
    let (pitch, step) = (transformZ.pitch, transformY.pitch)
    for component in 0..<C.componentCount {
      let buffer = buffer + component * transformZ.blockWords
      transformZ.backward(buffer, count)
      let (from, to) = (buffer.pairs, (plane + (component * span + 2 * rows.lowerBound)).pairs)
      for z in 0...size.z {
        let (row, place) = (to + z &* step, from + z)
        for i in 0..<count { row[i] = place[i &* pitch] }
      }
    }
  }

  /// Multiplies each complex number of a column by the kernel's real one.
  @inline(__always)
  private func multiply(
    _ column: UnsafeMutablePointer<C.Word>, _ span: Int, by kernel: KernelSpectrum<C>, _ factor: C,
    _ x: Int, _ y: Int
  ) {
    let values = kernel.row(x, y)
    let stride = kernel.componentStride
    func scale(_ z: Int, _ g: C) {
      let number = column + 2 &* z
      (g * C.load(number, stride: span)).store(to: number, stride: span)
      (g * C.load(number + 1, stride: span)).store(to: number + 1, stride: span)
    }
    let n = size.z
    scale(0, factor * C.load(values, stride: stride))
    scale(n, factor * C.load(values + n, stride: stride))
    for z in 1..<n {
      let g = factor * C.load(values + z, stride: stride)
      scale(z, g)
      scale(2 &* n &- z, g)
    }
  }

  /// Adds Re(D*·F) of two columns to the average over the signs of k_y and k_z.
  private func correlate(
    _ a: UnsafeMutablePointer<C.Word>, _ b: UnsafeMutablePointer<C.Word>, _ span: Int,
    into product: KernelSpectrum<C>, _ x: Int, _ y: Int, isImage: Bool
  ) {
    func real(_ z: Int) -> C {
      C.load(a + 2 * z, stride: span) * C.load(b + 2 * z, stride: span)
        + C.load(a + (2 * z + 1), stride: span) * C.load(b + (2 * z + 1), stride: span)
    }
    let row = product.row(x, y)
    let share = y == 0 || y == size.y ? 1.0 : 0.5
    for z in 0...size.z {
      let isSingle = z == 0 || z == size.z
      let sum = isSingle ? real(z) : 0.5 * (real(z) + real(2 * size.z - z))
      let before = isImage ? C.load(row + z, stride: product.componentStride) : C.zero
      (before + share * sum).store(to: row + z, stride: product.componentStride)
    }
  }
}
