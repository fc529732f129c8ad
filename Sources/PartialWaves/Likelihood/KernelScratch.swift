import AutoDiff

/// Memory of one thread for sums over events: planes of dynamic factors and of slopes,
/// accumulators, and tables of addresses in them, so that the loops over events compute no indices.
///
/// It is a class, because the same memory is used for block after block.
final class KernelScratch<N: EventNumber>: EventScratch {
  let planes: UnsafeMutablePointer<Double>
  private let waveSlopes: UnsafeMutablePointer<Double>
  /// Real and imaginary parts in all lanes.
  let couplings: UnsafeMutablePointer<N>

  /// The waves of each group.
  let groups: [UnsafeBufferPointer<WaveEntry>]
  private let waves: UnsafeMutablePointer<WaveEntry>
  /// By wave: the dynamic factors and couplings that multiply it.
  let entries: UnsafeMutablePointer<FactorEntry>
  /// By term: its couplings, each with the slope Y of the wave that it multiplies.
  let termEntries: UnsafeMutablePointer<SlopeEntry>
  /// Couplings of a term, two by two.
  let couplingPairs: [CouplingPair]
  /// The terms whose dynamic factors vary.
  let variedTerms: [VariedTerm]
  let slopes: UnsafeMutablePointer<DynamicSlope>

  /// Of each group and component: real and imaginary part.
  let amplitudes: UnsafeMutablePointer<N>
  let value: UnsafeMutablePointer<N>
  /// By physical parameter.
  let gradient: UnsafeMutablePointer<N>
  private let physicalCount: Int
  let blocks = BlockScratch()

  init(
    _ plan: DynamicsPlan<N>, _ groups: [InterferingTerms], components: Int,
    couplings values: [N.Constant], physicalCount: Int
  ) {
    let span = N.componentCount * EventBlock.capacity
    planes = .allocateLines(for: plan.wordCount)
    planes.initialize(repeating: 0, count: max(plan.wordCount, 1))
    let waveCount = groups.reduce(0) { $0 + $1.waves.count }
    waveSlopes = .allocateLines(for: 2 * span * waveCount)
    let factors = plan.factors(in: planes)
    let derivatives = plan.derivatives(in: planes)

    var waveEntries: [WaveEntry] = []
    var factorEntries: [FactorEntry] = []
    var termEntries: [SlopeEntry] = []
    var pairs: [CouplingPair] = []
    var varied: [VariedTerm] = []
    var slopes: [DynamicSlope] = []
    var ranges: [Range<Int>] = []
    for group in groups {
      let first = waveEntries.count
      for wave in group.waves {
        waveEntries.append(
          WaveEntry(
            column: plan.columns.wave(wave.wave, 0) * EventBlock.capacity,
            firstEntry: factorEntries.count, entryCount: wave.entries.count,
            slope: waveSlopes + 2 * span * waveEntries.count))
        factorEntries += wave.entries.map { term, coupling in
          FactorEntry(
            real: factors[term].real, imaginary: factors[term].imaginary, coupling: 2 * coupling)
        }
      }
      ranges.append(first..<waveEntries.count)
      for (term, entries) in zip(group.terms, group.entries) {
        let own = entries.map { coupling, wave in
          SlopeEntry(slope: waveEntries[first + wave].slope, coupling: 2 * coupling)
        }
        for i in stride(from: 0, to: own.count, by: 2) {
          let partner = own[min(i + 1, own.count - 1)]
          pairs.append(
            CouplingPair(
              real: factors[term].real, imaginary: factors[term].imaginary, first: own[i].slope,
              second: partner.slope, firstCoupling: own[i].coupling,
              secondCoupling: partner.coupling))
        }
        let ownSlopes = derivatives.filter { $0.term == term }
        for start in stride(from: 0, to: ownSlopes.count, by: 4) {
          let some = ownSlopes[start..<min(start + 4, ownSlopes.count)].map {
            DynamicSlope(
              place: $0.place, real: $0.planes.real, imaginary: $0.planes.imaginary)
          }
          varied.append(
            VariedTerm(
              firstEntry: termEntries.count, entryCount: own.count, firstSlope: slopes.count,
              slopeCount: some.count))
          // Loops take two or four slots: the last one is repeated in place of missing ones.
          slopes += some
          slopes += Array(
            repeating: some[some.count - 1], count: some.count > 2 ? 4 - some.count : 2 - some.count
          )
        }
        termEntries += own
      }
    }
    couplings = Self.copied(values.map { N($0) })
    let waves = Self.copied(waveEntries)
    self.waves = waves
    self.groups = ranges.map { UnsafeBufferPointer(start: waves + $0.lowerBound, count: $0.count) }
    entries = Self.copied(factorEntries)
    self.termEntries = Self.copied(termEntries)
    couplingPairs = pairs
    variedTerms = varied
    self.slopes = Self.copied(slopes)
    amplitudes = Self.copied(Array(repeating: .zero, count: 2 * components * groups.count))
    value = Self.copied([.zero])
    gradient = Self.copied(Array(repeating: .zero, count: physicalCount))
    self.physicalCount = physicalCount
  }

  deinit {
    planes.deallocate()
    waveSlopes.deallocate()
    couplings.deallocate()
    waves.deallocate()
    entries.deallocate()
    termEntries.deallocate()
    slopes.deallocate()
    amplitudes.deallocate()
    value.deallocate()
    gradient.deallocate()
  }

  func take(withGradient: Bool) -> EventSum<N.Constant> {
    var sum = EventSum(value: value.pointee.sum, gradient: [N.Constant]())
    value.pointee = .zero
    if withGradient {
      sum.gradient = (0..<physicalCount).map { gradient[$0].sum }
      for i in 0..<physicalCount { gradient[i] = .zero }
    }
    return sum
  }

  private static func copied<Element>(_ list: [Element]) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocateLines(for: list.count)
    for (i, element) in list.enumerated() { (memory + i).initialize(to: element) }
    return memory
  }
}

/// A wave of a group of terms that interfere.
struct WaveEntry {
  /// Where its first component begins in a block.
  let column: Int
  let firstEntry: Int
  let entryCount: Int
  /// The plane of Y.
  let slope: UnsafeMutablePointer<Double>
}

/// A dynamic factor times a coupling.
struct FactorEntry {
  let real: UnsafeMutablePointer<Double>
  let imaginary: UnsafeMutablePointer<Double>
  let coupling: Int
}

/// A coupling, and the slope of the wave that it multiplies.
struct SlopeEntry {
  let slope: UnsafeMutablePointer<Double>
  let coupling: Int
}

/// Two couplings of a term, with the term's dynamic factor and the slopes of their waves.
struct CouplingPair {
  let real: UnsafeMutablePointer<Double>
  let imaginary: UnsafeMutablePointer<Double>
  let first: UnsafeMutablePointer<Double>
  let second: UnsafeMutablePointer<Double>
  let firstCoupling: Int
  let secondCoupling: Int
}

/// A term whose dynamic factor varies, with up to four of the slots on which it depends.
struct VariedTerm {
  let firstEntry: Int
  let entryCount: Int
  let firstSlope: Int
  let slopeCount: Int
}

/// A derivative of a term's dynamic factor.
struct DynamicSlope {
  let place: Int
  let real: UnsafeMutablePointer<Double>
  let imaginary: UnsafeMutablePointer<Double>
}
