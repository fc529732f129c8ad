/// The formats of files that hold a lattice: a value, to which users add their own.
public struct LatticeFormatCatalog: Sendable {
  /// In the order of documentation.
  public let formats: [any LatticeFormat.Type]

  /// A catalog of these formats.
  public init(_ formats: [any LatticeFormat.Type]) { self.formats = formats }

  /// All that come with this package.
  public static let standard = Self([JSONLattice.self])

  /// Both catalogs; where both have a format of one ending, that of the first.
  public static func + (a: Self, b: Self) -> Self { Self(a.formats + b.formats) }

  /// The format of a file by its ending, in capitals or not; nil if none has it.
  public func format(of path: String) -> (any LatticeFormat.Type)? {
    let path = path.lowercased()
    return formats.first { $0.endings.contains { path.hasSuffix($0) } }
  }
}
