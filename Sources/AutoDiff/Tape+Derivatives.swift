// Derivatives of formulas that are generic over the scalar. Such a formula cannot store numbers of
// the tape, nor use those of another tape.

extension Tape {
  /// The value of a function, and its gradient.
  ///
  /// - Parameters:
  ///   - function: The function, generic over the scalar.
  ///   - x: The point.
  ///   - gradient: Receives ∂f/∂x[i]; an array of the right length is filled in place.
  @inlinable
  public func gradient<Function: ScalarFunctionOfMany>(
    of function: Function, at x: [Double], into gradient: inout [Double]
  ) -> Double {
    record {
      makeVariables(x)
      let y = function(variables)
      runBackward(from: y)
      copyAdjoints(into: &gradient)
      return y.value
    }
  }

  /// The value of a function, and its gradient ∂f/∂x[i].
  @inlinable
  public func gradient<Function: ScalarFunctionOfMany>(
    of function: Function, at x: [Double]
  ) -> (value: Double, gradient: [Double]) {
    var gradient: [Double] = []
    let value = self.gradient(of: function, at: x, into: &gradient)
    return (value, gradient)
  }

  /// The value of a function, its gradient, and its Hessian times a direction, by one backward pass
  /// through the derivative along the direction.
  ///
  /// - Parameters:
  ///   - function: The function, generic over the scalar.
  ///   - x: The point.
  ///   - direction: The direction, of as many numbers as the point.
  ///   - gradient: Receives ∂f/∂x[i]; an array of the right length is filled in place.
  ///   - product: Receives Σ_j ∂²f/∂x[i]∂x[j]·direction[j], likewise.
  @inlinable
  public func hessianVectorProduct<Function: ScalarFunctionOfMany>(
    of function: Function, at x: [Double], direction: [Double], gradient: inout [Double],
    into product: inout [Double]
  ) -> Double {
    precondition(x.count == direction.count, "a direction has as many entries as the point")
    return record {
      makeVariables(x)
      makeDirections(direction)
      let y = function(directions)
      // The derivative along d is ∇f·d. Its gradient with respect to x is the product, that with
      // respect to d is the gradient of f.
      runBackward(from: y.tangent[0])
      copyAdjoints(into: &product)
      copyDirectionAdjoints(into: &gradient)
      return y.value.value
    }
  }

  /// The value of a function, its gradient, and its Hessian times a direction.
  @inlinable
  public func hessianVectorProduct<Function: ScalarFunctionOfMany>(
    of function: Function, at x: [Double], direction: [Double]
  ) -> (value: Double, gradient: [Double], product: [Double]) {
    var gradient: [Double] = []
    var product: [Double] = []
    let value = hessianVectorProduct(
      of: function, at: x, direction: direction, gradient: &gradient, into: &product)
    return (value, gradient, product)
  }

  /// The values of a function, and its transposed Jacobian times one weight for each value.
  ///
  /// - Parameters:
  ///   - function: The function, generic over the scalar.
  ///   - x: The point.
  ///   - weights: Gives the weight of a value, from its index and the value itself.
  ///   - product: Receives Σ_i weights[i]·∂f[i]/∂x[j]; an array of the right length is filled in
  ///     place.
  @inlinable
  public func transposedJacobianProduct<Function: VectorFunctionOfMany>(
    of function: Function, at x: [Double], weights: (Int, Double) -> Double,
    into product: inout [Double]
  ) -> [Double] {
    record {
      makeVariables(x)
      let y = function(variables)
      runBackward { seeds in
        for i in y.indices { seeds.add(weights(i, y[i].value), to: y[i]) }
      }
      copyAdjoints(into: &product)
      return y.map(\.value)
    }
  }

  /// The values of a function, and its Jacobian: entry i·n + j is ∂f[i]/∂x[j], for n variables. It
  /// takes one backward pass for each value.
  @inlinable
  public func jacobian<Function: VectorFunctionOfMany>(
    of function: Function, at x: [Double]
  ) -> (values: [Double], jacobian: [Double]) {
    record {
      makeVariables(x)
      let y = function(variables)
      var jacobian: [Double] = []
      jacobian.reserveCapacity(y.count * x.count)
      for result in y {
        runBackward(from: result)
        for variable in variables { jacobian.append(adjoint(of: variable)) }
      }
      return (y.map(\.value), jacobian)
    }
  }

  @usableFromInline func makeVariables(_ x: [Double]) {
    variables.removeAll(keepingCapacity: true)
    for value in x { variables.append(variable(value)) }
  }

  @usableFromInline func makeDirections(_ direction: [Double]) {
    directions.removeAll(keepingCapacity: true)
    for (x, d) in zip(variables, direction) {
      let tangent = variable(d)
      directions.append(Dual(x) { _ in tangent })
    }
  }

  @usableFromInline func copyAdjoints(into result: inout [Double]) {
    if result.count != variables.count { result = .init(repeating: 0, count: variables.count) }
    for i in variables.indices { result[i] = adjoint(of: variables[i]) }
  }

  @usableFromInline func copyDirectionAdjoints(into result: inout [Double]) {
    if result.count != directions.count { result = .init(repeating: 0, count: directions.count) }
    for i in directions.indices { result[i] = adjoint(of: directions[i].tangent[0]) }
  }
}
