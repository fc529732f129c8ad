extension String {
  /// A number with at most so many significant digits, as C's `%g` writes it: without zeros at the
  /// end, in powers of ten where it is very small or large.
  public init(_ value: Double, significantDigits digits: Int) {
    self = formatted("%.*g", digits, value)
  }

  /// A number with so many digits behind the point, as C's `%f` writes it.
  public init(_ value: Double, decimals digits: Int) {
    self = formatted("%.*f", digits, value)
  }
}

private func formatted(_ format: String, _ digits: Int, _ value: Double) -> String {
  // `%f` writes up to 309 digits in front of the point.
  let capacity = 330 + max(0, digits)
  let bytes = [CChar](unsafeUninitializedCapacity: capacity) { buffer, count in
    let length = withVaList([Int32(digits), value]) {
      vsnprintf(buffer.baseAddress, capacity, format, $0)
    }
    count = max(0, min(Int(length), capacity - 1))
  }
  return String(decoding: bytes.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
