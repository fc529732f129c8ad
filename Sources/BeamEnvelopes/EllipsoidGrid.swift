import AutoDiff
import BeamTracking

/// The nodes of ``EllipsoidIntegrals``, four at a time: a regular grid in v, with ln s = v +
/// exp(γ(v − b)) − exp(γ(a − v)), γ = 0.7.
///
/// Between a and b, which enclose the logarithms of the eigenvalues of Ŝ at a distance of 3, ln s
/// is nearly v. Beyond, it changes exponentially, so that few nodes cover s from 10⁻¹⁶·w₋ to
/// 10¹¹·w₊, where the eigenvalues are between w₋ and w₊: the rest is below 1e-16 of the field. With
/// the step 0.4, the error of a sum over the nodes is at most 5e-16 (against 40 digits, for ratios
/// of the axes from 1 to 10⁴, needles and discs). It takes 48 nodes for a sphere, and 5 more for
/// each factor e in the ratio of the axes; a grid regular in ln s would take 125, and 4 more.
struct EllipsoidGrid<C: SweepScalar> {
  private let start: Double
  /// (b − a)/step
  private let width: Int

  /// The grid for plain values: derivatives are not needed, because its position does not change
  /// the integral.
  @inline(__always)
  init(_ invariants: EllipsoidInvariants<C>) {
    // Both are at most a factor of three off, on the safe side.
    let largest = invariants.trace.plain
    let smallest = invariants.determinant.plain / invariants.minors.plain
    start = EllipsoidNodes.start * smallest
    // A beam without volume has no field; its Jₘ are NaN, which other code detects.
    let span = (Double.log(largest / smallest) + 2 * EllipsoidNodes.margin) / EllipsoidNodes.step
    width = span < 1000 ? Int(span) + 1 : -EllipsoidNodes.ends
  }

  /// Calls `body` for each four nodes with s and the lengths ds that belong to them.
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

/// Constants of the nodes of ``EllipsoidGrid``: node i is at v = a + (i − 12)·step.
private enum EllipsoidNodes {
  /// Each column is followed by as many zeros, which a number with a tangent loads as its tangents.
  enum Column: Int, CaseIterable {
    /// exp(−exp(γ(a − v))), for the nodes from the first on, times exp(k·step) for node k of its
    /// group of four; and γ·exp(γ(a − v)).
    case left, leftSlope
    /// exp(exp(γ(v − b))) and γ·exp(γ(v − b)), up to the last node.
    case right, rightSlope
  }

  static let step = 0.4
  static let steepness = 0.7
  /// The distances from a to ln w₋ and from ln w₊ to b.
  static let margin = 3.0
  /// The number of nodes below a, and from b on.
  static let below = 12
  static let ends = below + 12
  /// Beyond the columns the slopes are less than γ·exp(−39), which is negligible.
  static let length = 156
  /// The index of b in the columns on the right.
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
