import AutoDiff
import BeamMaps

/// The fringe field of a straight multipole magnet with a hard edge, to the first order of the field.
///
/// With z = x + iy, n = m + 1 and s = ±1/(4·n!·δ), + at the entrance and − at the exit, it displaces
/// particles by
///
///     D = Σ_m s[z·conj(c_m zⁿ) − c_m zⁿ⁺¹/(n + 1)],  c_m = kn_m + i·ks_m, m ≥ 1
///
/// E. Forest, J. Milutinovic, Nucl. Instrum. Methods A 269, 474 (1988), made symplectic by the
/// generating function of ``FringeMotion``. A quadrupole has ``QuadrupoleFringe``.
public struct MultipoleFringe<S: ParticleScalar>: FringeField {
  /// ±kn_m/(4·n!) and ±ks_m/(4·n!), from m = 1.
  @usableFromInline let normal, skew: [S]

  /// The edge at `location` of a magnet with coefficients `normal` kn_m and `skew` ks_m [m^−(m+1)], of
  /// which those of index 0 do not count.
  @inlinable
  public init(normal: [S.Constant], skew: [S.Constant], _ location: EdgeLocation) {
    var factor = location == .entry ? 0.25 : -0.25
    var (scaledNormal, scaledSkew): ([S], [S]) = ([], [])
    for m in 1..<max(normal.count, skew.count, 1) {
      factor /= Double(m + 1)
      scaledNormal.append(m < normal.count ? S(factor * normal[m]) : .zero)
      scaledSkew.append(m < skew.count ? S(factor * skew[m]) : .zero)
    }
    self.normal = scaledNormal
    self.skew = scaledSkew
  }

  @inlinable @inline(__always)
  public func displacement(_ x: S, _ y: S, _ inverseDelta: S) -> FringeDisplacement<S> {
    // zᵐ, and the sums for D, for Im ∂D/∂z = −2Σ s·Im(c zⁿ), and for ∂D/∂z̄ = Σ s·n·z·conj(c zᵐ).
    var (powerX, powerY) = (x, y)
    var (sumX, sumY) = (S.zero, S.zero)
    var turn = S.zero
    var (slopeX, slopeY) = (S.zero, S.zero)
    for i in normal.indices {
      let n = Double(i + 2)
      // v = c zᵐ and w = c zⁿ
      let vX = normal[i] * powerX - skew[i] * powerY
      let vY = normal[i] * powerY + skew[i] * powerX
      let (wX, wY) = (vX * x - vY * y, vX * y + vY * x)
      sumX = sumX + ((x * wX + y * wY) - (1 / (n + 1)) * (wX * x - wY * y))
      sumY = sumY + ((y * wX - x * wY) - (1 / (n + 1)) * (wX * y + wY * x))
      turn = turn - 2.0 * wY
      slopeX = slopeX + n * (x * vX + y * vY)
      slopeY = slopeY + n * (y * vX - x * vY)
      (powerX, powerY) = (powerX * x - powerY * y, powerX * y + powerY * x)
    }
    return FringeDisplacement(
      x: inverseDelta * sumX, y: inverseDelta * sumY, xx: inverseDelta * slopeX,
      xy: inverseDelta * (slopeY - turn), yx: inverseDelta * (slopeY + turn),
      yy: -(inverseDelta * slopeX))
  }

  @inlinable @inline(__always)
  public func kick(_ x: S, _ y: S, _ inverseDelta: S) -> FringeKick<S> { .zero }
}

/// A motion between the fringe fields of a magnet's two ends, of which each may be missing in a slice.
public struct FringedMotion<Body: Motion>: Motion {
  public typealias S = Body.S
  @usableFromInline let body: Body
  @usableFromInline let before, after: FringeMotion<MultipoleFringe<S>>
  @usableFromInline let isBefore, isAfter: Bool

  /// The motion `body` through `slice` of a magnet with coefficients `normal` and `skew` [m^−(m+1)].
  @inlinable
  public init(
    _ body: Body, normal: [S.Constant], skew: [S.Constant], _ slice: Slice,
    _ reference: ReferenceParticle<S.Constant>
  ) {
    func fringe(_ location: EdgeLocation) -> FringeMotion<MultipoleFringe<S>> {
      FringeMotion(MultipoleFringe(normal: normal, skew: skew, location), slice, reference)
    }
    self.body = body
    before = fringe(slice.isBackward ? .exit : .entry)
    after = fringe(slice.isBackward ? .entry : .exit)
    isBefore = slice.isBackward ? slice.isLast : slice.isFirst
    isAfter = slice.isBackward ? slice.isFirst : slice.isLast
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    var isInside = S.Mask(repeating: true)
    if isBefore { isInside = before.pass(&z) }
    isInside = isInside .& body.move(&z)
    if isAfter { isInside = isInside .& after.pass(&z) }
    return isInside
  }
}
