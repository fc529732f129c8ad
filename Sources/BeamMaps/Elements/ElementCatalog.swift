import ParameterTables

/// The kinds of elements that a program knows: a value, to which other modules and users add their
/// own.
public struct ElementCatalog: Sendable {
  /// In the order of documentation.
  public private(set) var kinds: [any Element.Type]

  public init(_ kinds: [any Element.Type]) { self.kinds = kinds }

  /// The kind of this name, as run files spell it.
  public subscript(kind: String) -> (any Element.Type)? { kinds.first { $0.kind == kind } }

  public static func + (a: ElementCatalog, b: ElementCatalog) -> ElementCatalog {
    ElementCatalog(a.kinds + b.kinds)
  }
}
