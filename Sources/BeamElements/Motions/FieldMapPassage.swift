import AutoDiff
import BeamMaps

/// The integration of the reference particle through a slice of fields along the axis, with what the map
/// of the particles needs to know of each step.
///
/// In a step of length d the reference particle flies over d/2, gains d·Σ e·cos(kt + φ) with the fields
/// of the step's middle, and flies over d/2: time symmetric, and the backward steps are the inverse.
@usableFromInline
struct FieldMapPassage<C: RealScalar> {
  /// c·time of the reference particle at the end [m].
  @usableFromInline private(set) var timeSum: CompensatedSum<C>
  private var energySum: CompensatedSum<C>
  /// The steps, in their order.
  @usableFromInline private(set) var steps: [Step] = []
  /// Whether there are rf fields, and solenoids.
  @usableFromInline let hasWaves, hasSolenoids: Bool

  /// γ − 1 of the reference particle at the end.
  @usableFromInline var kineticEnergyOverMass: C { energySum.value }

  /// One field.
  struct Source {
    let isWave: Bool
    /// It has the frequency 0, and a phase that no autophase moves.
    let isStatic: Bool
    /// qÊ/(mc²) or qB̂/(mc) [1/m].
    let scale: C
    /// k [1/m].
    let wavenumber: C
    /// φ [rad] at the reference particle's time 0.
    var phase: C
    /// The profile over a length of 1.
    let profile: AxialField<Double>

    /// The field with `offset` [rad] added to its phase, unless it is static.
    func shifted(by offset: C) -> Self {
      var source = self
      if !isStatic { source.phase = phase + offset }
      return source
    }
  }

  /// An rf field in the middle of a step.
  @usableFromInline
  struct Wave {
    /// k [1/m], and ψ = k·t_m + φ when the reference particle is there.
    @usableFromInline let wavenumber, phase: C
    /// e, e′, e″ + k²e and e‴ + k²e′ [1/m …].
    @usableFromInline let field, slope, curvature, third: C
  }

  /// A step.
  @usableFromInline
  struct Step {
    /// d [m], with its sign.
    @usableFromInline var length: C
    /// B_z and B_z″ [1/m, 1/m³].
    @usableFromInline let solenoid, solenoidCurvature: C
    @usableFromInline let waves: [Wave]
    /// c·time of the reference particle before and after the step, from that in its middle [m].
    @usableFromInline var before, after: C
    /// γ − 1 of it before and after the middle.
    @usableFromInline var energyBefore, energyAfter: C

    /// The same step the other way.
    @usableFromInline var reversed: Self {
      var step = self
      step.length = C.zero - length
      (step.before, step.after) = (after, before)
      (step.energyBefore, step.energyAfter) = (energyAfter, energyBefore)
      return step
    }
  }

  /// Integrates through `slice` of an element of `length` [m], in its direction.
  init(
    _ slice: Slice, length: C, _ sources: [Source], _ splitting: SymplecticSplitting,
    from reference: ReferenceParticle<C>
  ) {
    timeSum = reference.timeSum
    energySum = CompensatedSum(reference.kineticEnergyOverMass)
    hasWaves = sources.contains(where: \.isWave)
    hasSolenoids = sources.contains { !$0.isWave }
    let inverse = 1.0 / length
    let squared = inverse * inverse
    let whole = slice.length(of: length)
    let start = slice.isBackward ? Double(slice.index + 1) : Double(slice.index)
    var passed = 0.0
    for fraction in splitting.stages.kicks {
      let middle = passed + 0.5 * fraction
      passed += fraction
      let place = (start + (slice.isBackward ? -middle : middle)) / Double(slice.count) - 0.5
      let step = whole * fraction
      let before = timeSum
      fly(over: step * 0.5)
      let middleSum = timeSum
      var (solenoid, curvature) = (C.zero, C.zero)
      var waves: [Wave] = []
      var gain = C.zero
      for source in sources {
        let e = source.profile.derivatives(at: place)
        if !source.isWave {
          solenoid += source.scale * e.e
          curvature += source.scale * squared * e.second
          continue
        }
        let k = source.wavenumber
        let kk = k * k
        let phase = k * timeSum.value + source.phase - k * timeSum.excess
        let field = source.scale * e.e
        let slope = source.scale * inverse * e.first
        waves.append(
          Wave(
            wavenumber: k, phase: phase, field: field, slope: slope,
            curvature: source.scale * squared * e.second + kk * field,
            third: source.scale * (squared * inverse) * e.third + kk * slope))
        gain += field * C.cos(phase)
      }
      let energyBefore = energySum.value
      energySum += step * gain
      fly(over: step * 0.5)
      steps.append(
        Step(
          length: step, solenoid: solenoid, solenoidCurvature: curvature, waves: waves,
          before: Self.difference(before, middleSum), after: Self.difference(timeSum, middleSum),
          energyBefore: energyBefore, energyAfter: energySum.value))
    }
  }

  /// The gain of the reference particle in the whole element, by the same steps as in its slices.
  static func gain(
    _ slices: Int, length: C, _ sources: [Source], _ splitting: SymplecticSplitting,
    from reference: ReferenceParticle<C>
  ) -> GainCurve<C> {
    var curve = GainCurve(from: reference)
    let whole = Slice(index: 0, of: slices).length(of: length)
    var flight = C.zero
    for index in 0..<slices {
      var passed = 0.0
      for fraction in splitting.stages.kicks {
        let place = (Double(index) + passed + 0.5 * fraction) / Double(slices) - 0.5
        passed += fraction
        let step = whole * fraction
        flight += step * 0.5
        for source in sources where source.isWave {
          let k = source.wavenumber
          curve.kicks.append(
            GainCurve.Kick(
              flight: flight, wavenumber: k,
              phase: k * reference.timeSum.value + source.phase - k * reference.timeSum.excess,
              gain: step * (source.scale * source.profile.value(at: place)),
              isStatic: source.isStatic))
          flight = C.zero
        }
        flight += step * 0.5
      }
    }
    return curve
  }

  private mutating func fly(over length: C) {
    let energy = kineticEnergyOverMass
    timeSum += length * (1.0 + energy) / C.sqrt(energy * (energy + 2.0))
  }

  private static func difference(_ a: CompensatedSum<C>, _ b: CompensatedSum<C>) -> C {
    (a.value - b.value) - (a.excess - b.excess)
  }
}
