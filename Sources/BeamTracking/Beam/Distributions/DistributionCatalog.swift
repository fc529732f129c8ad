/// The kinds of distribution that a run file may name: a value, to which users add their own.
public struct DistributionCatalog: Sendable {
  /// In the order of documentation.
  public let kinds: [any Distribution.Type]

  /// A catalog of these kinds.
  public init(_ kinds: [any Distribution.Type]) {
    self.kinds = kinds
  }

  /// The distributions of this package.
  public static let standard = DistributionCatalog([
    GaussianDistribution.self,
    WaterbagDistribution.self,
    KVDistribution.self,
    KurthDistribution4D.self,
    KurthDistribution6D.self,
    SemiGaussianDistribution.self,
    TriangleDistribution.self,
    FlatTopDistribution.self,
    EllipsoidDistribution.self,
    HollowDistribution.self,
    MixtureDistribution.self,
    ThermalDistribution.self,
    BithermalDistribution.self,
    EmptyDistribution.self,
  ])

  /// Both catalogs; where both have a kind of one name, that of the first.
  public static func + (a: Self, b: Self) -> Self { Self(a.kinds + b.kinds) }

  /// The names of all kinds, as run files spell them.
  public var names: [String] { kinds.map { $0.kind } }

  /// The kind of this name, as run files spell it.
  public subscript(kind: String) -> (any Distribution.Type)? {
    kinds.first { $0.kind == kind }
  }
}
