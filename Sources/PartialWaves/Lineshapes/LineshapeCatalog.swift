/// The lineshapes that model files may name. Users add their own with `+`.
public struct LineshapeCatalog: Sendable {
  /// In the order of documentation.
  public let kinds: [LineshapeKind]

  /// - Parameter kinds: Lineshapes of different names.
  public init(_ kinds: [LineshapeKind]) { self.kinds = kinds }

  /// The lineshapes of this module.
  public static let standard = Self([
    LineshapeKind(BreitWigner.self),
    LineshapeKind(BreitWignerNormalised.self),
    LineshapeKind(BreitWignerRunning.self),
    LineshapeKind(FlattePublished.self),
    LineshapeKind(Flatte.self),
    LineshapeKind(TensorMeson1270.self),
    LineshapeKind(SigmaBugg.self),
    LineshapeKind(GounarisSakurai.self),
    LineshapeKind(Lass.self),
    LineshapeKind(KMatrix.self),
    LineshapeKind(ConstantAmplitude.self),
    LineshapeKind(ExponentialAmplitude.self),
    LineshapeKind(PolynomialAmplitude.self),
    LineshapeKind(InterpolatedAmplitude.self),
  ])

  /// The lineshapes that model files may name in this task, where nothing else is said.
  @TaskLocal public static var current = LineshapeCatalog.standard

  /// The names, as model files spell them.
  public var names: [String] { kinds.map(\.name) }

  /// The kind of this name, as model files spell it.
  public subscript(name: String) -> LineshapeKind? { kinds.first { $0.name == name } }

  /// The lineshapes of both catalogs; where both have a name, that of the first counts.
  public static func + (a: Self, b: Self) -> Self { Self(a.kinds + b.kinds) }
}
