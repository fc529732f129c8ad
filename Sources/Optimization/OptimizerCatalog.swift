/// The methods that a run file can name: a value, to which users add their own.
public struct OptimizerCatalog: Sendable {
  /// The types of the methods.
  public let methods: [any OptimizationMethod.Type]

  /// A catalog of these methods.
  public init(_ methods: [any OptimizationMethod.Type]) { self.methods = methods }

  /// Every method of this library.
  public static let standard = Self([
    TrustRegionNewton.self,
    Newton.self,
    LineSearchNewton.self,
    LevenbergMarquardt.self,
    BFGS.self,
    VariableMetric.self,
    LBFGS.self,
    ProjectedLBFGS.self,
    ConjugateGradient.self,
    NelderMead.self,
  ])

  /// Both catalogs; where both have a method of one name, that of the first.
  public static func + (a: Self, b: Self) -> Self { Self(a.methods + b.methods) }

  /// The names of the methods in run files.
  public var names: [String] { methods.map { $0.name } }

  /// The methods that keep bounds by projection.
  var namesOfProjectingMethods: [String] {
    methods.filter { $0.boundTreatments.contains(.projection) }.map { $0.name }
  }

  /// The method of this name, with its usual settings.
  ///
  /// - Throws: ``UnsuitableProblem`` if there is none.
  public func method(named name: String) throws -> any OptimizationMethod {
    guard let method = methods.first(where: { $0.name == name }) else {
      throw UnsuitableProblem(
        "there is no optimizer \"\(name)\"; there are \(names.joined(separator: ", "))")
    }
    return method.init()
  }
}
