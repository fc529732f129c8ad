import AutoDiff

/// Memory for a row of a table of Green's functions, and for its computation.
struct GreenRow<T: TableNumber>: ~Copyable {
  /// The numbers at the offsets along z, in groups of lanes.
  let words: UnsafeMutablePointer<Double>
  /// The number of words from a number to its derivative.
  let stride: Int
  /// Coefficients of a ``CrossSectionSeries``, and the parts of them from its two sides.
  let coefficients: UnsafeMutablePointer<T.Group>
  let powers: (UnsafeMutablePointer<T.Group>, UnsafeMutablePointer<T.Group>)

  init(_ size: MeshSize) {
    stride = Self.stride(size)
    words = .allocate(capacity: stride * T.componentCount)
    let terms = CrossSection.mostTerms + 1
    coefficients = .allocate(capacity: 3 * terms)
    powers = (coefficients + terms, coefficients + 2 * terms)
  }

  deinit {
    words.deallocate()
    coefficients.deallocate()
  }

  subscript(z: Int) -> T {
    @inline(__always) get { T.load(words + z, stride: stride) }
    @inline(__always) nonmutating set { newValue.store(to: words + z, stride: stride) }
  }

  /// Writes a group of numbers, from an offset on.
  @inline(__always)
  func store(_ group: T.Group, at z: Int) { group.store(to: words + z, stride: stride) }

  /// The number of words from a number to its derivative: whole vectors on every machine.
  static func stride(_ size: MeshSize) -> Int { (size.z / 16 + 1) * 16 }
}
