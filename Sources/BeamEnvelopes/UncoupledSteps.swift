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
      if let kick { sigma.kick(kick.matrix(of: sigma)) }
      sigma = map.moments(sigma)
      if blocks.areAllKept { sigma.store(to: blocks.block(i + 1, of: C.self)) }
    }
    if !blocks.areAllKept { sigma.store(to: blocks.block(blocks.count, of: C.self)) }
  }

  /// As ``EnvelopeSteps/goBack(_:_:_:_:_:_:)``, for Σ̄ without coupling.
  @inline(never)
  static func goBack<C: SweepScalar>(
    _ blocks: EnvelopeSteps.Blocks, _ r: UnsafePointer<Double>, _ kick: EnvelopeKick<C>?,
    _ sigmaBar: UnsafeMutablePointer<Double>, _ rBar: UnsafeMutablePointer<Double>?,
    _ kickBar: inout KickCotangent<C>
  ) {
    let map = UncoupledMap<C>(of: r)
    var cotangent = UncoupledMoments<C>(derivativesAt: sigmaBar)
    var mapBar = UncoupledMap<C>.zero
    for i in (0..<blocks.count).reversed() {
      let sigma = UncoupledMoments<C>(of: blocks.block(i, of: C.self))
      guard let kick else {
        if rBar != nil { mapBar.add(cotangent, sigma) }
        cotangent = map.pullBack(cotangent)
        continue
      }
      switch kick.model {
      case .planar:
        let field = kick.planarField(sigma.extent)
        goBack(sigma, field.matrix, map, &cotangent, &mapBar, isMapActive: rBar != nil) {
          field.pullBack($0, &kickBar)
        }
      case .spatial:
        let (field, slopes) = kick.spatialFieldWithSlopes(sigma.extent)
        goBack(sigma, field.matrix, map, &cotangent, &mapBar, isMapActive: rBar != nil) {
          field.pullBack($0, slopes, &kickBar)
        }
      }
    }
    cotangent.store(derivativesTo: sigmaBar)
    if let rBar { mapBar.add(to: rBar, of: r) }
  }

  /// Propagates the derivatives backward through one map and the kick A before it.
  @inline(__always)
  private static func goBack<C: SweepScalar>(
    _ sigma: UncoupledMoments<C>, _ a: SymmetricMatrix3<C>, _ map: UncoupledMap<C>,
    _ cotangent: inout UncoupledMoments<C>, _ mapBar: inout UncoupledMap<C>, isMapActive: Bool,
    _ pullBackKick: (SymmetricMatrix3<C>) -> SymmetricMatrix3<C>
  ) {
    if isMapActive {
      var kicked = sigma
      kicked.kick(a)
      mapBar.add(cotangent, kicked)
    }
    cotangent = map.pullBack(cotangent)
    let extentBar = pullBackKick(sigma.pullBackKick(a, &cotangent))
    cotangent.x.qq += extentBar.xx
    cotangent.y.qq += extentBar.yy
    cotangent.t.qq += extentBar.tt
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
