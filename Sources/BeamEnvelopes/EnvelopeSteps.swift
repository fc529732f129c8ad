import AutoDiff
import BeamTracking

/// The steps Σ ← RKΣKᵀRᵀ: a kick K of space charge, and a map R after it.
enum EnvelopeSteps {
  /// The memory of Σ before and after each of several steps: block i is read, block i + 1 written.
  struct Blocks {
    let base: UnsafeMutablePointer<Double>
    let first: Int
    /// All ones, or 1 if two blocks are used alternately.
    let mask: Int
    let count: Int

    @inline(__always)
    func block<C: SweepScalar>(_ i: Int, of scalar: C.Type) -> UnsafeMutablePointer<Double> {
      base + ((first + i) & mask) * MatrixColumn<C>.matrixSize
    }
  }

  /// Propagates Σ through `blocks.count` passages of the map with matrix `r`, each after `kick`.
  ///
  /// First W = RΣ, which does not wait for the kick; then W ← RKΣKᵀ by adding to columns; then WRᵀ.
  @inline(never)
  static func pass<C: SweepScalar>(
    _ blocks: Blocks, _ r: UnsafePointer<Double>, _ kick: EnvelopeKick<C>?
  ) {
    for i in 0..<blocks.count {
      let sigma = UnsafePointer(blocks.block(i, of: C.self))
      var w = MatrixColumns<C>(of: r).times(sigma)
      if let kick {
        let a = kick.matrix(at: sigma)
        if kick.isSpatial {
          w.kickSpatial(a, sigma, before: r)
        } else {
          w.kickPlanar(a, sigma, before: r)
        }
      }
      w.times(transposeOf: r).store(to: blocks.block(i + 1, of: C.self))
    }
  }

  /// Propagates Σ̄ at `sigmaCotangent` backward through the steps; adds R̄ to `rCotangent`, unless it is nil,
  /// and the derivatives with respect to the kick's numbers to `kickCotangent`.
  ///
  /// With U = Σ̄R, P = RᵀU, Q = PK: Σ̄ ← KᵀQ, K̄ = 2QΣ, R̄ = 2UKΣKᵀ.
  @inline(never)
  static func goBack<C: SweepScalar>(
    _ blocks: Blocks, _ r: UnsafePointer<Double>, _ kick: EnvelopeKick<C>?,
    _ sigmaCotangent: UnsafeMutablePointer<Double>, _ rCotangent: UnsafeMutablePointer<Double>?,
    _ kickCotangent: inout KickCotangent<C>
  ) {
    let size = MatrixColumn<C>.matrixSize
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * size + 6 * C.componentCount) {
      scratch in
      guard let rows = scratch.baseAddress else { return }
      let u = rows + size
      let units = u + size
      for j in 0..<6 {
        for i in 0..<6 {
          (entry(j, i, of: r) as C).store(to: rows + (6 * j + i), stride: 36)
          (i == j ? C.one : .zero).store(to: units + (6 * j + i), stride: 36)
        }
      }
      for i in (0..<blocks.count).reversed() {
        let sigma = UnsafePointer(blocks.block(i, of: C.self))
        MatrixColumns<C>(of: sigmaCotangent).times(r).store(to: u)
        let back = MatrixColumns<C>(of: rows).times(u)
        var matrix: SymmetricMatrix3<C>?
        if let kick {
          matrix = kick.goBack(back, sigma, sigmaCotangent, units, &kickCotangent)
        } else {
          back.store(to: sigmaCotangent)
        }
        if let rCotangent {
          add(u, matrix, sigma, to: rCotangent, isSpatial: kick?.isSpatial ?? false)
        }
      }
    }
  }

  /// Adds 2UKΣKᵀ.
  @inline(__always)
  private static func add<C: SweepScalar>(
    _ u: UnsafeMutablePointer<Double>, _ a: SymmetricMatrix3<C>?, _ sigma: UnsafePointer<Double>,
    to rCotangent: UnsafeMutablePointer<Double>, isSpatial: Bool
  ) {
    a?.follow(byColumnsOf: u, into: u, isSpatial: isSpatial)
    var product = MatrixColumns<C>(of: u).times(sigma)
    if let a {
      product.px = product.px + (a.xx * product.x + a.xy * product.y)
      product.py = product.py + (a.xy * product.x + a.yy * product.y)
      if isSpatial {
        product.px = product.px + a.xt * product.t
        product.py = product.py + a.yt * product.t
        product.pt = product.pt + (a.xt * product.x + a.yt * product.y + a.tt * product.t)
      }
    }
    var sum = MatrixColumns<C>(of: rCotangent)
    sum.x.add(product.x, 2.0)
    sum.px.add(product.px, 2.0)
    sum.y.add(product.y, 2.0)
    sum.py.add(product.py, 2.0)
    sum.t.add(product.t, 2.0)
    sum.pt.add(product.pt, 2.0)
    sum.store(to: rCotangent)
  }
}

extension MatrixColumns {
  /// Changes RΣ to RKΣKᵀ.
  @inline(__always)
  fileprivate mutating func kickPlanar(
    _ a: SymmetricMatrix3<C>, _ sigma: UnsafePointer<Double>, before r: UnsafePointer<Double>
  ) {
    let (toPx, toPy) = (Column(1, of: r), Column(3, of: r))
    @inline(__always)
    func add(_ j: Int, to column: inout Column) {
      let (x, y): (C, C) = (entry(0, j, of: sigma), entry(2, j, of: sigma))
      column = column + (a.xx * x + a.xy * y) * toPx
      column = column + (a.xy * x + a.yy * y) * toPy
    }
    add(0, to: &x)
    add(1, to: &px)
    add(2, to: &y)
    add(3, to: &py)
    add(4, to: &t)
    add(5, to: &pt)
    px = px + (a.xx * x + a.xy * y)
    py = py + (a.xy * x + a.yy * y)
  }

  /// The same in three dimensions.
  @inline(__always)
  fileprivate mutating func kickSpatial(
    _ a: SymmetricMatrix3<C>, _ sigma: UnsafePointer<Double>, before r: UnsafePointer<Double>
  ) {
    let (toPx, toPy, toPt) = (Column(1, of: r), Column(3, of: r), Column(5, of: r))
    @inline(__always)
    func add(_ j: Int, to column: inout Column) {
      let (x, y): (C, C) = (entry(0, j, of: sigma), entry(2, j, of: sigma))
      let t: C = entry(4, j, of: sigma)
      column = column + (a.xx * x + a.xy * y + a.xt * t) * toPx
      column = column + (a.xy * x + a.yy * y + a.yt * t) * toPy
      column = column + (a.xt * x + a.yt * y + a.tt * t) * toPt
    }
    add(0, to: &x)
    add(1, to: &px)
    add(2, to: &y)
    add(3, to: &py)
    add(4, to: &t)
    add(5, to: &pt)
    px = px + (a.xx * x + a.xy * y + a.xt * t)
    py = py + (a.xy * x + a.yy * y + a.yt * t)
    pt = pt + (a.xt * x + a.yt * y + a.tt * t)
  }
}

extension SymmetricMatrix3 where C: SweepScalar {
  /// Writes the columns of MK in which it differs from the matrix M, whose columns are given.
  @inline(__always)
  func follow(
    byColumnsOf m: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>, isSpatial: Bool
  ) {
    let (px, py) = (MatrixColumn<C>(1, of: m), MatrixColumn<C>(3, of: m))
    var x = MatrixColumn(0, of: m) + (xx * px + xy * py)
    var y = MatrixColumn(2, of: m) + (xy * px + yy * py)
    if isSpatial {
      let pt = MatrixColumn<C>(5, of: m)
      x = x + xt * pt
      y = y + yt * pt
      (MatrixColumn(4, of: m) + (xt * px + yt * py + tt * pt)).store(4, of: result)
    }
    x.store(0, of: result)
    y.store(2, of: result)
  }
}

extension EnvelopeKick {
  @inline(__always)
  var isSpatial: Bool { model == .spatial }

  /// The covariance of (x, y, t).
  @inline(__always)
  private func extent(of sigma: UnsafePointer<Double>) -> SymmetricMatrix3<C> {
    SymmetricMatrix3(
      xx: entry(0, 0, of: sigma), xy: entry(0, 2, of: sigma), yy: entry(2, 2, of: sigma),
      xt: entry(0, 4, of: sigma), yt: entry(2, 4, of: sigma), tt: entry(4, 4, of: sigma))
  }

  @inline(__always)
  func matrix(at sigma: UnsafePointer<Double>) -> SymmetricMatrix3<C> {
    switch model {
    case .planar: planarField(extent(of: sigma)).matrix
    case .spatial: spatialField(extent(of: sigma)).matrix
    }
  }

  /// Propagates the derivatives P with respect to KΣKᵀ to Σ, and adds those with respect to the
  /// kick's numbers.
  ///
  /// - Returns: A.
  @inline(never)
  func goBack(
    _ p: MatrixColumns<C>, _ sigma: UnsafePointer<Double>,
    _ sigmaCotangent: UnsafeMutablePointer<Double>, _ units: UnsafePointer<Double>,
    _ kickCotangent: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    let extent = extent(of: sigma)
    switch model {
    case .planar: return goBackPlanar(p, extent, sigma, sigmaCotangent, units, &kickCotangent)
    case .spatial: return goBackSpatial(p, extent, sigma, sigmaCotangent, units, &kickCotangent)
    }
  }

  // K̄/2 = QΣ, whose rows px, py and pt belong to K. KᵀQ adds multiples of the rows px, py and pt
  // of Q to its rows x, y and t. In two dimensions all of these are in the upper four rows.

  @inline(__always)
  private func goBackPlanar(
    _ p: MatrixColumns<C>, _ extent: SymmetricMatrix3<C>, _ sigma: UnsafePointer<Double>,
    _ sigmaCotangent: UnsafeMutablePointer<Double>, _ units: UnsafePointer<Double>,
    _ kickCotangent: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    let field = planarField(extent)
    let a = field.matrix
    var q = p
    q.x = q.x + (a.xx * q.px + a.xy * q.py)
    q.y = q.y + (a.xy * q.px + a.yy * q.py)
    q.store(to: sigmaCotangent)
    let scratch = UnsafeMutablePointer(mutating: units) + MatrixColumn<C>.matrixSize
    q.upperColumn(0, times: sigma).store(to: scratch, stride: 6)
    let (xx, yx) = (C.load(scratch + 1, stride: 6), C.load(scratch + 3, stride: 6))
    q.upperColumn(2, times: sigma).store(to: scratch, stride: 6)
    let (xy, yy) = (C.load(scratch + 1, stride: 6), C.load(scratch + 3, stride: 6))
    let cotangent = SymmetricMatrix3(
      xx: 2.0 * xx, xy: 2.0 * (yx + xy), yy: 2.0 * yy, xt: .zero, yt: .zero, tt: .zero)
    let s = field.pullBack(cotangent, &kickCotangent)
    let (ex, ey) = (C.Four.load(units, stride: 36), C.Four.load(units + 12, stride: 36))
    let rowX = C.Four(a.xx) * ex + C.Four(a.xy) * ey
    let rowY = C.Four(a.xy) * ex + C.Four(a.yy) * ey
    @inline(__always)
    func addRows(_ j: Int, to column: inout MatrixColumn<C>) {
      let sum = column.upper + C.Four(entry(1, j, of: sigmaCotangent) as C) * rowX
      column.upper = sum + C.Four(entry(3, j, of: sigmaCotangent) as C) * rowY
    }
    addRows(0, to: &q.x)
    addRows(1, to: &q.px)
    addRows(2, to: &q.y)
    addRows(3, to: &q.py)
    addRows(4, to: &q.t)
    addRows(5, to: &q.pt)
    let half = C.Four(0.5 * s.xy)
    q.x.upper = q.x.upper + (C.Four(s.xx) * ex + half * ey)
    q.y.upper = q.y.upper + (half * ex + C.Four(s.yy) * ey)
    q.store(to: sigmaCotangent)
    return a
  }

  @inline(__always)
  private func goBackSpatial(
    _ p: MatrixColumns<C>, _ extent: SymmetricMatrix3<C>, _ sigma: UnsafePointer<Double>,
    _ sigmaCotangent: UnsafeMutablePointer<Double>, _ units: UnsafePointer<Double>,
    _ kickCotangent: inout KickCotangent<C>
  ) -> SymmetricMatrix3<C> {
    let (field, slopes) = spatialFieldWithSlopes(extent)
    let a = field.matrix
    var q = p
    q.x = q.x + (a.xx * q.px + a.xy * q.py + a.xt * q.pt)
    q.y = q.y + (a.xy * q.px + a.yy * q.py + a.yt * q.pt)
    q.t = q.t + (a.xt * q.px + a.yt * q.py + a.tt * q.pt)
    q.store(to: sigmaCotangent)
    let scratch = UnsafeMutablePointer(mutating: units) + MatrixColumn<C>.matrixSize
    @inline(__always)
    func kickColumn(_ column: MatrixColumn<C>) -> (px: C, py: C, pt: C) {
      column.upper.store(to: scratch, stride: 6)
      column.lower.store(to: scratch + 4, stride: 6)
      return (
        C.load(scratch + 1, stride: 6), C.load(scratch + 3, stride: 6),
        C.load(scratch + 5, stride: 6)
      )
    }
    let x = kickColumn(q.column(0, times: sigma))
    let y = kickColumn(q.column(2, times: sigma))
    let t = kickColumn(q.column(4, times: sigma))
    let half = SymmetricMatrix3(
      xx: x.px, xy: x.py + y.px, yy: y.py, xt: x.pt + t.px, yt: y.pt + t.py, tt: t.pt)
    let cotangent = half.scaled(by: C(2.0))
    let s = field.pullBack(cotangent, slopes, &kickCotangent)
    let (ex, ey) = (MatrixColumn<C>(0, of: units), MatrixColumn<C>(2, of: units))
    let et = MatrixColumn<C>(4, of: units)
    let rowX = a.xx * ex + a.xy * ey + a.xt * et
    let rowY = a.xy * ex + a.yy * ey + a.yt * et
    let rowT = a.xt * ex + a.yt * ey + a.tt * et
    @inline(__always)
    func addRows(_ j: Int, to column: inout MatrixColumn<C>) {
      column = column + ((entry(1, j, of: sigmaCotangent) as C) * rowX)
      column = column + ((entry(3, j, of: sigmaCotangent) as C) * rowY)
      column = column + ((entry(5, j, of: sigmaCotangent) as C) * rowT)
    }
    addRows(0, to: &q.x)
    addRows(1, to: &q.px)
    addRows(2, to: &q.y)
    addRows(3, to: &q.py)
    addRows(4, to: &q.t)
    addRows(5, to: &q.pt)
    let (xy, xt, yt) = (0.5 * s.xy, 0.5 * s.xt, 0.5 * s.yt)
    q.x = q.x + (s.xx * ex + xy * ey + xt * et)
    q.y = q.y + (xy * ex + s.yy * ey + yt * et)
    q.t = q.t + (xt * ex + yt * ey + s.tt * et)
    q.store(to: sigmaCotangent)
    return a
  }
}
