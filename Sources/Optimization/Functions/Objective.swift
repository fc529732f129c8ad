import LinearAlgebra

/// What is minimised, with whatever derivatives it has.
///
/// A method is chosen at run time, by a run file; so which derivatives a function has is a property
/// of this value, and a method that lacks one says so before it begins. Evaluations go through
/// closures: one indirect call for each, beside which nothing inside a method's loops is indirect. The
/// initialisers are inlinable, so that a generic formula is specialised where its type is known;
/// otherwise it would be a hundred times slower.
public struct Objective {
  /// What a method asks of a function.
  public enum Capability: String, Sendable, CaseIterable {
    case values, gradients
    case hessianVectorProducts = "products of the Hessian with vectors"
    case fullHessians = "the full Hessian"
    case residuals = "residuals with their Jacobian"
  }

  public let dimension: Int
  @usableFromInline let value: ([Double]) throws -> Double
  @usableFromInline
  var valueAndGradient: (([Double]) throws -> (value: Double, gradient: [Double]))?
  @usableFromInline
  var hessianVectorProduct: (([Double], [Double]) throws -> [Double])?
  @usableFromInline
  var hessian: (([Double]) throws -> DenseMatrix)?
  @usableFromInline
  var residualsAndJacobian: (([Double]) throws -> (residuals: [Double], jacobian: DenseMatrix))?

  @usableFromInline
  init(dimension: Int, value: @escaping ([Double]) throws -> Double) {
    self.dimension = dimension
    self.value = value
  }

  @inlinable
  public init(values function: some ValueFunction) {
    self.init(dimension: function.dimension, value: function.value(at:))
  }

  @inlinable
  public init(gradients function: some GradientFunction) {
    self.init(values: function)
    valueAndGradient = function.valueAndGradient(at:)
  }

  @inlinable
  public init(hessian function: some HessianFunction) {
    self.init(gradients: function)
    hessianVectorProduct = function.hessianVectorProduct(at:direction:)
  }

  @inlinable
  public init(fullHessian function: some FullHessianFunction) {
    self.init(hessian: function)
    hessian = function.hessian(at:)
  }

  /// ½Σrᵢ² with gradient Jᵀr. Its Hessian is taken as JᵀJ, after Gauss and Newton.
  @inlinable
  public init(residuals function: some ResidualFunction) {
    self.init(hessian: GaussNewtonFunction(function))
    residualsAndJacobian = function.residualsAndJacobian(at:)
  }

  /// ½Σrᵢ² whose exact gradient and Hessian are those of `sum`.
  @inlinable
  public init(residuals function: some ResidualFunction, sum: some HessianFunction) {
    self.init(hessian: sum)
    residualsAndJacobian = function.residualsAndJacobian(at:)
  }

  public var capabilities: [Capability] {
    var all: [Capability] = [.values]
    if valueAndGradient != nil { all.append(.gradients) }
    if hessianVectorProduct != nil { all.append(.hessianVectorProducts) }
    if hessian != nil { all.append(.fullHessians) }
    if residualsAndJacobian != nil { all.append(.residuals) }
    return all
  }
}
