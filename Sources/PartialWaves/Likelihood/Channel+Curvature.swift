import AutoDiff
import LinearAlgebra

extension Channel {
  /// The sums over events of this channel, in the order of ``jobs(_:_:strength:wantsGradient:)``.
  func curvatureJobs(
    _ parameters: [Double], _ isVaried: [Bool], strength: Double?
  ) -> [EventSums.Job<CurvatureKernel>] {
    let physical = PhysicalParameters(amplitude)
    let values = physical.values(of: parameters, strength: strength)
    let isActive = physical.isActive(free: isVaried)
    return summed.map { function, sample, grouping in
      let kernel = CurvatureKernel(
        amplitude, sample.columns, function, grouping, values: values, isActive: isActive)
      return .init(kernel: kernel, sample: sample)
    }
  }

  /// Adds the channel's part of the Hessian of the negative log-likelihood with respect to all
  /// parameters.
  func addHessian(
    of sums: [CurvatureSum], _ parameters: [Double], to hessian: inout DenseMatrix
  ) {
    let physical = PhysicalParameters(amplitude)
    let places = sums[0].places
    let n = places.count
    let weight = data.totalWeight
    let integral = sums[1].value
    func gradient(_ sum: CurvatureSum) -> [Double] { places.map { sum.gradient[$0] } }
    var gradient = zip(gradient(sums[0]), gradient(sums[1])).map { weight * $1 / integral - $0 }
    let slope = places.map { sums[1].gradient[$0] / integral }
    var own = DenseMatrix(rows: n, columns: n) { i, j in
      weight * (sums[1].hessian[i, j] / integral - slope[i] * slope[j]) - sums[0].hessian[i, j]
    }
    if let constraint = fractionConstraint, sums.count == 4 {
      let (all, each) = (sums[2], sums[3])
      let fraction = each.value / all.value
      let a = places.map { all.gradient[$0] / all.value }
      let b = places.map { each.gradient[$0] / all.value }
      let factor = 2 * weight * constraint.strength
      let excess = fraction - constraint.sum
      // The fraction's derivatives: r′ = b − r·a, r″ = e″ − r·a″ − a⊗r′ − r′⊗a.
      let first = zip(a, b).map { $1 - fraction * $0 }
      for i in 0..<n {
        gradient[i] += factor * excess * first[i]
        for j in 0..<n {
          let second =
            (each.hessian[i, j] - fraction * all.hessian[i, j]) / all.value - a[i] * first[j]
            - first[i] * a[j]
          own[i, j] += factor * (first[i] * first[j] + excess * second)
        }
      }
    }
    physical.addHessian(own, gradient, places, at: parameters, to: &hessian)
    if let yield {
      hessian[yield, yield] += weight / (parameters[yield] * parameters[yield])
    }
    for pull in pulls {
      hessian[pull.parameter, pull.parameter] += 2 * weight * pull.strength
    }
  }
}

extension PhysicalParameters {
  /// Converts a Hessian with respect to some of these numbers to the fit's parameters, by the chain
  /// rule, and adds it to `result`.
  ///
  /// - Parameters:
  ///   - hessian: With respect to the numbers at `places`.
  ///   - gradient: With respect to the same.
  func addHessian(
    _ hessian: DenseMatrix, _ gradient: [Double], _ places: [Int],
    at parameters: [Double], to result: inout DenseMatrix
  ) {
    let slopes = places.map { self.slopes(of: $0, at: parameters) }
    for i in places.indices {
      for j in places.indices {
        let value = hessian[i, j]
        for (a, u) in slopes[i] {
          for (b, v) in slopes[j] { result[a, b] += u * v * value }
        }
      }
      for (a, b, second) in curvatures(of: places[i], at: parameters) {
        result[a, b] += gradient[i] * second
        if a != b { result[b, a] += gradient[i] * second }
      }
    }
  }

  /// The derivatives of a physical number to parameters of the fit.
  private func slopes(of place: Int, at parameters: [Double]) -> [(Int, Double)] {
    guard let coupling = coupling(at: place) else { return [(parameter(at: place), 1)] }
    let isImaginary = place % 2 == 1
    guard coupling.form == .polar else {
      return [(isImaginary ? coupling.second : coupling.first, 1)]
    }
    let z = ComplexNumber(
      magnitude: parameters[coupling.first], phase: parameters[coupling.second])
    let unit = ComplexNumber(magnitude: 1, phase: parameters[coupling.second])
    return isImaginary
      ? [(coupling.first, unit.imaginary), (coupling.second, z.real)]
      : [(coupling.first, unit.real), (coupling.second, -z.imaginary)]
  }

  /// The second derivatives of a physical number, each pair once.
  private func curvatures(of place: Int, at parameters: [Double]) -> [(Int, Int, Double)] {
    guard let coupling = coupling(at: place), coupling.form == .polar else { return [] }
    let z = ComplexNumber(
      magnitude: parameters[coupling.first], phase: parameters[coupling.second])
    let unit = ComplexNumber(magnitude: 1, phase: parameters[coupling.second])
    let isImaginary = place % 2 == 1
    return [
      (coupling.first, coupling.second, isImaginary ? unit.real : -unit.imaginary),
      (coupling.second, coupling.second, isImaginary ? -z.imaginary : -z.real),
    ]
  }
}
