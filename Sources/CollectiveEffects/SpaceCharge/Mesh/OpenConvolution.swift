import AutoDiff
import Communication
import FourierTransform

/// The convolution of numbers on a mesh with an even kernel, open on all sides: there is no charge
/// outside the mesh.
///
/// With n cells along an axis, n + 1 nodes and the period 2n, offsets are from −n to n, and index n
/// represents both of its signs, for which an even kernel is the same: the result is exact (R. W.
/// Hockney and J. W. Eastwood, Computer Simulation Using Particles (1988), section 6-5-4). Rows of zeros, and
/// the part beyond the mesh, are never transformed, and a mesh has room for the padding along x only: rows are
/// transformed in place; then some k_x at a time, with all y and z, are copied to a small memory, where they are
/// transformed along y and z, multiplied by the kernel, and transformed back.
///
/// Several processes share the planes, and then the k_x (``MeshShare``): each makes the transforms that one process
/// would make, of the same numbers, so that results have the same bits.
package final class OpenConvolution<C: MeshNumber>: Sendable {
  package let size: MeshSize
  private let share: MeshShare
  /// Memory for messages.
  private let messages = WordPool<C.Word>()
  private let rowForward: FourierPlan<C.Word>
  private let rowBackward: FourierPlan<C.Word>
  private let columns: ColumnConvolution<C>
  /// Along x, y and z.
  private let cosines: (x: CosineTransform<C>, y: CosineTransform<C>, z: CosineTransform<C>)

  package convenience init(_ size: MeshSize, _ planning: FourierPlanning = .estimate) {
    self.init(MeshShare(size), planning)
  }

  init(_ share: MeshShare, _ planning: FourierPlanning = .estimate) {
    let size = share.size
    self.size = size
    self.share = share
    func row(_ kind: FourierKind) -> FourierPlan<C.Word> {
      FourierPlan(
        kind,
        FourierLayout(
          length: 2 * size.x, count: 1, input: (1, 2 * size.x + 2), output: (1, 2 * size.x + 2),
          inPlace: false), planning)
    }
    rowForward = row(.realToComplex)
    rowBackward = row(.complexToReal)
    columns = ColumnConvolution(size, planning)
    cosines = (
      CosineTransform(size.x, planning), CosineTransform(size.y, planning),
      CosineTransform(size.z, planning)
    )
  }

  /// The number of wave vectors: the factor of a forward and a backward transform together.
  package var period: Double { 8 * Double(size.x) * Double(size.y) * Double(size.z) }

  /// Computes the spectrum of a kernel in place, from its values at offsets 0 … n.
  ///
  /// An even sequence has a real, even transform: the discrete cosine transform of type I.
  package func transform(_ kernel: KernelSpectrum<C>, _ workers: Workers) throws {
    try transform(kernel, to: kernel, workers)
  }

  /// Computes the spectrum of a kernel from its values at offsets 0 … n, which are lost.
  ///
  /// - Parameters:
  ///   - table: The values, in the rows of this process.
  ///   - kernel: Receives the spectrum, in the columns of this process; in one process the same as `table`.
  func transform(
    _ table: KernelSpectrum<C>, to kernel: KernelSpectrum<C>, _ workers: Workers
  ) throws {
    for component in 0..<C.componentCount {
      try transformRows(of: table, component, workers)
      if table !== kernel {
        try KernelExchange(table, kernel, share, messages, component).send(workers)
      }
      try transformColumns(of: kernel, component, workers)
    }
  }

  /// The transpose of ``transform(_:to:_:)``: each step is its own transpose.
  func transformBack(
    _ kernel: KernelSpectrum<C>, to table: KernelSpectrum<C>, _ workers: Workers
  ) throws {
    for component in 0..<C.componentCount {
      try transformColumns(of: kernel, component, workers)
      if table !== kernel {
        try KernelExchange(table, kernel, share, messages, component).sendBack(workers)
      }
      try transformRows(of: table, component, workers)
    }
  }

  /// Transforms the planes of constant y of a kernel along z and x.
  private func transformRows(
    of table: KernelSpectrum<C>, _ component: Int, _ workers: Workers
  ) throws {
    let (nx, nz) = (size.x + 1, size.z + 1)
    try workers.forEach(table.rows.count) { number in
      let plane =
        table.row(0, table.rows.lowerBound + number) + component * table.componentStride
      self.cosines.z(plane, count: nx, stride: 1, distance: nz)
      self.cosines.x(plane, count: nz, stride: nz, distance: 1)
    }
  }

  /// Transforms a kernel along y.
  private func transformColumns(
    of kernel: KernelSpectrum<C>, _ component: Int, _ workers: Workers
  ) throws {
    let nz = size.z + 1
    try workers.forEach(kernel.columns.count) { number in
      let plane =
        kernel.row(kernel.columns.lowerBound + number, 0) + component * kernel.componentStride
      self.cosines.y(plane, count: nz, stride: kernel.columns.count * nz, distance: 1)
    }
  }

  /// Computes factor·(kernel ⊛ field) in place, for one field or for two.
  ///
  /// - Parameters:
  ///   - factor: The factor divided by ``period``, which compensates the transforms.
  ///   - second: Another field, or nil. If given, `product` receives the even part of the product of the first
  ///     field's spectrum D with the spectrum F of this one: Re(D*·F), averaged over the signs of the wave vector.
  package func convolve(
    _ field: MeshField<C>, with kernel: KernelSpectrum<C>, factor: C,
    and second: MeshField<C>? = nil, product: KernelSpectrum<C>? = nil, _ workers: Workers
  ) throws {
    let spectrum = MeshColumns(share, like: field, messages)
    defer { spectrum.end() }
    try transformRows(of: field, to: spectrum, workers)
    var other: (field: MeshColumns<C>, product: KernelSpectrum<C>)?
    defer { other?.field.end() }
    if let second, let product {
      let spectrum = MeshColumns(share, like: second, messages)
      other = (spectrum, product)
      try transformRows(of: second, to: spectrum, workers)
    }
    let count = spectrum.columns.count
    let atOnce = columns.width(of: count, threads: workers.count)
    try workers.forEach((count + atOnce - 1) / atOnce) { [other] number in
      let first = spectrum.columns.lowerBound + number * atOnce
      self.columns.convolve(
        spectrum, first..<min(first + atOnce, spectrum.columns.upperBound), kernel, factor, other)
    }
    try transformRows(of: spectrum, backTo: field, workers)
    if let second, let other { try transformRows(of: other.field, backTo: second, workers) }
  }

  /// Transforms the rows of the planes of this process along x.
  private func transformRows(
    of field: MeshField<C>, to spectrum: MeshColumns<C>, _ workers: Workers
  ) throws {
    for component in 0..<C.componentCount {
      for batch in 0..<spectrum.batchCount {
        try forEachRow(of: field, spectrum.planes(ofBatch: batch), component, workers) {
          numbers, row, other, y, z in
          row.update(from: numbers, count: self.size.x + 1)
          if spectrum.isInPlace {
            self.rowForward(row, numbers)
          } else {
            self.rowForward(row, other)
            spectrum.put(other, component, y, z)
          }
        }
        try spectrum.send(component, batch: batch)
      }
    }
  }

  /// Transforms the rows of the planes of this process back.
  private func transformRows(
    of spectrum: MeshColumns<C>, backTo field: MeshField<C>, _ workers: Workers
  ) throws {
    for component in 0..<C.componentCount {
      for batch in 0..<spectrum.batchCount {
        try spectrum.sendBack(component, batch: batch)
        try forEachRow(of: field, spectrum.planes(ofBatch: batch), component, workers) {
          numbers, row, other, y, z in
          if spectrum.isInPlace {
            self.rowBackward(numbers, row)
          } else {
            spectrum.take(other, component, y, z)
            self.rowBackward(other, row)
          }
          numbers.update(from: row, count: self.size.x + 1)
        }
      }
    }
  }

  /// Calls `body` with each row of some planes of a field, with memory for two padded rows, of which the first begins
  /// as zeros, and with y and z.
  private func forEachRow(
    of field: MeshField<C>, _ planes: Range<Int>, _ component: Int, _ workers: Workers,
    _ body:
      @Sendable (
        _ numbers: UnsafeMutablePointer<C.Word>, _ row: UnsafeMutablePointer<C.Word>,
        _ other: UnsafeMutablePointer<C.Word>, _ y: Int, _ z: Int
      ) -> Void
  ) throws {
    // Few planes are enough work for all threads.
    let (rows, atOnce) = (size.y + 1, 64)
    let blocks = (rows + atOnce - 1) / atOnce
    let width = 2 * size.x + 2
    try workers.forEach(planes.count * blocks) { number in
      let (plane, block) = number.quotientAndRemainder(dividingBy: blocks)
      let z = planes.lowerBound + plane
      let memory = AlignedWords<C.Word>(count: 2 * width)
      memory.words.update(repeating: 0, count: width)
      for y in block * atOnce..<min((block + 1) * atOnce, rows) {
        let numbers = field.address(0, y, z) + component * field.componentStride
        body(numbers, memory.words, memory.words + width, y, z)
      }
    }
  }
}
