import ParameterTables

/// A collective effect that run files may name: one file, and one line in a catalog.
public protocol CatalogEffect: CollectiveEffect, Parameterized {
  /// What it is, in one sentence.
  static var summary: String { get }
  /// The names of the parameters that may vary: the effect takes them from ``EffectSlice/lifted(_:)``
  /// wherever it reads them, and its way back gives their derivatives. None unless it says otherwise;
  /// derivatives to others are refused.
  static var variableParameters: [String] { get }
  /// What is wrong with this combination of parameters, if anything: sentences for an error message.
  var mistakes: [String] { get }
  /// With the default of every parameter.
  init()
}

extension CatalogEffect {
  public static var variableParameters: [String] { [] }
  public var mistakes: [String] { [] }
}

/// The collective effects that a program knows by name: a value, to which other modules and users add
/// their own.
public struct EffectCatalog: Sendable {
  /// In the order of documentation.
  public private(set) var kinds: [any CatalogEffect.Type]

  public init(_ kinds: [any CatalogEffect.Type]) { self.kinds = kinds }

  /// Space charge has a place of its own in run files; besides it, this package has none yet.
  public static let standard = EffectCatalog([])

  /// The effect of this name, as run files spell it.
  public subscript(kind: String) -> (any CatalogEffect.Type)? { kinds.first { $0.kind == kind } }

  public static func + (a: EffectCatalog, b: EffectCatalog) -> EffectCatalog {
    EffectCatalog(a.kinds + b.kinds)
  }
}
