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
