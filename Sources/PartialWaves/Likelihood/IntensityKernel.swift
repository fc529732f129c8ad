import AutoDiff
import CVectorMath

/// The function of the intensity I that is summed over events, times the event's weight w.
enum EventFunction: Sendable {
  /// w·I: an integral by Monte Carlo.
  case intensity
  /// w·log I: a likelihood.
  case logarithm
}

/// The sum over events of a function of the intensity, with its gradient, for parameters that are
/// numbers of type `N.Constant`.
///
/// A block of events passes through four steps; the results of each are still in the processor's
/// caches when the next one reads them:
///
/// 1. the dynamic factors D of all terms, with their derivatives (``DynamicsPlan``);
/// 2. for each wave w: Z_w = Σ c·D over the terms that have it; then A_k = Σ_w Z_w·U_w^k,
///    I = Σ_k |A_k|², and with q = ∂f/∂I the slopes Y_w = 2q·Σ_k Ā_k·U_w^k;
/// 3. for each coupling: ∂/∂Re c = Σ Re(D·Y_w), ∂/∂Im c = −Σ Im(D·Y_w);
/// 4. for each parameter p of a lineshape: Σ Re(∂D/∂p·Σ_i c_i·Y_i).
///
/// All resonances of one spin have the same waves. For numbers with a tangent, the tangents of the
/// gradient are the product of the Hessian with a vector.
struct IntensityKernel<N: EventNumber>: EventKernel {
  typealias T = N.Constant

  let sum: AmplitudeSum
  let columns: EventSample.Columns
  let function: EventFunction
  let wantsGradient: Bool
  let physical: PhysicalParameters
  private let dynamics: DynamicsPlan<N>
  /// The couplings, real and imaginary parts.
  private let couplings: [T]
  private let background: T
  private let hasBackground: Bool
  private let groups: [InterferingTerms]

  /// - Parameters:
  ///   - values: Of the physical parameters.
  ///   - isActive: With respect to which of them derivatives are wanted.
  init(
    _ sum: AmplitudeSum, _ columns: EventSample.Columns, _ function: EventFunction,
    _ grouping: AmplitudeSum.Grouping, values: [T], isActive: [Bool], wantsGradient: Bool
  ) {
    self.sum = sum
    self.columns = columns
    self.function = function
    self.wantsGradient = wantsGradient
    physical = PhysicalParameters(sum)
    dynamics = DynamicsPlan(
      sum, physical, columns, values: values,
      // Derivatives along a direction are needed even if no gradient is wanted.
      isActive: wantsGradient || N.componentCount > 1 ? isActive : isActive.map { _ in false })
    couplings = Array(values.prefix(2 * sum.couplings.count))
    hasBackground = grouping.hasBackground && sum.background != nil
    background = physical.backgroundPlace.map { values[$0] } ?? .zero
    groups = grouping.groups.map { InterferingTerms($0, of: sum) }
  }

  func makeScratch() -> KernelScratch<N> {
    KernelScratch(
      dynamics, groups, components: sum.components, couplings: couplings,
      physicalCount: physical.count)
  }

  func take(from scratch: KernelScratch<N>) -> EventSum<T> {
    scratch.take(withGradient: wantsGradient)
  }

  func add(_ block: UnsafePointer<Double>, to scratch: KernelScratch<N>) {
    dynamics.fill(block, scratch.planes)
    // Each number of components has specialised code, with all amplitudes in registers.
    switch sum.components {
    case 1: addIntensities(block, InlineArray<2, N>(repeating: .zero), scratch)
    case 2: addIntensities(block, InlineArray<4, N>(repeating: .zero), scratch)
    case 3: addIntensities(block, InlineArray<6, N>(repeating: .zero), scratch)
    default: preconditionFailure("amplitudes have one to three components")
    }
    guard wantsGradient else { return }
    addCouplingSlopes(scratch)
    addDynamicSlopes(scratch)
  }

  /// The intensities of a block, in `intensities`.
  func fill(
    _ intensities: UnsafeMutablePointer<Double>, _ block: UnsafePointer<Double>,
    _ scratch: KernelScratch<N>
  ) {
    dynamics.fill(block, scratch.planes)
    switch sum.components {
    case 1: fill(intensities, block, InlineArray<2, N>(repeating: .zero), scratch)
    case 2: fill(intensities, block, InlineArray<4, N>(repeating: .zero), scratch)
    case 3: fill(intensities, block, InlineArray<6, N>(repeating: .zero), scratch)
    default: preconditionFailure("amplitudes have one to three components")
    }
  }

  // MARK: The steps

  /// A_k, real and imaginary part of each component, of the group whose waves are `waves`.
  @inline(__always)
  private func amplitude<let parts: Int>(
    _ waves: UnsafeBufferPointer<WaveEntry>, _ columns: UnsafePointer<Double>, _ i: Int,
    _ zero: InlineArray<parts, N>, _ scratch: KernelScratch<N>
  ) -> InlineArray<parts, N> {
    let capacity = EventBlock.capacity
    var amplitude = zero
    for wave in waves {
      // Four sums, so that a product need not wait for the one before it.
      var (sum0, sum1, sum2, sum3) = (N.zero, N.zero, N.zero, N.zero)
      var entry = scratch.entries + wave.firstEntry
      for _ in 0..<wave.entryCount {
        let factor = entry.pointee
        let re = N.load(factor.real + i, stride: capacity)
        let im = N.load(factor.imaginary + i, stride: capacity)
        let coupling = scratch.couplings + factor.coupling
        sum0 = sum0 + coupling[0] * re
        sum1 = sum1 + coupling[1] * im
        sum2 = sum2 + coupling[0] * im
        sum3 = sum3 + coupling[1] * re
        entry += 1
      }
      let (real, imaginary) = (sum0 - sum1, sum2 + sum3)
      let column = columns + wave.column
      for k in 0..<parts / 2 {
        let u = N.Base(constantAt: column + k &* capacity)
        amplitude[2 &* k] = amplitude[2 &* k] + real * u
        amplitude[2 &* k &+ 1] = amplitude[2 &* k &+ 1] + imaginary * u
      }
    }
    return amplitude
  }

  @inline(__always)
  private func fill<let parts: Int>(
    _ intensities: UnsafeMutablePointer<Double>, _ block: UnsafePointer<Double>,
    _ zero: InlineArray<parts, N>, _ scratch: KernelScratch<N>
  ) {
    let capacity = EventBlock.capacity
    var i = 0
    while i < capacity {
      var intensity = backgroundIntensity(block, i)
      for group in scratch.groups {
        let amplitude = amplitude(group, block + i, i, zero, scratch)
        for k in 0..<parts { intensity = intensity + amplitude[k] * amplitude[k] }
      }
      intensity.store(to: intensities + i, stride: capacity)
      i &+= N.laneCount
    }
  }

  /// Step 2.
  @inline(__always)
  private func addIntensities<let parts: Int>(
    _ block: UnsafePointer<Double>, _ zero: InlineArray<parts, N>, _ scratch: KernelScratch<N>
  ) {
    let capacity = EventBlock.capacity
    // A block has a dozen columns, too many for the hardware's prefetcher: while one block is
    // computed, the next one is prefetched line by line.
    let wordsPerStep = columns.count &* N.laneCount
    var ahead = block + columns.count &* capacity
    var i = 0
    while i < capacity {
      for line in stride(from: 0, to: wordsPerStep, by: 8) { cvm_prefetch(ahead + line) }
      ahead += wordsPerStep
      var intensity = backgroundIntensity(block, i)
      var amplitude = zero
      for (g, group) in scratch.groups.enumerated() {
        amplitude = self.amplitude(group, block + i, i, zero, scratch)
        for k in 0..<parts { intensity = intensity + amplitude[k] * amplitude[k] }
        if scratch.groups.count > 1 {
          for k in 0..<parts { scratch.amplitudes[g &* parts &+ k] = amplitude[k] }
        }
      }
      let weight = N.Base(constantAt: block + columns.weight &* capacity + i)
      var slope = N(base: weight)
      switch function {
      case .intensity: scratch.value.pointee = scratch.value.pointee + intensity * weight
      case .logarithm:
        scratch.value.pointee = scratch.value.pointee + N.log(intensity) * weight
        slope = slope / intensity
      }
      if wantsGradient {
        addBackgroundSlope(slope, block, i, scratch)
        slope = slope + slope
        for (g, group) in scratch.groups.enumerated() {
          if scratch.groups.count > 1 {
            for k in 0..<parts { amplitude[k] = scratch.amplitudes[g &* parts &+ k] }
          }
          for k in 0..<parts { amplitude[k] = amplitude[k] * slope }
          storeWaveSlopes(amplitude, group, block + i, i)
        }
      }
      i &+= N.laneCount
    }
  }

  /// Y_w, with its imaginary part negated, from Ā·2q.
  @inline(__always)
  private func storeWaveSlopes<let parts: Int>(
    _ amplitude: InlineArray<parts, N>, _ waves: UnsafeBufferPointer<WaveEntry>,
    _ columns: UnsafePointer<Double>, _ i: Int
  ) {
    let capacity = EventBlock.capacity
    for wave in waves {
      let column = columns + wave.column
      var (real, imaginary) = (N.zero, N.zero)
      for k in 0..<parts / 2 {
        let u = N.Base(constantAt: column + k &* capacity)
        real = real + amplitude[2 &* k] * u
        imaginary = imaginary + amplitude[2 &* k &+ 1] * u
      }
      real.store(to: wave.slope + i, stride: capacity)
      imaginary.store(to: wave.slope + (N.componentCount &* capacity &+ i), stride: capacity)
    }
  }

  /// Step 3, two couplings of a term at a time.
  @inline(__always)
  private func addCouplingSlopes(_ scratch: KernelScratch<N>) {
    let capacity = EventBlock.capacity
    let span = N.componentCount &* capacity
    for pair in scratch.couplingPairs {
      var (a0, a1, b0, b1) = (N.zero, N.zero, N.zero, N.zero)
      var (c0, c1, d0, d1) = (N.zero, N.zero, N.zero, N.zero)
      var i = 0
      while i < capacity {
        let re = N.load(pair.real + i, stride: capacity)
        let im = N.load(pair.imaginary + i, stride: capacity)
        let y = N.load(pair.first + i, stride: capacity)
        let z = N.load(pair.first + (span &+ i), stride: capacity)
        a0 = a0 + y * re
        a1 = a1 + z * im
        b0 = b0 + z * re
        b1 = b1 + y * im
        let u = N.load(pair.second + i, stride: capacity)
        let v = N.load(pair.second + (span &+ i), stride: capacity)
        c0 = c0 + u * re
        c1 = c1 + v * im
        d0 = d0 + v * re
        d1 = d1 + u * im
        i &+= N.laneCount
      }
      let first = scratch.gradient + pair.firstCoupling
      first[0] = first[0] + a0 + a1
      first[1] = first[1] + b0 - b1
      // If the number of couplings is odd, the last one is paired with itself, and counts once.
      guard pair.secondCoupling != pair.firstCoupling else { continue }
      let second = scratch.gradient + pair.secondCoupling
      second[0] = second[0] + c0 + c1
      second[1] = second[1] + d0 - d1
    }
  }

  /// Step 4, up to four slots of a term at a time.
  @inline(__always)
  private func addDynamicSlopes(_ scratch: KernelScratch<N>) {
    let capacity = EventBlock.capacity
    for term in scratch.variedTerms {
      let slope = scratch.slopes + term.firstSlope
      var (sum0, sum1, sum2, sum3) = (N.zero, N.zero, N.zero, N.zero)
      var i = 0
      if term.slopeCount <= 2 {
        while i < capacity {
          let (real, imaginary) = factorSlope(term, i, scratch)
          sum0 = sum0 + Self.product(real, imaginary, slope[0], i)
          sum1 = sum1 + Self.product(real, imaginary, slope[1], i)
          i &+= N.laneCount
        }
      } else {
        while i < capacity {
          let (real, imaginary) = factorSlope(term, i, scratch)
          sum0 = sum0 + Self.product(real, imaginary, slope[0], i)
          sum1 = sum1 + Self.product(real, imaginary, slope[1], i)
          sum2 = sum2 + Self.product(real, imaginary, slope[2], i)
          sum3 = sum3 + Self.product(real, imaginary, slope[3], i)
          i &+= N.laneCount
        }
      }
      let sums: InlineArray<4, N> = [sum0, sum1, sum2, sum3]
      for number in 0..<term.slopeCount {
        let place = scratch.gradient + slope[number].place
        place.pointee = place.pointee + sums[number]
      }
    }
  }

  /// Σ c·Y of a term: the derivative of the sum with respect to its dynamic factor.
  @inline(__always)
  private func factorSlope(
    _ term: VariedTerm, _ i: Int, _ scratch: KernelScratch<N>
  ) -> (real: N, imaginary: N) {
    let capacity = EventBlock.capacity
    let span = N.componentCount &* capacity
    var (sum0, sum1, sum2, sum3) = (N.zero, N.zero, N.zero, N.zero)
    var entry = scratch.termEntries + term.firstEntry
    for _ in 0..<term.entryCount {
      let y = N.load(entry.pointee.slope + i, stride: capacity)
      let z = N.load(entry.pointee.slope + (span &+ i), stride: capacity)
      let coupling = scratch.couplings + entry.pointee.coupling
      sum0 = sum0 + coupling[0] * y
      sum1 = sum1 + coupling[1] * z
      sum2 = sum2 + coupling[0] * z
      sum3 = sum3 + coupling[1] * y
      entry += 1
    }
    return (sum0 + sum1, sum2 - sum3)
  }

  /// Re(g·∂D) with the imaginary part of g negated.
  @inline(__always)
  private static func product(_ real: N, _ imaginary: N, _ slope: DynamicSlope, _ i: Int) -> N {
    let re = N.load(slope.real + i, stride: EventBlock.capacity)
    let im = N.load(slope.imaginary + i, stride: EventBlock.capacity)
    return real * re + imaginary * im
  }

  // MARK: Background

  @inline(__always)
  private func backgroundIntensity(_ block: UnsafePointer<Double>, _ i: Int) -> N {
    guard hasBackground else { return .zero }
    return N(background)
      * N.Base(constantAt: block + columns.background &* EventBlock.capacity + i)
  }

  @inline(__always)
  private func addBackgroundSlope(
    _ slope: N, _ block: UnsafePointer<Double>, _ i: Int, _ scratch: KernelScratch<N>
  ) {
    guard hasBackground, let place = physical.backgroundPlace else { return }
    let density = N.Base(constantAt: block + columns.background &* EventBlock.capacity + i)
    scratch.gradient[place] = scratch.gradient[place] + slope * density
  }
}
