import AutoDiff
import BeamTracking

/// The steps Σ ← RKΣKᵀRᵀ where neither Σ nor R couples x, y and t: three numbers for each plane
/// instead of the 36 of Σ.
///
/// The time of a slice is then hardly longer than that of the kick's root and division, for which
/// the next one waits.
enum UncoupledSteps {
  /// As ``EnvelopeSteps/pass(_:_:_:)``.
  @inline(never)
  static func pass<C: SweepScalar>(
    _ blocks: EnvelopeSteps.Blocks, _ r: UnsafePointer<Double>, _ kick: EnvelopeKick<C>?
  ) {
    let map = UncoupledMap<C>(of: r)
    var sigma = UncoupledMoments<C>(of: blocks.block(0, of: C.self))
    for i in 0..<blocks.count {
      if let kick {
        sigma = map.moments(sigma, afterKick: kick.matrix(of: sigma))
      } else {
        sigma = map.moments(sigma)
      }
      if blocks.areAllKept { sigma.store(to: blocks.block(i + 1, of: C.self)) }
    }
    if !blocks.areAllKept { sigma.store(to: blocks.block(blocks.count, of: C.self)) }
  }

  /// As ``EnvelopeSteps/goBack(_:_:_:_:_:_:)``, for Σ̄ without coupling.
  @inline(never)
  static func goBack<C: SweepScalar>(
    _ blocks: EnvelopeSteps.Blocks, _ r: UnsafePointer<Double>, _ kick: EnvelopeKick<C>?,
    _ sigmaCotangent: UnsafeMutablePointer<Double>, _ rCotangent: UnsafeMutablePointer<Double>?,
    _ kickCotangent: inout KickCotangent<C>
  ) {
    let map = UncoupledMap<C>(of: r)
    var cotangent = UncoupledMoments<C>(derivativesAt: sigmaCotangent)
    var mapCotangent = UncoupledMap<C>.zero
    for i in (0..<blocks.count).reversed() {
      let sigma = UncoupledMoments<C>(of: blocks.block(i, of: C.self))
      guard let kick else {
        if rCotangent != nil { mapCotangent.add(cotangent, sigma) }
        cotangent = map.pullBack(cotangent)
        continue
      }
      switch kick.model {
      case .planar:
        let field = kick.planarField(sigma.extent)
        // Of a linear function the values at both unit vectors, which do not wait for the slice behind.
        let (ofX, ofY) = (field.slopes(x: .one, y: .zero), field.slopes(x: .zero, y: .one))
        goBack(sigma, field.matrix, map, &cotangent, &mapCotangent, isMapActive: rCotangent != nil)
        { matrix in
          kickCotangent.strength += matrix.xx * ofX.strength + matrix.yy * ofY.strength
          return SymmetricMatrix3(
            xx: matrix.xx * ofX.extent.xx + matrix.yy * ofY.extent.xx, xy: .zero,
            yy: matrix.xx * ofX.extent.yy + matrix.yy * ofY.extent.yy, xt: .zero, yt: .zero,
            tt: .zero)
        }
      case .spatial:
        let (field, slopes) = kick.spatialFieldWithSlopes(sigma.extent)
        goBack(sigma, field.matrix, map, &cotangent, &mapCotangent, isMapActive: rCotangent != nil)
        {
          field.pullBack($0, slopes, &kickCotangent)
        }
      }
    }
    cotangent.store(derivativesTo: sigmaCotangent)
    if let rCotangent { mapCotangent.add(to: rCotangent, of: r) }
  }

  /// Propagates the derivatives backward through one map and the kick A before it.
  @inline(__always)
  private static func goBack<C: SweepScalar>(
    _ sigma: UncoupledMoments<C>, _ a: SymmetricMatrix3<C>, _ map: UncoupledMap<C>,
    _ cotangent: inout UncoupledMoments<C>, _ mapCotangent: inout UncoupledMap<C>,
    isMapActive: Bool,
    _ pullBackKick: (SymmetricMatrix3<C>) -> SymmetricMatrix3<C>
  ) {
    if isMapActive {
      var kicked = sigma
      kicked.kick(a)
      mapCotangent.add(cotangent, kicked)
    }
    cotangent = map.pullBack(cotangent)
    let extentCotangent = pullBackKick(sigma.pullBackKick(a, &cotangent))
    cotangent.x.qq += extentCotangent.xx
    cotangent.y.qq += extentCotangent.yy
    cotangent.t.qq += extentCotangent.tt
  }
}

extension EnvelopeSteps.Blocks {
  /// False if two blocks are used alternately.
  var areAllKept: Bool { mask != 1 }
}

extension EnvelopeKick {
  @inline(__always)
  fileprivate func matrix(of sigma: UncoupledMoments<C>) -> SymmetricMatrix3<C> {
    switch model {
    case .planar: planarField(sigma.extent).matrix
    case .spatial: spatialField(sigma.extent).matrix
    }
  }
}
