import AutoDiff

/// Computes the squared masses and wave amplitudes of a channel for a block of events.
struct WaveBlock {
  private let channel: ChannelModel
  private let barrier: OrbitalBarrier
  /// For each order of particles, all waves of the spins in use.
  private let chains: [Chain]
  private let momenta: UnsafeMutablePointer<Double>
  private let amplitudes: UnsafeMutablePointer<Double>
  private let masses: UnsafeMutablePointer<Double>
  private static let capacity = EventBlock.capacity

  private struct Chain {
    let order: [Int]
    let columns: WaveColumns
    /// The waves of the columns that are copied, with their places among the waves of the channel.
    let places: [(source: Int, target: Int)]
  }

  init(_ channel: ChannelModel, parentMass: Double, radius: Double) {
    self.channel = channel
    let barrier = OrbitalBarrier(radius: radius)
    self.barrier = barrier
    let capacity = Self.capacity
    var chains: [Chain] = []
    if channel.formalism == .covariantTensor {
      for order in channel.waves.map(\.order) where !chains.contains(where: { $0.order == order }) {
        let own = channel.waves.enumerated().filter { $0.element.order == order }
        let columns = WaveColumns(
          spins: own.map(\.element.spin), parentMass: parentMass, barrier: barrier)
        let known = columns.waves
        chains.append(
          Chain(
            order: order, columns: columns,
            places: own.compactMap { target, wave in
              known.firstIndex { $0.spin == wave.spin && $0.label == wave.label }
                .map { ($0, target) }
            }))
      }
    }
    self.chains = chains
    momenta = .allocate(capacity: 4 * channel.formalism.particleCount * capacity)
    amplitudes = .allocate(
      capacity: max(chains.map(\.columns.columnCount).max() ?? 1, 1) * capacity)
    masses = .allocate(capacity: 2 * capacity)
  }

  func deallocate() {
    momenta.deallocate()
    amplitudes.deallocate()
    masses.deallocate()
  }

  /// Fills the columns of squared masses and waves of a block, not normalised. If there are too few
  /// events, the last one is repeated.
  func fill(
    _ block: UnsafeMutablePointer<Double>, _ columns: EventSample.Columns, _ number: Int,
    of events: EventTable
  ) {
    let capacity = Self.capacity
    let first = number * capacity
    let count = min(capacity, events.count - first)
    events.withColumns { source in
      for column in 0..<4 * events.particleCount {
        let own = momenta + column * capacity
        own.update(from: source + column * events.count + first, count: count)
        for i in count..<max(capacity, count) { own[i] = own[count - 1] }
      }
    }
    for (i, request) in channel.masses.enumerated() {
      fillMass(block + columns.mass(i) * capacity, request.pair)
    }
    switch channel.formalism {
    case .covariantTensor:
      for chain in chains { fill(block, columns, chain) }
    case .isobar:
      for (w, wave) in channel.waves.enumerated() {
        guard let bachelor = (0..<3).first(where: { !wave.pair.contains($0) }) else { continue }
        ScalarIsobar(spin: wave.spin, barrier: barrier).fill(
          block + columns.wave(w, 0) * capacity, a: particle(wave.pair[0]),
          b: particle(wave.pair[1]), bachelor: particle(bachelor), count: capacity)
      }
    }
  }

  private func fill(
    _ block: UnsafeMutablePointer<Double>, _ columns: EventSample.Columns, _ chain: Chain
  ) {
    let capacity = Self.capacity
    let tracks = FourTrackColumns(
      positiveKaon: particle(chain.order[0]), negativeKaon: particle(chain.order[1]),
      positiveHadron: particle(chain.order[2]), negativeHadron: particle(chain.order[3]))
    chain.columns.fill(
      amplitudes, stride: capacity, squaredPhiMasses: masses, squaredFMasses: masses + capacity,
      from: tracks, count: capacity)
    for (source, target) in chain.places {
      (block + columns.wave(target, 0) * capacity).update(
        from: amplitudes + 2 * source * capacity, count: 2 * capacity)
    }
  }

  private func particle(_ i: Int) -> MomentumColumns {
    let first = momenta + 4 * i * Self.capacity
    return MomentumColumns(
      px: first, py: first + Self.capacity, pz: first + 2 * Self.capacity,
      energy: first + 3 * Self.capacity)
  }

  /// The same expression as in the waves, so that both agree to the last bit.
  private func fillMass(_ target: UnsafeMutablePointer<Double>, _ pair: [Int]) {
    typealias L = NativeLanes.Doubles
    let (a, b) = (particle(pair[0]), particle(pair[1]))
    var i = 0
    while i < Self.capacity {
      let sum: FourVector<L> = a.load(i) + b.load(i)
      sum.invariant.store(to: target + i, stride: 0)
      i += L.laneCount
    }
  }
}
