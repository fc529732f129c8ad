import AutoDiff
import LinearAlgebra

/// A number that depends on the physical parameters, with derivatives with respect to them.
protocol PhysicalSum: Sendable {
  associatedtype Scalar: RealScalar
  var value: Scalar { get }

  /// This number, which does not depend on the physical parameter f at `place`, times a function of
  /// f.
  func multiplied(by factor: ScaleFactor<Scalar>, at place: Int) -> Self

  /// This number if the physical parameter at `place` is itself a function, `number`, of all of
  /// them.
  func substituting(_ number: Self, at place: Int) -> Self
}

/// A function of one number, with its first and second derivative.
struct ScaleFactor<T: RealScalar> {
  let value: T
  let slope: T
  let curvature: T

  init(at x: T, _ function: (Tangent<Tangent<T>>) -> Tangent<Tangent<T>>) {
    let one = T(1.0)
    let y = function(Tangent(Tangent(x, tangent: one), tangent: Tangent(one, tangent: .zero)))
    value = y.value.value
    slope = y.value.tangent
    curvature = y.tangent.tangent
  }
}

extension EventSum: PhysicalSum {
  func multiplied(by factor: ScaleFactor<T>, at place: Int) -> Self {
    var product = Self(
      value: factor.value * value, gradient: gradient.map { factor.value * $0 })
    if !gradient.isEmpty { product.gradient[place] = factor.slope * value }
    return product
  }

  func substituting(_ number: Self, at place: Int) -> Self {
    guard !gradient.isEmpty else { return self }
    var sum = self
    sum.gradient[place] = .zero
    for i in gradient.indices { sum.gradient[i] += gradient[place] * number.gradient[i] }
    return sum
  }
}

extension CurvatureSum: PhysicalSum {
  func multiplied(by factor: ScaleFactor<Double>, at place: Int) -> Self {
    var product = self
    product.value *= factor.value
    for i in gradient.indices { product.gradient[i] *= factor.value }
    product.gradient[place] = factor.slope * value
    product.hessian = DenseMatrix(rows: places.count, columns: places.count) { i, j in
      switch (places[i] == place, places[j] == place) {
      case (true, true): factor.curvature * value
      case (true, false): factor.slope * gradient[places[j]]
      case (false, true): factor.slope * gradient[places[i]]
      case (false, false): factor.value * hessian[i, j]
      }
    }
    return product
  }

  /// With g the gradient of `number` and D, D′, D″ the derivatives of this sum to it:
  /// H + D′⊗g + g⊗D′ + D″·g⊗g + D·∂²(number).
  func substituting(_ number: Self, at place: Int) -> Self {
    guard let row = places.firstIndex(of: place) else { return self }
    let slope = gradient[place]
    let g = places.map { number.gradient[$0] }
    let mixed = places.indices.map { $0 == row ? 0 : hessian[$0, row] }
    var sum = self
    sum.gradient[place] = 0
    for i in gradient.indices { sum.gradient[i] += slope * number.gradient[i] }
    sum.hessian = DenseMatrix(rows: places.count, columns: places.count) { i, j in
      (i == row || j == row ? 0 : hessian[i, j]) + (mixed[i] * g[j] + g[i] * mixed[j])
        + hessian[row, row] * (g[i] * g[j]) + slope * number.hessian[i, j]
    }
    return sum
  }
}
