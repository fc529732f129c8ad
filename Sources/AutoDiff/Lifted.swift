/// A struct of plain numbers, such as an element, as a formula for another type of number reads it.
///
/// With `q = Lifted(quadrupole)`, `q.k1` is the quadrupole's `k1: Double` as a `Scalar`, such as a
/// number with a derivative. It is a constant, unless a number has been put in its place
/// (`replacing(_:by:)`): so derivatives with respect to `k1` are taken, although the quadrupole
/// stores a plain `Double`. What is no real number, such as an `Int`, does not vary: it is read from the subject itself.
@dynamicMemberLookup
public struct Lifted<Subject: Sendable, Scalar: RealScalar>: Sendable {
  /// A number in the place of one parameter.
  public struct Replacement: Sendable {
    /// Where the property lies in the subject's memory [byte].
    public let offset: Int
    /// The index of the entry, from 0, where the property is a list; nil otherwise.
    public let index: Int?
    /// The number that replaces it.
    public let value: Scalar

    /// A replacement for the number at `offset` [byte], or for entry `index` of the list there.
    @inlinable
    public init(offset: Int, index: Int?, value: Scalar) {
      self.offset = offset
      self.index = index
      self.value = value
    }
  }

  /// The struct whose stored properties are read as numbers.
  public let subject: Subject
  @usableFromInline var replacements: [Replacement]

  /// The parameters of `subject`, some of them replaced.
  @inlinable
  public init(_ subject: Subject, replacing replacements: [Replacement] = []) {
    self.subject = subject
    self.replacements = replacements
  }

  /// The same parameters with `value` in the place of the stored property at `path`.
  public func replacing(_ path: KeyPath<Subject, Double>, by value: Scalar) -> Self {
    replacing(offset: Self.offset(of: path), index: nil, by: value)
  }

  /// The same parameters with `value` in the place of the stored property at `path`, which is not nil.
  public func replacing(_ path: KeyPath<Subject, Double?>, by value: Scalar) -> Self {
    replacing(offset: Self.offset(of: path), index: nil, by: value)
  }

  /// The same parameters with `value` in the place of entry `index` of the stored list at `path`.
  public func replacing(
    _ path: KeyPath<Subject, [Double]>, at index: Int, by value: Scalar
  ) -> Self {
    replacing(offset: Self.offset(of: path), index: index, by: value)
  }

  /// A real number of the subject as a `Scalar`: its replacement where there is one.
  ///
  /// Where this is inlined with a constant key path, it costs nothing. A key path that is only
  /// known at run time costs 250 ns.
  @inlinable @inline(__always)
  public subscript(dynamicMember path: KeyPath<Subject, Double>) -> Scalar {
    if !replacements.isEmpty, let offset = MemoryLayout<Subject>.offset(of: path),
      let found = replacement(at: offset)
    {
      return found
    }
    return Scalar(subject[keyPath: path])
  }

  /// The real number that lies `offset` bytes into the subject.
  @inlinable
  public subscript(offset offset: Int) -> Scalar {
    if let found = replacement(at: offset) { return found }
    return withUnsafeBytes(of: subject) {
      Scalar($0.loadUnaligned(fromByteOffset: offset, as: Double.self))
    }
  }

  @inlinable
  func replacement(at offset: Int) -> Scalar? {
    for replacement in replacements where replacement.offset == offset {
      return replacement.value
    }
    return nil
  }

  /// A list of real numbers of the subject, each as a `Scalar`; replaced entries with their
  /// derivatives.
  @inlinable
  public subscript(dynamicMember path: KeyPath<Subject, [Double]>) -> [Scalar] {
    var values = subject[keyPath: path].map { Scalar($0) }
    if !replacements.isEmpty, let offset = MemoryLayout<Subject>.offset(of: path) {
      for replacement in replacements where replacement.offset == offset {
        if let index = replacement.index { values[index] = replacement.value }
      }
    }
    return values
  }

  /// A real number of the subject that may be missing, as a `Scalar`: its replacement where there is
  /// one.
  @inlinable @inline(__always)
  public subscript(dynamicMember path: KeyPath<Subject, Double?>) -> Scalar? {
    guard let value = subject[keyPath: path] else { return nil }
    if !replacements.isEmpty, let offset = MemoryLayout<Subject>.offset(of: path),
      let found = replacement(at: offset)
    {
      return found
    }
    return Scalar(value)
  }

  /// Not available: what is no real number does not vary, and is read from the subject itself. (Were it here,
  /// the compiler might take a real number for it, as in `q.current * 2.0 / reference.rigidity`, where it prefers two
  /// numbers of one type: the derivative would be lost without a word.)
  @available(
    *, unavailable, message: "this is no real number, which could vary: read it from the subject"
  )
  @_disfavoredOverload
  public subscript<Property>(dynamicMember path: KeyPath<Subject, Property>) -> Property {
    subject[keyPath: path]
  }

  /// True if the stored property at `path`, or an entry of it, has been replaced.
  @inlinable @inline(__always)
  public func replaces(_ path: PartialKeyPath<Subject>) -> Bool {
    guard !replacements.isEmpty else { return false }
    let offset = MemoryLayout<Subject>.offset(of: path)
    return replacements.contains { $0.offset == offset }
  }

  private static func offset(of path: PartialKeyPath<Subject>) -> Int {
    guard let offset = MemoryLayout<Subject>.offset(of: path) else {
      preconditionFailure("only a stored property can be differentiated")
    }
    return offset
  }

  private func replacing(offset: Int, index: Int?, by value: Scalar) -> Self {
    var copy = self
    copy.replacements.append(Replacement(offset: offset, index: index, value: value))
    return copy
  }
}
