import LinearAlgebra

/// What is minimised, with whatever derivatives it has.
///
/// A run file names the method, so that it is known at run time only. Which derivatives a function
/// has is therefore a property of this value; a run whose method needs a derivative that is missing
/// throws ``UnsuitableProblem`` before the first evaluation. Each evaluation is one indirect call
/// of a closure; the loops of methods have no other indirect calls. The initialisers are inlinable,
/// so that a generic formula is specialised where its type is known; otherwise it would be a
/// hundred times slower.
public struct Objective {
  /// What a method asks of a function.
  public enum Capability: String, Sendable, CaseIterable {
    /// Values.
    case values
    /// Gradients, together with values.
    case gradients
    /// Products of the Hessian with vectors.
    case hessianVectorProducts = "products of the Hessian with vectors"
    /// The full Hessian.
    case fullHessians = "the full Hessian"
    /// Residuals rᵢ with their Jacobian ∂rᵢ/∂xⱼ; the value is ½Σrᵢ².
    case residuals = "residuals with their Jacobian"
  }

  /// How many variables there are.
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

  /// A function of which values alone are known.
  @inlinable
  public init(values function: some ValueFunction) {
    self.init(dimension: function.dimension, value: function.value(at:))
  }

  /// A function with its gradient.
  @inlinable
  public init(gradients function: some GradientFunction) {
    self.init(values: function)
    valueAndGradient = function.valueAndGradient(at:)
  }

  /// A function with its gradient and products of its Hessian with vectors.
  @inlinable
  public init(hessian function: some HessianFunction) {
    self.init(gradients: function)
    hessianVectorProduct = function.hessianVectorProduct(at:direction:)
  }

  /// A function with its gradient, products of its Hessian with vectors, and its full Hessian.
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

  /// What the function can give.
  public var capabilities: [Capability] {
    var all: [Capability] = [.values]
    if valueAndGradient != nil { all.append(.gradients) }
    if hessianVectorProduct != nil { all.append(.hessianVectorProducts) }
    if hessian != nil { all.append(.fullHessians) }
    if residualsAndJacobian != nil { all.append(.residuals) }
    return all
  }
}
