import AutoDiff
import SystemLibrary

/// Equally wide bins. Charges are distributed linearly between the two nearest bin centres, and
/// fields are interpolated linearly.
public struct Bins: Sendable, Equatable {
  /// The number of bins.
  public let count: Int
  /// The centre of the first bin, in the units of the range.
  public let first: Double
  /// The distance between neighbouring centres.
  public let width: Double

  /// `count` ≥ 2 bins; the first and the last centre are the ends of the range.
  public init(_ count: Int, over range: ClosedRange<Double>) {
    require(count >= 2 && range.lowerBound < range.upperBound, "bins cover a range")
    self.count = count
    first = range.lowerBound
    width = (range.upperBound - range.lowerBound) / Double(count - 1)
  }

  /// The bin centre below `x`, and the distance of `x` from it as a fraction of the bin width; nil
  /// outside the range.
  @inlinable @inline(__always)
  public func place<S: EffectScalar>(of x: S) -> (bin: Int, fraction: S)? {
    let position = (x - first) * (1 / width)
    let plain = position.plain
    guard plain >= 0, plain <= Double(count - 1) else { return nil }
    let bin = min(Int(plain), count - 2)
    return (bin, position - Double(bin))
  }
}
