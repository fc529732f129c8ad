import AutoDiff
import BeamMaps

/// The motion through rf fields and solenoids of axial symmetry that are known on the axis.
///
/// Off the axis the fields are, to third order,
///
///     E_z = [e − (r²/4)(e″ + k²e)]·cos ψ    E_r = [−(r/2)e′ + (r³/16)(e‴ + k²e′)]·cos ψ
///     B_z = b − r²b″/4                      B_r = −(r/2)b′ + r³b‴/16
///
/// (generalised gradients of order 0: M. Venturini, A. Dragt, Nucl. Instrum. Methods A 427, 387 (1999)).
/// In momenta over mc and the gauge with A_x = A_y = 0 for the rf fields, whose potential is then Φ =
/// ∂F/∂t with F = [(r²/4)e′ − (r⁴/64)(e‴ + k²e′)]·sin ψ/k, the Hamiltonian is, to fourth order in the
/// transverse coordinates, a sum of parts with exact flows, which are composed symmetrically with the
/// fields of each step's middle:
///
///     S/2 N/2 C/2 T(before) L/2 K L/2 T(after) C/2 N/2 S/2
///
/// S is the turn and the focusing in the solenoid with the transverse energy to all orders, N its
/// aberration by b″, C the coupling of Φ to the transverse momenta, T the change of gauge, L the flight
/// along the axis, and K the kick of the rf fields. They are calls: each has a hundred operations, and inlined
/// they would be one function that takes minutes to compile.
public struct FieldMapMotion<S: ParticleScalar>: Motion {
  @usableFromInline let steps: [Step]
  @usableFromInline let waves: [Wave]
  @usableFromInline let waveCount: Int
  @usableFromInline let hasSolenoids: Bool
  /// p_i and 1/p_f
  @usableFromInline let momentum, inverseMomentum: S
  /// p_i/p_f
  @usableFromInline let momentumRatio: S

  /// An rf field in the middle of a step.
  @usableFromInline
  struct Wave: Sendable {
    @usableFromInline let wavenumber, sine, cosine: S
    /// e/2, e′/2 and their companions (e″ + k²e)/16 and (e‴ + k²e′)/16.
    @usableFromInline let field, slope, curvature, third: S
  }

  @usableFromInline
  struct Step: Sendable {
    /// d/2
    @usableFromInline let half: S
    /// α = b/2 and b″
    @usableFromInline let turn: SolenoidTurn<S>
    @usableFromInline let alpha, curvature: S
    @usableFromInline let before, after: Side
  }

  /// The reference particle at one side of a step.
  @usableFromInline
  struct Side: Sendable {
    /// Its time, from that in the middle.
    @usableFromInline let time: S
    /// γ − 1, γ and p
    @usableFromInline let kinetic, gamma, momentum: S
    /// γ/(8p³)
    @usableFromInline let coupling: S

    init(time: S.Constant, kinetic: S.Constant) {
      let momentum = S.Constant.sqrt(kinetic * (kinetic + 2.0))
      self.time = S(time)
      self.kinetic = S(kinetic)
      gamma = S(1.0 + kinetic)
      self.momentum = S(momentum)
      coupling = S((1.0 + kinetic) / (8.0 * (momentum * momentum * momentum)))
    }
  }

  /// The motion along `passage` the other way, whose end is `reference`.
  init(reversing passage: FieldMapPassage<S.Constant>, to reference: ReferenceParticle<S.Constant>)
  {
    typealias C = S.Constant
    let steps = passage.steps.reversed().map(\.reversed)
    hasSolenoids = passage.hasSolenoids
    waveCount = passage.hasWaves ? steps.first?.waves.count ?? 0 : 0
    self.steps = steps.map { step in
      Step(
        half: S(0.5 * step.length), turn: SolenoidTurn(ks: step.solenoid),
        alpha: S(0.5 * step.solenoid), curvature: S(step.solenoidCurvature),
        before: Side(time: step.before, kinetic: step.energyBefore),
        after: Side(time: step.after, kinetic: step.energyAfter))
    }
    waves = steps.flatMap(\.waves).map { wave in
      let (sine, cosine) = C.sincos(wave.phase)
      return Wave(
        wavenumber: S(wave.wavenumber), sine: S(sine), cosine: S(cosine),
        field: S(0.5 * wave.field), slope: S(0.5 * wave.slope),
        curvature: S(0.0625 * wave.curvature), third: S(0.0625 * wave.third))
    }
    let before = passage.kineticEnergyOverMass
    let start = C.sqrt(before * (before + 2.0))
    momentum = S(start)
    inverseMomentum = S(1.0 / reference.betaGamma)
    momentumRatio = S(start / reference.betaGamma)
  }

  /// - Returns: False where the particle has no kinetic energy, or does not fly forward.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = z.pt
    z.rescaleMomenta(by: momentum)
    let entering = z.pt
    var isInside = S.Mask(repeating: true)
    for i in steps.indices {
      let step = steps[i]
      let first = i * waveCount
      var energy = Energy(step.before, z.pt)
      isInside = isInside .& energy.isPositive .& turn(step, energy, &z)
      if waveCount > 0 {
        change(step, step.before, first, entering: true, &z)
        energy = Energy(step.before, z.pt)
        isInside = isInside .& energy.isPositive
        fly(step.half, step.before, energy, &z)
        kick(step, first, &z)
        energy = Energy(step.after, z.pt)
        isInside = isInside .& energy.isPositive
        fly(step.half, step.after, energy, &z)
        change(step, step.after, first, entering: false, &z)
      } else {
        fly(step.half, step.before, energy, &z)
        fly(step.half, step.after, energy, &z)
      }
      energy = Energy(step.after, z.pt)
      isInside = isInside .& energy.isPositive .& turnBack(step, energy, &z)
    }
    let change = z.pt - entering
    z.rescaleMomenta(by: inverseMomentum)
    // Without a field the energy stays to the last bit.
    z.pt = deficit * momentumRatio + change * inverseMomentum
    return isInside
  }

  /// The energy of a particle beside the reference particle.
  @usableFromInline
  struct Energy {
    @usableFromInline let gamma, momentum: S
    @usableFromInline let isPositive: S.Mask

    @inlinable @inline(__always)
    init(_ side: Side, _ deficit: S) {
      let kinetic = side.kinetic - deficit
      gamma = 1.0 + kinetic
      momentum = S.sqrt(kinetic * (kinetic + 2.0))
      isPositive = S.zero < kinetic
    }
  }

  /// S/2, then N/2.
  @inlinable @inline(__always)
  func turn(_ step: Step, _ energy: Energy, _ z: inout PhaseSpace<S>) -> S.Mask {
    let isInside = focus(step, energy, &z)
    if hasSolenoids { aberrate(step, energy, &z) }
    return isInside
  }

  /// N/2, then S/2.
  @inlinable @inline(__always)
  func turnBack(_ step: Step, _ energy: Energy, _ z: inout PhaseSpace<S>) -> S.Mask {
    if hasSolenoids { aberrate(step, energy, &z) }
    return focus(step, energy, &z)
  }

  /// S: a call for both ends of a step; −√(p² − N) + p with N the square of the kinetic transverse momentum.
  @inlinable @inline(never)
  func focus(_ step: Step, _ energy: Energy, _ z: inout PhaseSpace<S>) -> S.Mask {
    let transverse = step.turn.transverse(z)
    let squared = energy.momentum * energy.momentum - transverse
    let forward = S.sqrt(squared)
    let path = step.half / forward
    z.t =
      z.t + path * energy.gamma * transverse / (energy.momentum * (energy.momentum + forward))
    step.turn.move(&z, over: path)
    return S.zero < squared
  }

  /// N: the aberration of the solenoid, which keeps r and L_z.
  @inlinable @inline(never)
  func aberrate(_ step: Step, _ energy: Energy, _ z: inout PhaseSpace<S>) {
    let squared = z.x * z.x + z.y * z.y
    let angular = z.x * z.py - z.y * z.px
    let inverse = 1.0 / energy.momentum
    let strength = step.half * step.curvature * inverse
    let lens = 0.125 * strength * (angular - 2.0 * (step.alpha * squared))
    z.px = z.px - lens * z.x
    z.py = z.py - lens * z.y
    rotate(by: 0.0625 * (strength * squared), &z)
    let delay: S = 0.0625 * angular - 0.0625 * (step.alpha * squared)
    z.t = z.t + strength * energy.gamma * (inverse * inverse) * squared * delay
  }

  /// L: the flight along the axis against the reference particle.
  @inlinable @inline(never)
  func fly(_ length: S, _ side: Side, _ energy: Energy, _ z: inout PhaseSpace<S>) {
    let sums = (energy.gamma * side.momentum + side.gamma * energy.momentum) * energy.momentum
    z.t = z.t + length * z.pt * (side.gamma + energy.gamma) / (sums * side.momentum)
  }

  /// The rf fields at a particle's time: Σ (e′/2)cos ψ, Σ (e‴ + k²e′)cos ψ/16, Σ k·(e′/2)sin ψ, and the
  /// first two with (sin ψ − sin ψ_m)/k for cos ψ.
  @usableFromInline
  struct Phases {
    @usableFromInline var slope, third, rate, slopeIntegral, thirdIntegral: S

    @inlinable @inline(__always)
    init() {
      (slope, third, rate) = (.zero, .zero, .zero)
      (slopeIntegral, thirdIntegral) = (.zero, .zero)
    }
  }

  /// C/2 and T where a step begins, T and C/2 where it ends: a call for both.
  @inlinable @inline(never)
  func change(
    _ step: Step, _ side: Side, _ first: Int, entering isEntering: Bool,
    _ z: inout PhaseSpace<S>
  ) {
    let lag = z.t + side.time
    var phases = Phases()
    for j in first..<(first + waveCount) {
      let wave = waves[j]
      let half = 0.5 * (wave.wavenumber * lag)
      let (sineHalf, cosineHalf) = S.sincos(half)
      // ψ_m + half, then ψ = ψ_m + 2·half.
      let (sineMiddle, cosineMiddle) = (
        wave.sine * cosineHalf + wave.cosine * sineHalf,
        wave.cosine * cosineHalf - wave.sine * sineHalf
      )
      let (sine, cosine) = (
        sineMiddle * cosineHalf + cosineMiddle * sineHalf,
        cosineMiddle * cosineHalf - sineMiddle * sineHalf
      )
      let integral = lag * cosineMiddle * S.sinc(half)
      phases.slope = phases.slope + wave.slope * cosine
      phases.third = phases.third + wave.third * cosine
      phases.rate = phases.rate + wave.wavenumber * wave.slope * sine
      phases.slopeIntegral = phases.slopeIntegral + wave.slope * integral
      phases.thirdIntegral = phases.thirdIntegral + wave.third * integral
    }
    let coupling = 2.0 * (side.coupling * phases.slope)
    let rate = -2.0 * (side.coupling * phases.rate)
    if isEntering {
      if hasSolenoids { coupleInSolenoid(step, coupling, rate, &z) }
      couple(step, coupling, rate, &z)
      regauge(phases, sign: 1, &z)
    } else {
      regauge(phases, sign: -1, &z)
      couple(step, coupling, rate, &z)
      if hasSolenoids { coupleInSolenoid(step, coupling, rate, &z) }
    }
  }

  /// T: P⊥ ± ∂F/∂r⊥ and P ± ∂F/∂t.
  @inlinable @inline(__always)
  func regauge(_ phases: Phases, sign: Double, _ z: inout PhaseSpace<S>) {
    let squared = z.x * z.x + z.y * z.y
    let lens = sign * (phases.slopeIntegral - phases.thirdIntegral * squared)
    z.px = z.px + lens * z.x
    z.py = z.py + lens * z.y
    z.pt = z.pt + (0.5 * sign) * (squared * (phases.slope - 0.5 * (phases.third * squared)))
  }

  /// C without the solenoid, with D = x·Px + y·Py, which stays, as L_z does.
  @inlinable @inline(never)
  func couple(_ step: Step, _ coupling: S, _ rate: S, _ z: inout PhaseSpace<S>) {
    let radial = z.x * z.px + z.y * z.py
    let angular = z.x * z.py - z.y * z.px
    let strength = 2.0 * (coupling * step.half)
    let stretch = S.exp(strength * radial)
    rotate(by: strength * angular, &z)
    let inverse = 1.0 / stretch
    (z.x, z.y) = (stretch * z.x, stretch * z.y)
    (z.px, z.py) = (inverse * z.px, inverse * z.py)
    z.pt = z.pt - step.half * rate * (radial * radial + angular * angular)
  }

  /// The part of C with the solenoid's vector potential.
  @inlinable @inline(never)
  func coupleInSolenoid(_ step: Step, _ coupling: S, _ rate: S, _ z: inout PhaseSpace<S>) {
    let bend = step.alpha * (z.x * z.x + z.y * z.y)
    let angular = z.x * z.py - z.y * z.px
    let strength = coupling * step.half
    let lens = 4.0 * strength * step.alpha * (angular - bend)
    z.px = z.px + lens * z.x
    z.py = z.py + lens * z.y
    rotate(by: -2.0 * (strength * bend), &z)
    z.pt = z.pt - step.half * rate * bend * (bend - 2.0 * angular)
  }

  /// K: the kick of the rf fields over the whole step.
  @inlinable @inline(never)
  func kick(_ step: Step, _ first: Int, _ z: inout PhaseSpace<S>) {
    let squared = z.x * z.x + z.y * z.y
    var (lens, energy) = (S.zero, S.zero)
    for j in first..<(first + waveCount) {
      let wave = waves[j]
      let k = wave.wavenumber
      let (sineHalf, cosineHalf) = S.sincos(0.5 * (k * z.t))
      let (sineMiddle, cosineMiddle) = (
        wave.sine * cosineHalf + wave.cosine * sineHalf,
        wave.cosine * cosineHalf - wave.sine * sineHalf
      )
      let (sine, cosine) = (
        sineMiddle * cosineHalf + cosineMiddle * sineHalf,
        cosineMiddle * cosineHalf - sineMiddle * sineHalf
      )
      let falloff: S = wave.curvature * squared
      lens = lens + k * sine * (wave.field - falloff)
      let onAxis: S = 4.0 * (wave.field * (sineHalf * sineMiddle))
      let offAxis: S = k * k * cosine * squared * (wave.field - 0.5 * falloff)
      energy = energy + (onAxis + 0.5 * offAxis)
    }
    let length = 2.0 * step.half
    z.px = z.px + length * lens * z.x
    z.py = z.py + length * lens * z.y
    z.pt = z.pt + length * energy
  }

  /// Turns x towards y by `angle`, positions and momenta.
  @inlinable @inline(never)
  func rotate(by angle: S, _ z: inout PhaseSpace<S>) {
    let (sine, cosine) = S.sincos(angle)
    (z.x, z.y) = (z.x * cosine - z.y * sine, z.x * sine + z.y * cosine)
    (z.px, z.py) = (z.px * cosine - z.py * sine, z.px * sine + z.py * cosine)
  }
}
