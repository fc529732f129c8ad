import AutoDiff
import BeamMaps

/// The motion through a slice of an accelerating structure with a wave in step with the reference
/// particle, and the focusing of its space harmonics.
///
/// J. Rosenzweig, L. Serafini, Phys. Rev. E 49, 1599 (1994), equation (13), after S. Hartman, J.
/// Rosenzweig, Phys. Rev. E 47, 2031 (1993). In momenta over mc, with G the greatest gain of γ per
/// length, e = G·cos φ that of the reference particle, κ = ηG²/8, ψ = φ + kt and P = pt·βγ, the
/// Hamiltonian is split into parts that are solved exactly:
///
///     A  −p + [Px² + Py² + κ(x² + y²)]/(2p), p at the energy γ_ref − P, where γ_ref′ = e
///     B  −G(cos ψ − cos φ), which is not zero off the reference particle's time
///
/// and the ends, ±(G/4)cos ψ·(x² + y²), + at the entrance. The transverse part of A on the axis is the
/// matrix of Rosenzweig and Serafini with arcosh γ for ln γ and p for γ.
public struct StructureMotion<S: ParticleScalar>: Motion {
  /// A over each part of the slice, one more than there are kicks.
  @usableFromInline let flights: [AcceleratedFlight<S>]
  /// 2G times the length of each kick B.
  @usableFromInline let kicks: [S]
  @usableFromInline let sine, cosine: S
  /// k/2 [1/m]
  @usableFromInline let halfWavenumber: S
  /// κ [1/m²]
  @usableFromInline let focusing: S
  /// ∓G/2 and ±kG/4 of the end before the slice and of that behind it.
  @usableFromInline let before, after: End
  @usableFromInline let isBefore, isAfter: Bool
  /// p_i and 1/p_f
  @usableFromInline let momentum, inverseMomentum: S
  /// p_i/p_f
  @usableFromInline let momentumRatio: S

  /// What a structure is.
  public struct Drive<C: RealScalar>: Sendable {
    /// G, the greatest gain of γ per length [1/m].
    public var gradient: C
    /// k [1/m].
    public var wavenumber: C
    /// φ of the reference particle [rad]: 0 on the crest.
    public var phase: C
    /// η, the strength of the space harmonics' focusing.
    public var focusing: C
    /// Whether the fields of the ends act.
    public var hasEnds: Bool

    /// A structure with these numbers.
    @inlinable
    public init(gradient: C, wavenumber: C, phase: C, focusing: C, hasEnds: Bool) {
      self.gradient = gradient
      self.wavenumber = wavenumber
      self.phase = phase
      self.focusing = focusing
      self.hasEnds = hasEnds
    }
  }

  /// One end: the lens and the kick of the energy.
  @usableFromInline
  struct End: Sendable {
    @usableFromInline let lens, energy: S

    @inlinable
    init(_ drive: Drive<S.Constant>, sign: Double) {
      lens = S(drive.gradient * (-0.5 * sign))
      energy = S(drive.gradient * drive.wavenumber * (0.25 * sign))
    }
  }

  /// The motion through `slice`, of `length` [m] with its sign, from the reference energy γ − 1 =
  /// `before` to `after`.
  @inlinable
  public init(
    _ drive: Drive<S.Constant>, length: S.Constant, _ slice: Slice, from before: S.Constant,
    to after: S.Constant, _ splitting: SymplecticSplitting
  ) {
    typealias C = S.Constant
    let (sine, cosine) = C.sincos(drive.phase)
    let gain = drive.gradient * cosine * length
    let stages = splitting.stages
    var place = 0.0
    var flights: [AcceleratedFlight<S>] = []
    for (i, fraction) in stages.flights.enumerated() {
      let start = before + gain * place
      place += fraction
      // The last one ends where the reference particle is.
      let end = i == stages.kicks.count ? after : before + gain * place
      flights.append(
        AcceleratedFlight(
          length: length * fraction, gain: gain * fraction, from: start, to: end))
    }
    self.flights = flights
    kicks = stages.kicks.map { S(drive.gradient * length * (2 * $0)) }
    self.sine = S(sine)
    self.cosine = S(cosine)
    halfWavenumber = S(0.5 * drive.wavenumber)
    focusing = S(0.125 * (drive.focusing * drive.gradient * drive.gradient))
    // Undone, the exit acts like an entrance.
    self.before = End(drive, sign: 1)
    self.after = End(drive, sign: -1)
    isBefore = drive.hasEnds && (slice.isBackward ? slice.isLast : slice.isFirst)
    isAfter = drive.hasEnds && (slice.isBackward ? slice.isFirst : slice.isLast)
    momentum = S(C.sqrt(before * (before + 2.0)))
    let (start, end) = (C.sqrt(before * (before + 2.0)), C.sqrt(after * (after + 2.0)))
    inverseMomentum = S(1.0 / end)
    momentumRatio = S(start / end)
  }

  /// - Returns: False where the particle has no kinetic energy.
  @inlinable @inline(__always)
  public func move(_ z: inout PhaseSpace<S>) -> S.Mask {
    let deficit = z.pt
    z.rescaleMomenta(by: momentum)
    let entering = z.pt
    if isBefore { pass(before, &z) }
    var isInside = S.Mask(repeating: true)
    for i in flights.indices {
      isInside = isInside .& fly(flights[i], &z)
      if i < kicks.count {
        let (sineHalf, cosineHalf) = S.sincos(halfWavenumber * z.t)
        z.pt = z.pt + kicks[i] * (sineHalf * (sine * cosineHalf + cosine * sineHalf))
      }
    }
    if isAfter { pass(after, &z) }
    let change = z.pt - entering
    z.rescaleMomenta(by: inverseMomentum)
    // Without a field the energy stays to the last bit.
    z.pt = deficit * momentumRatio + change * inverseMomentum
    return isInside
  }

  /// A
  @inlinable @inline(__always)
  func fly(_ flight: AcceleratedFlight<S>, _ z: inout PhaseSpace<S>) -> S.Mask {
    let flight = flight(z.pt)
    let energy = z.px * z.px + z.py * z.py + focusing * (z.x * z.x + z.y * z.y)
    z.t = z.t + (flight.delay + 0.5 * flight.slip * energy)
    let path = flight.path
    let stumpff = Stumpff(focusing * path * path)
    let stretch = path * stumpff.c1
    let back = focusing * stretch
    let (x, y) = (z.x, z.y)
    z.x = stumpff.c0 * x + stretch * z.px
    z.y = stumpff.c0 * y + stretch * z.py
    z.px = stumpff.c0 * z.px - back * x
    z.py = stumpff.c0 * z.py - back * y
    return flight.isInside
  }

  @inlinable @inline(never)
  func pass(_ end: End, _ z: inout PhaseSpace<S>) {
    let (sineHalf, cosineHalf) = S.sincos(halfWavenumber * z.t)
    let (sineWave, cosineWave) = (
      2.0 * (sineHalf * cosineHalf), 1.0 - 2.0 * (sineHalf * sineHalf)
    )
    let lens = end.lens * (cosine * cosineWave - sine * sineWave)
    z.px = z.px + lens * z.x
    z.py = z.py + lens * z.y
    z.pt =
      z.pt + end.energy * (sine * cosineWave + cosine * sineWave) * (z.x * z.x + z.y * z.y)
  }
}
