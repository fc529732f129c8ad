import AutoDiff
import BeamMaps

/// The kick of multipoles that oscillate, with ψn = kt + φn_m and ψs = kt + φs_m for each order m,
/// from H = Re Σ_m (Kn cos ψn + i·Ks cos ψs)(x + iy)^{m+1}/(m+1)!:
///
///     Δpx − iΔpy = −Σ_m (Kn cos ψn + i·Ks cos ψs)(x + iy)^m/m!
///     Δpt = k·Re Σ_m (Kn sin ψn + i·Ks sin ψs)(x + iy)^{m+1}/(m+1)!
///
/// Vacuum fields have Bessel's function I_m(κr), κ = k/(βγ), in the place of r^m: a relative error
/// of κ²r²/(4(m+1)). The change of energy goes with the deflection by W. K. H. Panofsky, W. A.
/// Wenzel, Rev. Sci. Instrum. 27, 967 (1956).
public struct OscillatingMultipoleKick<S: ParticleScalar>: Motion {
  /// k [1/m]
  @usableFromInline let wavenumber: S
  /// From the lowest order.
  @usableFromInline let orders: [Order]

  /// The coefficients of one order.
  @usableFromInline
  struct Order: Sendable {
    /// Kn·exp(iφn)/m! and Ks·exp(iφs)/m!
    @usableFromInline let normal, skew: ComplexNumber<S>
    /// 1/(m + 1)
    @usableFromInline let inverse: S

    @inlinable
    init(normal: ComplexNumber<S>, skew: ComplexNumber<S>, inverse: S) {
      self.normal = normal
      self.skew = skew
      self.inverse = inverse
    }
  }

  /// Coefficients of multipoles and their phases, from the lowest order.
  public typealias Oscillation = (amplitudes: [S.Constant], phases: [S.Constant])

  /// The kick of multipoles with these amplitudes [m^−m] and phases [rad], times `strength`. What
  /// a list does not have is zero.
  @inlinable
  public init(
    normal: Oscillation, skew: Oscillation, wavenumber: S.Constant, strength: S.Constant
  ) {
    self.wavenumber = S(wavenumber)
    var orders: [Order] = []
    var factor = strength
    for m in 0..<max(normal.amplitudes.count, skew.amplitudes.count) {
      if m > 1 { factor = factor / Double(m) }
      func coefficient(_ list: Oscillation) -> ComplexNumber<S> {
        guard m < list.amplitudes.count else { return .zero }
        let phase = m < list.phases.count ? list.phases[m] : .zero
        let z = ComplexNumber(magnitude: factor * list.amplitudes[m], phase: phase)
        return ComplexNumber(S(z.real), S(z.imaginary))
      }
      orders.append(
        Order(
          normal: coefficient(normal), skew: coefficient(skew), inverse: S(1 / Double(m + 1))))
    }
    self.orders = orders
  }

  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let (sine, cosine) = S.sincos(wavenumber * z.t)
    let wave = ComplexNumber(cosine, sine)
    let position = ComplexNumber(z.x, z.y)
    // Horner's rule for both polynomials.
    var kick = ComplexNumber<S>.zero
    var gain = ComplexNumber<S>.zero
    var m = orders.count
    while m > 0 {
      m -= 1
      let order = orders[m]
      // cos ψ and sin ψ times the coefficients
      let normal = order.normal * wave
      let skew = order.skew * wave
      kick = kick * position + ComplexNumber(normal.real, skew.real)
      gain =
        gain * position
        + ComplexNumber(order.inverse * normal.imaginary, order.inverse * skew.imaginary)
    }
    z.px = z.px - kick.real
    z.py = z.py + kick.imaginary
    z.pt = z.pt + wavenumber * (gain * position).real
    return S.Mask(repeating: true)
  }
}
