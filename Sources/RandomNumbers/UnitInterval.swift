extension Double {
  /// The middle of one of 2⁵² equal parts of (0, 1), chosen by the high bits of `bits`: never 0 or
  /// 1.
  ///
  /// With 53 bits the last middle, 1 − 2⁻⁵⁴, would round to 1.
  @inlinable @inline(__always)
  public init(openUnitInterval bits: UInt64) {
    self = (Double(bits >> 12) + 0.5) * 0x1p-52
  }
}
