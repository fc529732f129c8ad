import AutoDiff
import Communication
import FourierTransform

/// The convolution of numbers on a mesh with an even kernel, open on all sides: there is no charge
/// outside the mesh.
///
/// With n cells along an axis, n + 1 nodes and the period 2n, offsets are from −n to n, and index n
/// represents both of its signs, for which an even kernel is the same: the result is exact (R. W.
/// Hockney and J. W. Eastwood, Computer Simulation Using Particles (1988), section 6-5-4). Planes
/// and rows of zeros, and the part beyond the mesh, are never transformed.
///
/// Several processes share the planes and rows (``MeshShare``): each makes the transforms that one process would
/// make, of the same numbers, so that results have the same bits.
package final class OpenConvolution<C: MeshNumber>: Sendable {
  package let size: MeshSize
  private let share: MeshShare
  private let pool = WordPool<C.Word>()
  private let rowForward: FourierPlan<C.Word>
  private let rowBackward: FourierPlan<C.Word>
  /// Along y and along z.
  private let columns: (y: ColumnTransform<C>, z: ColumnTransform<C>)
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
    columns = (ColumnTransform(size.y, planning), ColumnTransform(size.z, planning))
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
    let (nx, nz) = (size.x + 1, size.z + 1)
    for component in 0..<C.componentCount {
      nonisolated(unsafe) let words =
        kernel.row(0, kernel.rows.lowerBound) + component * kernel.componentStride
      try workers.forEach(kernel.rows.count) { number in
        let plane = words + number * nx * nz
        self.cosines.z(plane, count: nx, stride: 1, distance: nz)
        self.cosines.x(plane, count: nz, stride: nz, distance: 1)
      }
      if share.isWhole {
        try workers.forEach(nx) { x in
          self.cosines.y(words + x * nz, count: nz, stride: nx * nz, distance: 1)
        }
        continue
      }
      let columns = KernelColumns<C>(share, pool)
      defer { columns.end() }
      try columns.take(from: kernel, component, workers)
      try workers.forEach(columns.columns.count) { x in
        self.cosines.y(columns.words + x * nz, count: nz, stride: columns.stride, distance: 1)
      }
      try columns.giveBack(to: kernel, component, workers)
    }
  }

  /// Computes factor·(kernel ⊛ field) in place.
  ///
  /// - Parameters:
  ///   - factor: The factor divided by ``period``, which compensates the transforms.
  ///   - partner: Another field after ``transformPlanes(_:_:)``, or nil. If given, `product`
  ///     receives the even part of the product of its spectrum D with the field's spectrum F:
  ///     Re(D*·F), averaged over the signs of the wave vector.
  package func convolve(
    _ field: MeshField<C>, with kernel: KernelSpectrum<C>, factor: C,
    partner: MeshField<C>? = nil, product: KernelSpectrum<C>? = nil, _ workers: Workers
  ) throws {
    try transformPlanes(field, workers)
    let rows = MeshRows(share, like: field, pool)
    defer { rows.end() }
    try rows.take(from: field, workers)
    var partnerRows: MeshRows<C>?
    defer { partnerRows?.end() }
    if let partner {
      let rows = MeshRows(share, like: partner, pool)
      try rows.take(from: partner, workers)
      partnerRows = rows
    }
    try workers.forEach(rows.rows.count) { [partnerRows] number in
      self.multiply(rows, kernel, factor, rows.rows.lowerBound + number, partnerRows, product)
    }
    try rows.giveBack(to: field, workers)
    try workers.forEach(field.planes.count) { number in
      let z = field.planes.lowerBound + number
      let row = AlignedWords<C.Word>(count: 4 * self.size.x + 4)
      for component in 0..<C.componentCount {
        let plane = field.address(0, 0, z) + component * field.componentStride
        self.transformColumns(of: plane, field, forward: false)
        for y in 0...self.size.y {
          let numbers = plane + y * field.rowStride
          self.rowBackward(numbers, row.words)
          numbers.update(from: row.words, count: self.size.x + 1)
        }
      }
    }
  }

  /// Transforms each plane along x and y.
  package func transformPlanes(_ field: MeshField<C>, _ workers: Workers) throws {
    try workers.forEach(field.planes.count) { number in
      let z = field.planes.lowerBound + number
      let row = AlignedWords<C.Word>(count: 2 * self.size.x + 2)
      row.words.update(repeating: 0, count: row.count)
      for component in 0..<C.componentCount {
        let plane = field.address(0, 0, z) + component * field.componentStride
        for y in 0...self.size.y {
          let numbers = plane + y * field.rowStride
          row.words.update(from: numbers, count: self.size.x + 1)
          self.rowForward(row.words, numbers)
        }
        self.transformColumns(of: plane, field, forward: true)
      }
    }
  }

  /// Transforms all columns along y of a plane; a backward transform leaves rows beyond the mesh
  /// unchanged.
  private func transformColumns(
    of plane: UnsafeMutablePointer<C.Word>, _ field: MeshField<C>, forward: Bool
  ) {
    let buffer = AlignedWords<C.Word>(count: columns.y.blockWords)
    var first = 0
    while first <= size.x {
      let count = min(ColumnTransform<C>.block, size.x + 1 - first)
      let address = plane + 2 * first
      if forward {
        columns.y.load(address, stride: field.rowStride, count, size.y + 1, to: buffer.words)
        columns.y.forward(buffer.words)
        columns.y.store(buffer.words, count, 2 * size.y, to: address, stride: field.rowStride)
      } else {
        columns.y.load(address, stride: field.rowStride, count, 2 * size.y, to: buffer.words)
        columns.y.backward(buffer.words)
        columns.y.store(buffer.words, count, size.y + 1, to: address, stride: field.rowStride)
      }
      first += count
    }
  }

  /// Transforms the columns along z of the two rows of wave vectors with |k_y| = `y`, multiplies
  /// them by the kernel, and transforms back.
  private func multiply(
    _ field: MeshRows<C>, _ kernel: KernelSpectrum<C>, _ factor: C, _ y: Int,
    _ partner: MeshRows<C>?, _ product: KernelSpectrum<C>?
  ) {
    let transform = columns.z
    let span = transform.blockWords
    let parts = C.componentCount
    let buffer = AlignedWords<C.Word>(count: (partner == nil ? 1 : 2) * parts * span)
    let other = buffer.words + parts * span
    let rows = field.offsets(ofRow: y)
    func load(
      _ field: MeshRows<C>, _ place: Int, _ count: Int, to buffer: UnsafeMutablePointer<C.Word>
    ) {
      for component in 0..<parts {
        let target = buffer + component * span
        transform.load(
          field.words + (component * field.componentStride + place), stride: field.planeStride,
          count, size.z + 1, to: target)
        transform.forward(target)
      }
    }
    for (image, row) in rows.enumerated() {
      var first = 0
      while first <= size.x {
        let count = min(ColumnTransform<C>.block, size.x + 1 - first)
        let place = row + 2 * first
        load(field, place, count, to: buffer.words)
        if let partner, let product {
          load(partner, place, count, to: other)
          let share = rows.count == 1 ? 1.0 : 0.5
          for i in 0..<count {
            let line = transform.column(i)
            correlate(
              other + line, buffer.words + line, span, into: product, first + i, y, share,
              isFirst: image == 0)
          }
        }
        for i in 0..<count {
          multiply(buffer.words + transform.column(i), span, by: kernel, factor, first + i, y)
        }
        for component in 0..<parts {
          let source = buffer.words + component * span
          transform.backward(source)
          transform.store(
            source, count, size.z + 1,
            to: field.words + (component * field.componentStride + place),
            stride: field.planeStride)
        }
        first += count
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
    into product: KernelSpectrum<C>, _ x: Int, _ y: Int, _ share: Double, isFirst: Bool
  ) {
    func real(_ z: Int) -> C {
      C.load(a + 2 * z, stride: span) * C.load(b + 2 * z, stride: span)
        + C.load(a + (2 * z + 1), stride: span) * C.load(b + (2 * z + 1), stride: span)
    }
    let row = product.row(x, y)
    for z in 0...size.z {
      let isSingle = z == 0 || z == size.z
      let sum = isSingle ? real(z) : 0.5 * (real(z) + real(2 * size.z - z))
      let before = isFirst ? C.zero : C.load(row + z, stride: product.componentStride)
      (before + share * sum).store(to: row + z, stride: product.componentStride)
    }
  }
}

/// Fourier transforms of complex columns of a mesh, several at a time, in a buffer where each is
/// contiguous: the transform is twice as fast there as across the mesh.
struct ColumnTransform<C: MeshNumber>: Sendable {
  /// The number of columns in a buffer: one read covers some cache lines.
  static var block: Int { 16 }

  /// The number of complex numbers of a transform.
  private let length: Int
  /// The number of complex numbers from one column to the next. It is not a power of two, for which
  /// all columns would use the same lines of the cache.
  private let pitch: Int
  private let forwardPlan: FourierPlan<C.Word>
  private let backwardPlan: FourierPlan<C.Word>

  init(_ cells: Int, _ planning: FourierPlanning) {
    length = 2 * cells
    pitch = 2 * cells + 4
    let layout = FourierLayout(length: length, count: Self.block, stride: 1, distance: pitch)
    forwardPlan = FourierPlan(.forward, layout, planning)
    backwardPlan = FourierPlan(.backward, layout, planning)
  }

  /// The number of words of a buffer.
  var blockWords: Int { 2 * pitch * Self.block }

  /// The index where a column begins in the buffer.
  @inline(__always)
  func column(_ i: Int) -> Int { 2 * pitch * i }

  func forward(_ buffer: UnsafeMutablePointer<C.Word>) { forwardPlan(buffer) }
  func backward(_ buffer: UnsafeMutablePointer<C.Word>) { backwardPlan(buffer) }

  /// Copies `count` columns of `used` numbers each to the buffer, followed by zeros.
  func load(
    _ source: UnsafeMutablePointer<C.Word>, stride: Int, _ count: Int, _ used: Int,
    to buffer: UnsafeMutablePointer<C.Word>
  ) {
    for i in 0..<Self.block {
      let filled = i < count ? used : 0
      (buffer + (column(i) + 2 * filled)).update(repeating: 0, count: 2 * (length - filled))
    }
    let (pitch, step) = (pitch, stride / 2)
    let (from, to) = (source.pairs, buffer.pairs)
    for j in 0..<used {
      let (row, place) = (from + j &* step, to + j)
      for i in 0..<count { place[pitch &* i] = row[i] }
    }
  }

  /// Copies the first `kept` numbers of `count` columns back.
  func store(
    _ buffer: UnsafeMutablePointer<C.Word>, _ count: Int, _ kept: Int,
    to target: UnsafeMutablePointer<C.Word>, stride: Int
  ) {
    let (pitch, step) = (pitch, stride / 2)
    let (from, to) = (buffer.pairs, target.pairs)
    for j in 0..<kept {
      let (row, place) = (to + j &* step, from + j)
      for i in 0..<count { row[i] = place[pitch &* i] }
    }
  }
}

extension UnsafeMutablePointer where Pointee: FourierWord {
  /// The same memory, as complex numbers.
  @inline(__always)
  fileprivate var pairs: UnsafeMutablePointer<SIMD2<Pointee>> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: SIMD2<Pointee>.self)
  }
}

/// The discrete cosine transform of type I of n + 1 points, as the real transform of the even
/// sequence of 2n points: twice the arithmetic, but half the time of the library's own.
struct CosineTransform<C: MeshNumber>: Sendable {
  private static var block: Int { 16 }
  private let cells: Int
  private let plan: FourierPlan<C.Word>
  private var pitch: Int { 2 * cells + 4 }

  init(_ cells: Int, _ planning: FourierPlanning) {
    self.cells = cells
    plan = FourierPlan(
      .realToComplex,
      FourierLayout(
        length: 2 * cells, count: Self.block, input: (1, 2 * cells + 4),
        output: (1, cells + 2), inPlace: true), planning)
  }

  /// Transforms `count` sequences in place: number j of sequence m is at j·stride + m·distance.
  func callAsFunction(
    _ words: UnsafeMutablePointer<C.Word>, count: Int, stride: Int, distance: Int
  ) {
    let buffer = AlignedWords<C.Word>(count: pitch * Self.block)
    buffer.words.update(repeating: 0, count: buffer.count)
    var first = 0
    while first < count {
      let here = min(Self.block, count - first)
      let source = words + first * distance
      let (words, pitch) = (buffer.words, pitch)
      for j in 0...cells {
        let (row, place) = (source + j &* stride, words + j)
        for i in 0..<here { place[i &* pitch] = row[i &* distance] }
      }
      for i in 0..<here {
        let row = buffer.words + i * pitch
        for j in 1..<cells { row[2 * cells - j] = row[j] }
      }
      plan(buffer.words)
      for j in 0...cells {
        let (row, place) = (source + j &* stride, words + 2 &* j)
        for i in 0..<here { row[i &* distance] = place[i &* pitch] }
      }
      first += here
    }
  }
}
