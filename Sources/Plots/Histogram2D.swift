/// Weighted counts of pairs of values in rectangular cells, such as a Dalitz plot.
public struct Histogram2D: Equatable, Sendable {
  /// The edges of the cells in x, ascending.
  public let xEdges: [Double]
  /// The edges of the cells in y, ascending.
  public let yEdges: [Double]
  /// The sum of the weights in each cell, shape (y cells, x cells), x fastest.
  public private(set) var sums: [Double]
  /// The sum of the weights beyond the edges.
  public private(set) var outside = 0.0
  /// The number of entries with a NaN, or with a weight that is not finite; they are in no sum.
  public private(set) var undefinedCount = 0
  private let x: Histogram
  private let y: Histogram

  /// A histogram without entries over the bins of two others, whose contents are not used.
  public init(x: Histogram, y: Histogram) {
    self.x = x
    self.y = y
    xEdges = x.edges
    yEdges = y.edges
    sums = Array(repeating: 0, count: x.binCount * y.binCount)
  }

  /// A histogram with given contents.
  ///
  /// - Parameters:
  ///   - xEdges: The edges of the cells in x, ascending.
  ///   - yEdges: The edges of the cells in y, ascending.
  ///   - sums: The content of each cell, shape (y cells, x cells), x fastest.
  public init(xEdges: [Double], yEdges: [Double], sums: [Double]) {
    self.init(x: Histogram(edges: xEdges), y: Histogram(edges: yEdges))
    precondition(sums.count == self.sums.count, "\(sums.count) sums, not \(self.sums.count)")
    self.sums = sums
  }

  /// A histogram without entries over cells of the same size.
  public init(
    bins: (x: Int, y: Int), x: ClosedRange<Double>, y: ClosedRange<Double>
  ) {
    self.init(
      x: Histogram(bins: bins.x, from: x.lowerBound, to: x.upperBound),
      y: Histogram(bins: bins.y, from: y.lowerBound, to: y.upperBound))
  }

  /// All that it holds as numbers: sums, what lies beyond the edges, and the number of undefined entries. Contents
  /// of histograms of the same cells add up number by number.
  package var contents: [Double] {
    get { sums + [outside, Double(undefinedCount)] }
    set {
      precondition(newValue.count == sums.count + 2, "these are contents of other cells")
      outside = newValue[sums.count]
      undefinedCount = Int(newValue[sums.count + 1])
      sums = Array(newValue[..<sums.count])
    }
  }

  /// The sum of the weights in a cell.
  public subscript(x column: Int, y row: Int) -> Double { sums[row * x.binCount + column] }

  /// The sum of all weights, those beyond the edges included.
  public var total: Double { sums.reduce(0, +) + outside }

  /// Enters a pair of values.
  public mutating func fill(_ xValue: Double, _ yValue: Double, weight: Double = 1) {
    if xValue.isNaN || yValue.isNaN || !weight.isFinite {
      undefinedCount += 1
    } else if let column = x.bin(of: xValue), let row = y.bin(of: yValue) {
      sums[row * x.binCount + column] += weight
    } else {
      outside += weight
    }
  }
}
