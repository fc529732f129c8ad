import ParameterTables

/// A collective effect that run files may name. To add one, write one file, and one line in a
/// catalog.
public protocol CatalogEffect: CollectiveEffect, Parameterized {
  /// What the effect is, in one sentence.
  static var summary: String { get }
  /// The names of the parameters that may vary; none by default. The effect reads them from
  /// ``EffectSlice/lifted(_:)`` everywhere, and its backward pass gives their derivatives.
  /// Derivatives with respect to other parameters are refused.
  static var variableParameters: [String] { get }
  /// What is wrong with this combination of parameters, if anything: sentences for an error message.
  var mistakes: [String] { get }
  /// An effect with the default value of every parameter.
  init()
}

extension CatalogEffect {
  public static var variableParameters: [String] { [] }
  public var mistakes: [String] { [] }
}

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
