import AutoDiff

/// Numbers at eight nodes along x, or at the first four of them.
struct NodeRows<C: MeshNumber> {
  private var low = C.Row.zero
  private var high = C.Row.zero

  @inline(__always) init() {}

  @inline(__always)
  init(_ address: UnsafeMutablePointer<C.Word>, _ stride: Int, isWide: Bool) {
    low = C.Row.load(address, stride: stride)
    if isWide { high = C.Row.load(address + 4, stride: stride) }
  }

  @inline(__always)
  mutating func add(_ rows: Self, _ factor: C, isWide: Bool) {
    let factors = factor.spread
    low = low + rows.low * factors
    if isWide { high = high + rows.high * factors }
  }

  /// Σ over the nodes, with a particle's weights along x.
  @inline(__always)
  func dot(
    _ weights: borrowing StencilWeights<C>, _ kind: StencilWeights<C>.Kind, isWide: Bool
  ) -> C {
    let sum = low * weights.row(kind, 0)
    return C.sum(isWide ? sum + high * weights.row(kind, 0, from: 4) : sum)
  }
}
