import AutoDiff

/// Σ ← TΣTᵀ with T = R·K: a kick, and a map after it.
enum EnvelopeSteps {
  /// Where Σ lies before and after each of some steps: block i is read, block i + 1 written.
  struct Blocks {
    let base: UnsafeMutablePointer<Double>
    let first: Int
    /// All ones, or 1 where two blocks serve in turn.
    let mask: Int
    let count: Int

    @inline(__always)
    func block<C: EnvelopeScalar>(_ i: Int, of scalar: C.Type) -> UnsafeMutablePointer<Double> {
      base + ((first + i) & mask) * MatrixColumn<C>.matrixSize
    }
  }

  /// Takes Σ through `blocks.count` passages of the map with matrix `r`, each after `kick`.
  @inline(__always)
  static func pass<C: EnvelopeScalar>(
    _ blocks: Blocks, _ r: UnsafePointer<Double>, _ kick: SpaceChargeKick<C>?
  ) {
    let size = MatrixColumn<C>.matrixSize
    withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { scratch in
      guard let t = scratch.baseAddress else { return }
      t.update(from: r, count: size)
      switch kick?.model {
      case nil:
        for i in 0..<blocks.count {
          transform(
            blocks.block(i, of: C.self), by: t, into: blocks.block(i + 1, of: C.self), as: C.self)
        }
      case .planar:
        guard let kick else { return }
        for i in 0..<blocks.count {
          let sigma = UnsafePointer(blocks.block(i, of: C.self))
          kick.apply(kick.planarMatrix(of: sigma), before: r, into: t)
          transform(sigma, by: t, into: blocks.block(i + 1, of: C.self), as: C.self)
        }
      case .spatial:
        guard let kick else { return }
        for i in 0..<blocks.count {
          let sigma = UnsafePointer(blocks.block(i, of: C.self))
          kick.apply(kick.spatialMatrix(of: sigma), before: r, into: t)
          transform(sigma, by: t, into: blocks.block(i + 1, of: C.self), as: C.self)
        }
      }
    }
  }

  /// Writes TΣTᵀ.
  @inline(__always)
  private static func transform<C: EnvelopeScalar>(
    _ sigma: UnsafePointer<Double>, by t: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>, as scalar: C.Type
  ) {
    let columns = MatrixColumn<C>.all(of: t)
    let product = InlineArray<6, MatrixColumn<C>> { j in
      .combination(columns) { k in entry(k, j, of: sigma) }
    }
    for j in 0..<6 {
      MatrixColumn<C>.combination(product) { k in entry(j, k, of: t) }.store(j, of: result)
    }
  }
}

extension SpaceChargeKick {
  @inline(__always)
  func planarMatrix(of sigma: UnsafePointer<Double>) -> (xx: C, xy: C, yy: C) {
    planarMatrix(xx: entry(0, 0, of: sigma), xy: entry(0, 2, of: sigma), yy: entry(2, 2, of: sigma))
  }

  @inline(__always)
  func spatialMatrix(of sigma: UnsafePointer<Double>) -> SymmetricMatrix3<C> {
    spatialMatrix(
      SymmetricMatrix3(
        xx: entry(0, 0, of: sigma), xy: entry(0, 2, of: sigma), yy: entry(2, 2, of: sigma),
        xt: entry(0, 4, of: sigma), yt: entry(2, 4, of: sigma), tt: entry(4, 4, of: sigma)))
  }

  /// Writes the columns of R·K in which it differs from R.
  @inline(__always)
  func apply(
    _ a: (xx: C, xy: C, yy: C), before r: UnsafePointer<Double>,
    into t: UnsafeMutablePointer<Double>
  ) {
    let (px, py) = (MatrixColumn<C>(1, of: r), MatrixColumn<C>(3, of: r))
    (MatrixColumn(0, of: r) + (a.xx * px + a.xy * py)).store(0, of: t)
    (MatrixColumn(2, of: r) + (a.xy * px + a.yy * py)).store(2, of: t)
  }

  @inline(__always)
  func apply(
    _ a: SymmetricMatrix3<C>, before r: UnsafePointer<Double>,
    into t: UnsafeMutablePointer<Double>
  ) {
    let px = MatrixColumn<C>(1, of: r)
    let py = MatrixColumn<C>(3, of: r)
    let pt = MatrixColumn<C>(5, of: r)
    (MatrixColumn(0, of: r) + (a.xx * px + a.xy * py + a.xt * pt)).store(0, of: t)
    (MatrixColumn(2, of: r) + (a.xy * px + a.yy * py + a.yt * pt)).store(2, of: t)
    (MatrixColumn(4, of: r) + (a.xt * px + a.yt * py + a.tt * pt)).store(4, of: t)
  }
}
