/// Weighted counts of values in bins.
///
/// A bin holds the values from its lower edge on, up to but not including its upper edge. Values
/// beyond the edges are summed separately, and entries that are not numbers are counted: no entry
/// is lost.
public struct Histogram: Equatable, Sendable {
  /// The edges of the bins, ascending; one more than there are bins.
  public let edges: [Double]
  /// The sum of the weights in each bin.
  public private(set) var sums: [Double]
  /// The sum of the squared weights in each bin: its variance, if entries are independent.
  public private(set) var squares: [Double]
  /// The sum of the weights below the first edge.
  public private(set) var underflow = 0.0
  /// The sum of the weights from the last edge on.
  public private(set) var overflow = 0.0
  /// The number of entries whose value is NaN, or whose weight is not finite; they are in no sum.
  public private(set) var undefinedCount = 0
  /// Bins per unit where all bins have the same width.
  private let density: Double?

  /// A histogram of bins of the same width, without entries.
  ///
  /// - Precondition: At least one bin, and a range that is finite and not empty.
  public init(bins: Int, from lower: Double, to upper: Double) {
    precondition(bins > 0, "a histogram has at least one bin")
    precondition(lower < upper && (upper - lower).isFinite, "no bins from \(lower) to \(upper)")
    // Both ends are exact.
    let edges = (0...bins).map { index -> Double in
      let t = Double(index) / Double(bins)
      return index == bins ? upper : lower + t * (upper - lower)
    }
    self.init(edges: edges, density: Double(bins) / (upper - lower))
  }

  /// A histogram of bins of any width, without entries.
  ///
  /// - Precondition: At least two edges, finite and ascending.
  public init(edges: [Double]) {
    self.init(edges: edges, density: nil)
  }

  /// A histogram with given contents, such as the expectation of a model.
  ///
  /// - Parameters:
  ///   - edges: The edges of the bins, ascending.
  ///   - sums: The content of each bin.
  ///   - squares: The variance of each; zero where the content is exact.
  public init(edges: [Double], sums: [Double], squares: [Double]? = nil) {
    self.init(edges: edges)
    precondition(sums.count == binCount, "\(sums.count) sums for \(binCount) bins")
    precondition((squares ?? sums).count == binCount, "as many variances as bins are needed")
    self.sums = sums
    self.squares = squares ?? Array(repeating: 0, count: binCount)
  }

  private init(edges: [Double], density: Double?) {
    let isAscending = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    precondition(edges.count > 1 && isAscending, "the edges of a histogram ascend")
    precondition(edges[0].isFinite && edges[edges.count - 1].isFinite, "an edge is not finite")
    self.edges = edges
    self.density = density
    sums = Array(repeating: 0, count: edges.count - 1)
    squares = sums
  }

  /// The number of bins.
  public var binCount: Int { edges.count - 1 }

  /// All that it holds as numbers: sums, squares, what lies beyond the edges, and the number of undefined entries.
  /// Contents of histograms of the same bins add up number by number.
  package var contents: [Double] {
    get { sums + squares + [underflow, overflow, Double(undefinedCount)] }
    set {
      precondition(newValue.count == 2 * binCount + 3, "these are contents of other bins")
      sums = Array(newValue[..<binCount])
      squares = Array(newValue[binCount..<2 * binCount])
      underflow = newValue[2 * binCount]
      overflow = newValue[2 * binCount + 1]
      undefinedCount = Int(newValue[2 * binCount + 2])
    }
  }

  /// The middle of each bin.
  public var centers: [Double] {
    zip(edges, edges.dropFirst()).map { lower, upper in lower + (upper - lower) / 2 }
  }

  /// The standard deviation of each bin: the square root of its sum of squared weights.
  public var errors: [Double] { squares.map { $0.squareRoot() } }

  /// The sum of all weights, those beyond the edges included.
  public var total: Double { sums.reduce(0, +) + underflow + overflow }

  /// The bin of a value; `nil` beyond the edges and for NaN.
  public func bin(of value: Double) -> Int? {
    guard value >= edges[0], value < edges[binCount] else { return nil }
    guard let density else {
      // The last edge that is not above the value, by bisection.
      var lower = 0
      var upper = binCount
      while upper - lower > 1 {
        let middle = (lower + upper) / 2
        if edges[middle] <= value { lower = middle } else { upper = middle }
      }
      return lower
    }
    // Rounding of the quotient can shift it by one bin; the edges are compared.
    var index = min(binCount - 1, max(0, Int((value - edges[0]) * density)))
    if value < edges[index] { index -= 1 }
    if value >= edges[index + 1] { index += 1 }
    return index
  }

  /// Enters a value.
  public mutating func fill(_ value: Double, weight: Double = 1) {
    if value.isNaN || !weight.isFinite {
      undefinedCount += 1
    } else if let bin = bin(of: value) {
      sums[bin] += weight
      squares[bin] += weight * weight
    } else if value < edges[0] {
      underflow += weight
    } else {
      overflow += weight
    }
  }

  /// Enters values, each with the weight at its place or with weight 1.
  public mutating func fill(
    _ values: some Collection<Double>, weights: [Double]? = nil
  ) {
    if let weights {
      precondition(weights.count == values.count, "as many weights as values are needed")
      for (value, weight) in zip(values, weights) { fill(value, weight: weight) }
    } else {
      for value in values { fill(value) }
    }
  }

  /// Adds what another histogram of the same bins holds.
  public mutating func add(_ other: Histogram) {
    precondition(edges == other.edges, "histograms of different bins cannot be added")
    for bin in sums.indices {
      sums[bin] += other.sums[bin]
      squares[bin] += other.squares[bin]
    }
    underflow += other.underflow
    overflow += other.overflow
    undefinedCount += other.undefinedCount
  }

  /// All contents times a number, and the variances times its square.
  public func scaled(by factor: Double) -> Histogram {
    var result = self
    result.sums = sums.map { $0 * factor }
    result.squares = squares.map { $0 * factor * factor }
    result.underflow *= factor
    result.overflow *= factor
    return result
  }

  /// For each bin, the difference from a model in standard deviations of the difference.
  ///
  /// The variance is the sum of both: the model's is zero if its bins are exact. NaN where it is
  /// zero, which is a bin of the data without entries.
  public func pulls(against model: Histogram) -> [Double] {
    precondition(edges == model.edges, "histograms of different bins cannot be compared")
    return sums.indices.map { bin in
      let variance = squares[bin] + model.squares[bin]
      return variance > 0 ? (sums[bin] - model.sums[bin]) / variance.squareRoot() : .nan
    }
  }
}
