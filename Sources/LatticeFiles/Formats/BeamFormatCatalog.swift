/// The formats of files of particles: a value, to which users add their own.
public struct BeamFormatCatalog: Sendable {
  /// In the order of documentation.
  public let formats: [any BeamFormat.Type]

  /// A catalog of these formats.
  public init(_ formats: [any BeamFormat.Type]) { self.formats = formats }

  /// All that come with this package.
  public static let standard = Self([CSVBeam.self, NPYBeam.self, NPZBeam.self])

  /// Both catalogs; where both have a format of one name or ending, that of the first.
  public static func + (a: Self, b: Self) -> Self { Self(a.formats + b.formats) }

  /// The format of this name.
  public subscript(name: String) -> (any BeamFormat.Type)? { formats.first { $0.name == name } }

  /// The names of the formats that can be written.
  public var writableNames: [String] { formats.filter { $0.canWrite }.map { $0.name } }

  /// The format of a file by its ending, in capitals or not; nil if none has it.
  public func format(of path: String) -> (any BeamFormat.Type)? {
    let path = path.lowercased()
    return formats.first { $0.endings.contains { path.hasSuffix($0) } }
  }
}
