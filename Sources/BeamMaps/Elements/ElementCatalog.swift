import ParameterTables

/// The kinds of elements that run files can name. Other modules and users can add theirs with `+`.
public struct ElementCatalog: Sendable {
  /// The kinds, in the order of the documentation.
  public private(set) var kinds: [any Element.Type]

  /// A catalog of these kinds.
  public init(_ kinds: [any Element.Type]) { self.kinds = kinds }

  /// The kind of this name, as spelled in run files; nil if there is none.
  public subscript(kind: String) -> (any Element.Type)? { kinds.first { $0.kind == kind } }

  /// The kinds of both catalogs.
  public static func + (a: ElementCatalog, b: ElementCatalog) -> ElementCatalog {
    ElementCatalog(a.kinds + b.kinds)
  }
}
