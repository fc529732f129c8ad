/// The collective effects that run files can name. Other modules and users can add theirs with `+`.
public struct EffectCatalog: Sendable {
  /// The kinds, in the order of the documentation.
  public private(set) var kinds: [any CatalogEffect.Type]

  /// A catalog of these kinds.
  public init(_ kinds: [any CatalogEffect.Type]) { self.kinds = kinds }

  /// The standard catalog. It is empty: space charge, the only effect of this package, has its own
  /// entry in run files.
  public static let standard = EffectCatalog([])

  /// The effect of this name, as spelled in run files; nil if there is none.
  public subscript(kind: String) -> (any CatalogEffect.Type)? { kinds.first { $0.kind == kind } }

  /// The kinds of both catalogs.
  public static func + (a: EffectCatalog, b: EffectCatalog) -> EffectCatalog {
    EffectCatalog(a.kinds + b.kinds)
  }
}
