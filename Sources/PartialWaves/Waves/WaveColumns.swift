import AutoDiff
import SystemLibrary

/// The four-momenta of one particle over events, in an array for each component [GeV].
public struct MomentumColumns {
  /// Addresses of the first event's components; those of the next events follow [GeV].
  public var px, py, pz, energy: UnsafePointer<Double>

  /// Columns that begin at these addresses.
  public init(
    px: UnsafePointer<Double>, py: UnsafePointer<Double>, pz: UnsafePointer<Double>,
    energy: UnsafePointer<Double>
  ) {
    self.px = px
    self.py = py
    self.pz = pz
    self.energy = energy
  }

  /// The same columns from event `first` on.
  public func dropping(_ first: Int) -> Self {
    Self(px: px + first, py: py + first, pz: pz + first, energy: energy + first)
  }

  /// The momenta of consecutive events from event `i` on, as many as the scalar has lanes.
  @inline(__always)
  func load<S: EventScalar>(_ i: Int) -> FourVector<S> {
    FourVector(
      px: S(constantAt: px + i), py: S(constantAt: py + i), pz: S(constantAt: pz + i),
      energy: S(constantAt: energy + i))
  }
}

/// The tracks of ψ → φ f, φ → K⁺K⁻, f → h⁺h⁻ over events, in the rest frame of ψ.
public struct FourTrackColumns {
  /// The momenta of K⁺, K⁻, h⁺ and h⁻.
  public var positiveKaon, negativeKaon, positiveHadron, negativeHadron: MomentumColumns

  /// The tracks with their momenta.
  public init(
    positiveKaon: MomentumColumns, negativeKaon: MomentumColumns,
    positiveHadron: MomentumColumns, negativeHadron: MomentumColumns
  ) {
    self.positiveKaon = positiveKaon
    self.negativeKaon = negativeKaon
    self.positiveHadron = positiveHadron
    self.negativeHadron = negativeHadron
  }

  /// The same columns from event `first` on.
  public func dropping(_ first: Int) -> Self {
    Self(
      positiveKaon: positiveKaon.dropping(first), negativeKaon: negativeKaon.dropping(first),
      positiveHadron: positiveHadron.dropping(first),
      negativeHadron: negativeHadron.dropping(first))
  }

  @inline(__always)
  func load<S: EventScalar>(_ i: Int) -> FourTracks<S> {
    FourTracks(
      positiveKaon: positiveKaon.load(i), negativeKaon: negativeKaon.load(i),
      positiveHadron: positiveHadron.load(i), negativeHadron: negativeHadron.load(i))
  }
}

/// The columns that a likelihood needs of each event: the transverse components of every wave, and
/// the two squared masses.
public struct WaveColumns: Sendable {
  /// The spins J of f_J whose waves are wanted, ascending.
  public let spins: [Int]
  /// M of ψ [GeV].
  public let parentMass: Double
  /// The barrier factors of all decays.
  public let barrier: OrbitalBarrier

  /// - Parameters:
  ///   - spins: The spins J of f_J whose waves are wanted, of ``WaveCatalog/spins``.
  ///   - parentMass: M of ψ [GeV].
  ///   - barrier: The barrier factors of all decays.
  public init(spins: [Int], parentMass: Double, barrier: OrbitalBarrier = OrbitalBarrier()) {
    let known = WaveCatalog.spins
    require(spins.allSatisfy(known.contains), "there are waves of the spins \(known)")
    self.spins = Set(spins).sorted()
    self.parentMass = parentMass
    self.barrier = barrier
  }

  /// The waves in the order of their columns.
  public var waves: [CovariantWave] { spins.flatMap { WaveCatalog.waves(spin: $0) } }

  /// How many columns there are for the waves: U^x and U^y of each.
  public var columnCount: Int { 2 * waves.count }

  /// Writes the columns of `count` events. Nothing is allocated, and different threads may fill
  /// different blocks. The last events, if fewer than there are lanes, are computed one by one;
  /// their last bits may differ from those of the same event in a full vector.
  ///
  /// - Parameters:
  ///   - amplitudes: Shape (wave, component x or y, event), the event fastest; each column `stride`
  ///     numbers after the one before. Not normalised.
  ///   - stride: At least `count`.
  ///   - squaredPhiMasses: s of K⁺K⁻ [GeV²].
  ///   - squaredFMasses: s of h⁺h⁻ [GeV²].
  ///   - tracks: The first of `count` events.
  ///   - count: The number of events.
  public func fill(
    _ amplitudes: UnsafeMutablePointer<Double>, stride: Int,
    squaredPhiMasses: UnsafeMutablePointer<Double>, squaredFMasses: UnsafeMutablePointer<Double>,
    from tracks: FourTrackColumns, count: Int
  ) {
    precondition(count <= stride, "columns would overlap")
    let inLanes = count - count % NativeLanes.Doubles.laneCount
    let output = Output(
      amplitudes: amplitudes, stride: stride, squaredPhiMasses: squaredPhiMasses,
      squaredFMasses: squaredFMasses)
    fill(NativeLanes.Doubles.self, output, tracks, 0..<inLanes)
    fill(Double.self, output, tracks, inLanes..<count)
  }

  /// Where the columns of a block lie.
  private struct Output {
    let amplitudes: UnsafeMutablePointer<Double>
    let stride: Int
    let squaredPhiMasses, squaredFMasses: UnsafeMutablePointer<Double>
  }

  @inline(__always)
  private func fill<S: EventScalar>(
    _ scalar: S.Type, _ output: Output, _ tracks: FourTrackColumns, _ events: Range<Int>
  ) {
    let (hasSpin0, hasSpin2, hasSpin4) = (spins.contains(0), spins.contains(2), spins.contains(4))
    var i = events.lowerBound
    while i < events.upperBound {
      let event: FourTracks<S> = tracks.load(i)
      let waves = RestFrameWaves(event, parentMass: parentMass, barrier: barrier)
      waves.squaredPhiMass.store(to: output.squaredPhiMasses + i, stride: 0)
      waves.squaredFMass.store(to: output.squaredFMasses + i, stride: 0)
      var column = output.amplitudes + i
      if hasSpin0 { Self.store(waves.spin0, at: &column, output.stride) }
      if hasSpin2 { Self.store(waves.spin2, at: &column, output.stride) }
      if hasSpin4 { Self.store(waves.spin4, at: &column, output.stride) }
      i += S.laneCount
    }
  }

  @inline(__always)
  private static func store<let n: Int, S: EventScalar>(
    _ waves: InlineArray<n, ThreeVector<S>>, at column: inout UnsafeMutablePointer<Double>,
    _ stride: Int
  ) {
    for i in 0..<n {
      waves[i].x.store(to: column, stride: 0)
      waves[i].y.store(to: column + stride, stride: 0)
      column += 2 * stride
    }
  }
}
