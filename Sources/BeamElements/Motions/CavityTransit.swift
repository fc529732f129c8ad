import AutoDiff
import BeamMaps

/// The integration of the reference particle through a slice of a cavity with a given field on its
/// axis, and the linear map of the particles about it.
///
/// The potentials of a TM mode give, in momenta over mc, with ψ = kt + φ of the reference particle
/// and L = E₀e′·sin ψ/(2k) of the transverse vector potential,
///
///     γ′ = E₀e·cos ψ,  t′ = γ/βγ,
///     H = [(px − Lx)² + (py − Ly)²]/(2βγ) + pt²/(2(βγ)³)
///         − E₀(e″ + k²e)·sin ψ/(4k)·(x² + y²) − E₀e·k·sin ψ/2·t²
///
/// A step of length d is the symmetric composition H1(d/2) H2(d/2) H3(d) H2(d/2) H1(d/2). H1
/// changes the energy and kicks, H2 moves particles transversely, and H3 moves them and the
/// reference particle in time. Each is solved exactly, so that the error is of second order in d,
/// and the backward steps are the inverse. R. Ryne, Computational Methods in Accelerator Physics,
/// US Particle Accelerator School (2009).
///
/// γ − 1 is stored and not γ, and sums are compensated: over hundreds of radians of phase, the map
/// of a slow particle amplifies every rounding a hundred thousand times.
struct CavityTransit<C: RealScalar> {
  /// c·time of the reference particle at the end [m].
  private(set) var timeSum: CompensatedSum<C>
  private var energySum: CompensatedSum<C>
  /// The inverse map of the particles, from the end of the integration to its beginning, with
  /// momenta over mc.
  private(set) var transverseBack = PlaneMatrix<C>.identity
  private(set) var longitudinalBack = PlaneMatrix<C>.identity
  private let scale: C
  private let wavenumber: C
  private let phase: C

  /// γ − 1 of the reference particle at the end.
  var kineticEnergyOverMass: C { energySum.value }

  /// The drive of a cavity.
  struct Drive {
    /// E₀ = qÊ/(mc²) [1/m].
    let scale: C
    /// k [1/m].
    let wavenumber: C
    /// φ [rad] at the reference particle's time 0.
    var phase: C
  }

  /// Integrates through `slice` in its direction, in `steps` steps.
  ///
  /// - Parameters:
  ///   - field: The field on the axis of the whole element.
  ///   - reference: The reference particle at the beginning of the integration.
  init(
    _ slice: Slice, of field: AxialField<C>, steps: Int, _ drive: Drive,
    from reference: ReferenceParticle<C>
  ) {
    timeSum = reference.timeSum
    energySum = CompensatedSum(reference.kineticEnergyOverMass)
    scale = drive.scale
    wavenumber = drive.wavenumber
    phase = drive.phase
    let step = slice.length(of: field.length) * (1 / Double(steps))
    func sample(afterHalfSteps n: Int) -> AxialField<C>.Sample {
      field.sample(at: slice.place(afterHalfSteps: n, ofSteps: steps))
    }
    var (sine, cosine) = C.sincos(drivePhase)
    var entrance = sample(afterHalfSteps: 0)
    for n in 0..<steps {
      let middle = sample(afterHalfSteps: 2 * n + 1)
      let exit = sample(afterHalfSteps: 2 * n + 2)
      kick(from: entrance, to: middle, sine, cosine)
      move(step * 0.5, middle, sine)
      drift(step)
      (sine, cosine) = C.sincos(drivePhase)
      move(step * 0.5, middle, sine)
      kick(from: middle, to: exit, sine, cosine)
      entrance = exit
    }
  }

  /// The gain of the reference particle in the whole element, by the same steps as in its slices.
  static func gain(
    _ slices: Int, of field: AxialField<C>, steps: Int, _ drive: Drive,
    from reference: ReferenceParticle<C>
  ) -> GainCurve<C> {
    var curve = GainCurve(from: reference)
    let time = reference.timeSum
    let phase = drive.wavenumber * time.value + drive.phase - drive.wavenumber * time.excess
    let step = field.length * (1 / Double(slices * steps))
    func kick(from start: C, to end: C, after flight: C) {
      curve.kicks.append(
        GainCurve.Kick(
          flight: flight, wavenumber: drive.wavenumber, phase: phase,
          gain: drive.scale * (end - start)))
    }
    for index in 0..<slices {
      let slice = Slice(index: index, of: slices)
      func integral(afterHalfSteps n: Int) -> C {
        field.sample(at: slice.place(afterHalfSteps: n, ofSteps: steps)).integral
      }
      for n in 0..<steps {
        let middle = integral(afterHalfSteps: 2 * n + 1)
        kick(from: integral(afterHalfSteps: 2 * n), to: middle, after: .zero)
        kick(from: middle, to: integral(afterHalfSteps: 2 * n + 2), after: step)
      }
    }
    return curve
  }

  /// ψ = kt + φ
  private var drivePhase: C {
    wavenumber * timeSum.value + phase - wavenumber * timeSum.excess
  }

  // The particles' inverse map is a product, multiplied from the right by the inverse of each
  // factor.

  /// H1: u += ΔI·cos ψ, p⊥ += n·q⊥, pt += m·t; positions do not change.
  private mutating func kick(
    from before: AxialField<C>.Sample, to after: AxialField<C>.Sample, _ sine: C, _ cosine: C
  ) {
    let gain = scale * (after.integral - before.integral)
    let m = gain * wavenumber * sine
    let n = scale * (after.slope - before.slope) * sine / (2.0 * wavenumber) + 0.5 * m
    energySum += gain * cosine
    transverseBack.qq -= n * transverseBack.qp
    transverseBack.pq -= n * transverseBack.pp
    longitudinalBack.qq -= m * longitudinalBack.qp
    longitudinalBack.pq -= m * longitudinalBack.pp
  }

  /// H2: with σ = τ/βγ, q⊥ ← (1 − σL)·q⊥ + σ·p⊥ and p⊥ ← (1 + σL)·p⊥ − σL²·q⊥; its inverse has −σ.
  private mutating func move(_ length: C, _ field: AxialField<C>.Sample, _ sine: C) {
    let slope = scale * field.slope * sine / (2.0 * wavenumber)
    let sigma = length / betaGamma
    let q = transverseBack.qq + slope * transverseBack.qp
    let p = transverseBack.pq + slope * transverseBack.pp
    transverseBack.qq += sigma * slope * q
    transverseBack.qp -= sigma * q
    transverseBack.pq += sigma * slope * p
    transverseBack.pp -= sigma * p
  }

  /// H3: t += τ·pt/(βγ)³, and the reference particle's time += τ·γ/βγ.
  private mutating func drift(_ length: C) {
    let momentum = betaGamma
    let slip = length / (momentum * momentum * momentum)
    longitudinalBack.qp -= slip * longitudinalBack.qq
    longitudinalBack.pp -= slip * longitudinalBack.pq
    timeSum += length * (1.0 + kineticEnergyOverMass) / momentum
  }

  /// βγ of the reference particle.
  var betaGamma: C { .sqrt(kineticEnergyOverMass * (kineticEnergyOverMass + 2.0)) }
}
