import AutoDiff
import BeamTracking

/// The nodes of ``EllipsoidIntegrals``, four at a time: a regular grid in v, with
/// ln s = v + exp(γ(v − b)) − exp(γ(a − v)), γ = 0.7.
///
/// Between a and b, which enclose the logarithms of the eigenvalues of Ŝ at a distance of 3, ln s is
/// nearly v; beyond, it runs away exponentially, so that few nodes reach from 10⁻¹⁶·w₋ to 10¹¹·w₊,
/// where the eigenvalues lie between w₋ and w₊: what is left out is below 1e-16 of the field. With
/// the step 0.4 a sum over the nodes misses the integral by 5e-16 at most (against 40 digits, for
/// ratios of the axes from 1 to 10⁴, needles and discs). 48 nodes for a sphere, and 5 more for each
/// power of e in the ratio of the axes; a grid regular in ln s would take 125, and 4 more.
struct EllipsoidGrid<C: SweepScalar> {
  private let start: Double
  /// (b − a)/step
  private let width: Int

  /// Of values alone: where the grid lies does not change the integral.
  @inline(__always)
  init(_ invariants: EllipsoidInvariants<C>) {
    // Both are at most three times off, and then to the safe side.
    let largest = invariants.trace.plain
    let smallest = invariants.determinant.plain / invariants.minors.plain
    start = EllipsoidNodes.start * smallest
    // A beam without volume has no field; its Jₘ are not numbers, and are found out elsewhere.
    let span = (Double.log(largest / smallest) + 2 * EllipsoidNodes.margin) / EllipsoidNodes.step
    width = span < 1000 ? Int(span) + 1 : -EllipsoidNodes.ends
  }

  /// Hands each four s, with the lengths ds that they stand for.
  @inline(__always)
  func forEachNode(_ body: (C.Four, C.Four) -> Void) {
    EllipsoidNodes.table.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      let length = EllipsoidNodes.length
      @inline(__always)
      func four(_ column: EllipsoidNodes.Column, _ i: Int) -> C.Four {
        C.Four.load(base + (2 * length * column.rawValue + i), stride: length)
      }
      var scale = start
      for i in stride(from: 0, to: width + EllipsoidNodes.ends, by: 4) {
        let left = min(i, length - 4)
        let right = max(i - width + EllipsoidNodes.rightOrigin, 0)
        let s = scale * (four(.left, left) * four(.right, right))
        let slope = 1.0 + (four(.leftSlope, left) + four(.rightSlope, right))
        body(s, EllipsoidNodes.step * (s * slope))
        scale *= EllipsoidNodes.factor
      }
    }
  }
}

/// What the nodes of ``EllipsoidGrid`` have in common: node i stands at v = a + (i − 12)·step.
private enum EllipsoidNodes {
  /// Each followed by as many zeros, which a number with a tangent takes for its tangents.
  enum Column: Int, CaseIterable {
    /// exp(−exp(γ(a − v))), for the nodes from the first on, times exp(k·step) where it is number k
    /// of its four; and γ·exp(γ(a − v)).
    case left, leftSlope
    /// exp(exp(γ(v − b))) and γ·exp(γ(v − b)), up to the last node.
    case right, rightSlope
  }

  static let step = 0.4
  static let steepness = 0.7
  /// From a to ln w₋ and from ln w₊ to b.
  static let margin = 3.0
  /// Nodes below a, and those from b on.
  static let below = 12
  static let ends = below + 12
  /// Beyond the columns the slopes are less than γ·exp(−39): nothing.
  static let length = 156
  /// Where b stands in the columns on the right.
  static let rightOrigin = length - 16 - below
  /// s of the first node without the factors of the table, over w₋.
  static let start = Double.exp(-(margin + Double(below) * step))
  static let factor = Double.exp(4 * step)

  static let table: [Double] = Column.allCases.flatMap { column in
    let entries = (0..<length).map { i -> Double in
      let toLeft = Double.exp(-steepness * step * Double(i - below))
      let toRight = Double.exp(steepness * step * Double(i - (length - 16)))
      switch column {
      case .left: return Double.exp(step * Double(i % 4) - toLeft)
      case .leftSlope: return steepness * toLeft
      case .right: return Double.exp(toRight)
      case .rightSlope: return steepness * toRight
      }
    }
    return entries + [Double](repeating: 0, count: length)
  }
}
