import AutoDiff

/// Tests whether products of lineshapes, and of lineshapes with derivatives of lineshapes, are
/// polynomials of x = √(s − s₀) between two values of x, to within a tolerance.
struct ProductSmoothness {
  /// The lineshapes at one point of the parameters.
  private struct Trial {
    let curves: [Curves]
    /// The greatest magnitudes of all functions.
    let peaks: [[Double]]
  }

  /// A lineshape with its derivatives with respect to the slots that vary, over blocks.
  private struct Curves {
    let blocks: [DynamicLineshape.BlockCurve]
    let derivativeCount: Int
  }

  private let trials: [Trial]
  private let threshold: Double
  private let interpolation: ChebyshevInterpolation
  private let tolerance: Double

  init(
    of amplitude: AmplitudeSum, _ points: [[Double]], isVaried: [Bool], threshold: Double,
    upTo last: Double, _ interpolation: ChebyshevInterpolation, tolerance: Double
  ) {
    precondition(interpolation.places.count <= EventBlock.capacity, "a cell is one block")
    self.threshold = threshold
    self.interpolation = interpolation
    self.tolerance = tolerance
    let used = Set(amplitude.terms.flatMap(\.curves)).sorted()
    let count = 8 * EventBlock.capacity
    let grid = (0..<count).map { i -> Double in last * (Double(i) + 0.5) / Double(count) }
    trials = points.map { point in
      let curves = used.map { Self.curves(of: amplitude.curves[$0], point, isVaried) }
      var peaks = curves.map { [Double](repeating: 0, count: 1 + $0.derivativeCount) }
      for start in stride(from: 0, to: grid.count, by: EventBlock.capacity) {
        let places = Array(grid[start..<start + EventBlock.capacity])
        for (c, curve) in curves.enumerated() {
          for (f, values) in Self.values(of: curve, at: places, threshold).enumerated() {
            for z in values { peaks[c][f] = max(peaks[c][f], z.magnitude) }
          }
        }
      }
      return Trial(curves: curves, peaks: peaks)
    }
  }

  /// Whether the products are polynomials between two values of x.
  func callAsFunction(_ lower: Double, _ upper: Double) -> Bool {
    let places = interpolation.places.map { 0.5 * (lower + upper + $0 * (upper - lower)) }
    return trials.allSatisfy { trial in
      let functions = trial.curves.map { Self.values(of: $0, at: places, threshold) }
      return functions.indices.allSatisfy { a in
        functions.indices.allSatisfy { b in
          functions[b].indices.allSatisfy { f in
            let products = zip(functions[a][0], functions[b][f]).map { $0 * $1.conjugate }
            return interpolation.interpolates(
              products, within: tolerance * trial.peaks[a][0] * trial.peaks[b][f])
          }
        }
      }
    }
  }

  private static func curves(
    of use: AmplitudeSum.CurveUse, _ point: [Double], _ isVaried: [Bool]
  ) -> Curves {
    let own = use.parameters.map { point[$0] }
    let varying = own.indices.filter { isVaried[use.parameters[$0]] }
    // Derivatives are taken to two slots at a time. Nil: no slot varies, or the last one is alone.
    let pairs = varying.isEmpty ? [nil] : stride(from: 0, to: varying.count, by: 2).map { $0 }
    let blocks = pairs.map { start -> DynamicLineshape.BlockCurve in
      let first = start.map { varying[$0] }
      let second = start.flatMap { $0 + 1 < varying.count ? varying[$0 + 1] : nil }
      return use.lineshape.onBlocksWithPairs(
        own.indices.map {
          TangentPair<Double>(own[$0], $0 == first ? 1 : 0, $0 == second ? 1 : 0)
        })
    }
    return Curves(blocks: blocks, derivativeCount: varying.count)
  }

  /// The lineshape, then its derivatives, at values of x.
  private static func values(
    of curves: Curves, at places: [Double], _ threshold: Double
  ) -> [[ComplexNumber<Double>]] {
    let capacity = EventBlock.capacity
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 7 * capacity) { words in
      guard let masses = words.baseAddress else { return [] }
      let planes = masses + capacity
      for i in 0..<capacity {
        let x = places[min(i, places.count - 1)]
        masses[i] = threshold + x * x
      }
      var functions: [[ComplexNumber<Double>]] = []
      for block in curves.blocks {
        block(masses, planes)
        // Each pair of slots gives the value first; it is taken once.
        for f in (functions.isEmpty ? 0 : 1)..<3 {
          functions.append(
            places.indices.map {
              ComplexNumber(planes[f * capacity + $0], planes[(3 + f) * capacity + $0])
            })
        }
      }
      return Array(functions.prefix(1 + curves.derivativeCount))
    }
  }
}
