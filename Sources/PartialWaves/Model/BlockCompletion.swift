import AutoDiff

/// Completes blocks of waves and squared masses with weights, normalisation, fixed factors and the
/// background. It leaves out squared masses on which only fixed lineshapes depend.
struct BlockCompletion: Sendable {
  /// A lineshape whose parameters are fixed.
  private struct FixedCurve: Sendable {
    let mass: Int
    let curve: DynamicLineshape.BlockCurve

    init(_ use: AmplitudeSum.CurveUse) {
      mass = use.mass
      curve = use.lineshape.onBlocks(use.lineshape.slots.map(\.value))
    }
  }

  private let source: EventSample.Columns
  private let target: EventSample.Columns
  private let eventCount: Int
  private let weights: [Double]
  private let normalization: [Double]
  private let background: [Double]?
  private let common: FixedCurve?
  private let factors: [FixedCurve]

  /// - Parameters:
  ///   - background: Its density at each event; nil if it is not needed, which counts as zero.
  init(
    _ channel: ChannelModel, from source: EventSample.Columns, to target: EventSample.Columns,
    eventCount: Int, weights: [Double], normalization: [Double], background: [Double]?
  ) {
    self.source = source
    self.target = target
    self.eventCount = eventCount
    self.weights = weights
    self.normalization = normalization
    self.background = background
    common = channel.commonCurve.map(FixedCurve.init)
    factors = channel.factors.map(FixedCurve.init)
  }

  /// Calls `write` with each number of the finished block, and its place in the block.
  ///
  /// - Parameter block: Waves and masses of block `number`.
  @inline(__always)
  func finish(
    _ block: UnsafePointer<Double>, _ number: Int, _ write: (_ place: Int, Double) -> Void
  ) {
    let capacity = EventBlock.capacity
    let first = number * capacity
    let count = min(capacity, eventCount - first)
    func column(_ place: Int, _ value: (Int) -> Double) {
      for i in 0..<capacity { write(place * capacity + i, value(i)) }
    }
    column(target.weight) { $0 < count ? weights[first + $0] : 0 }
    for mass in 0..<target.masses {
      let masses = block + source.mass(mass) * capacity
      column(target.mass(mass)) { masses[$0] }
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * capacity) { buffer in
      guard let amplitudes = buffer.baseAddress else { return }
      for (f, factor) in factors.enumerated() {
        factor.curve(block + source.mass(factor.mass) * capacity, amplitudes)
        column(target.factor(f)) { amplitudes[$0] }
        column(target.factor(f) + 1) { amplitudes[capacity + $0] }
      }
      if let common {
        common.curve(block + source.mass(common.mass) * capacity, amplitudes)
        for i in 0..<capacity {
          amplitudes[i] = ComplexNumber(amplitudes[i], amplitudes[capacity + i]).magnitude
        }
      } else {
        for i in 0..<capacity { amplitudes[i] = 1 }
      }
      for wave in 0..<target.waves {
        for k in 0..<target.components {
          let components = block + source.wave(wave, k) * capacity
          column(target.wave(wave, k)) {
            components[$0] * (amplitudes[$0] * normalization[wave])
          }
        }
      }
    }
    if target.hasBackground {
      column(target.background) { background?[min(first + $0, eventCount - 1)] ?? 0 }
    }
  }
}
