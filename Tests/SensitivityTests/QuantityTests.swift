import AutoDiff
import BeamDynamics
import LinearAlgebra
import Testing

@testable import Sensitivity

/// A beam with all correlations and a dispersion, as it may be anywhere.
private func someBeam() throws -> BeamObservation<Double> {
  // A product LLᵀ is a covariance.
  let factor = Matrix6<Double> { i, j in
    guard j <= i else { return 0 }
    let sizes = [1e-3, 3e-4, 2e-3, 1e-4, 5e-3, 2e-3]
    let step = Double((3 * i + 5 * j) % 7 - 3)
    return i == j ? sizes[i] : sizes[i] * (0.3 * step / 7)
  }
  var reference = ReferenceParticle<Double>(species: .electron, kineticEnergy: 40)
  reference.bend(over: 1.5, through: 0.2)
  return BeamObservation(
    mean: [1e-4, -2e-4, 3e-4, 1e-5, 2e-3, -1e-3], covariance: factor * factor.transpose,
    reference: reference,
    transferMatrix: Matrix6 { i, j in Double(i + 2 * j) / 7 - 0.5 }, charge: -2e-11,
    averages: [0.9], particles: 100)
}

@Suite("Quantities")
struct QuantityTests {
  /// By a Richardson extrapolation of central differences over all numbers of an observation, for the
  /// whole catalog.
  @Test func everyQuantityHasTheDerivativesOfItsDifferences() throws {
    let beam = try someBeam()
    let numbers = beam.numbers
    for quantity in QuantityCatalog.standard.quantities {
      for i in numbers.indices {
        func value(_ step: Double) throws -> Double {
          var list = numbers
          list[i] += step
          let moved: BeamObservation<Double> = beam.replacingNumbers(by: list[...])
          return try quantity.value(of: moved, at: "here")
        }
        // A covariance may move by a small part of the product of its sizes only.
        let isCovariance = (6..<27).contains(i)
        let size =
          isCovariance ? 1e-3 * beam.covariance.smallestSize : max(numbers[i].magnitude, 1e-3)
        let h = 1e-2 * size
        let wide = try (value(h) - value(-h)) / (2 * h)
        let narrow = try (value(h / 2) - value(-h / 2)) / h
        let difference = (4 * narrow - wide) / 3
        let tangents = numbers.enumerated().map { j, number in
          Tangent(number, tangent: i == j ? 1.0 : 0.0)
        }
        let result = try quantity.value(
          of: beam.replacingNumbers(by: tangents[...]), at: "here")
        let plain = try quantity.value(of: beam, at: "here")
        #expect((result.value - plain).magnitude <= 1e-13 * plain.magnitude)
        // Rounding of the values over the step, and the fourth order of the step.
        let tolerance = 1e-13 * plain.magnitude / h + 1e-5 * difference.magnitude
        #expect(
          (result.tangent - difference).magnitude <= tolerance,
          "\(quantity.name), number \(i): \(result.tangent), \(difference)")
      }
    }
  }

  /// Both read the same definitions; the objective's are differentiable copies for eigenemittances
  /// only.
  @Test func everyColumnOfMomentsIsAQuantityOfTheSameValueOrRefusedWithAReason() throws {
    let beam = try someBeam()
    let statistics = BeamStatistics(
      mean: beam.mean, covariance: beam.covariance, charge: beam.charge, reference: beam.reference)
    for name in BeamStatistics.columnNames {
      guard let quantity = try? QuantityCatalog.standard.quantity(named: name) else {
        #expect(name.hasPrefix("min_") || name.hasPrefix("max_") || name == "particles")
        continue
      }
      let value = try quantity.value(of: beam, at: "here")
      let column = try #require(statistics[name])
      // Cancellation in ε² costs up to two digits here.
      #expect((value - column).magnitude <= 1e-13 * column.magnitude, "\(name)")
    }
  }

  @Test func eigenemittancesKeepTheirDigitsHoweverFarApart() throws {
    // 10⁻¹⁵, 10⁻⁹ and 10⁻³ m, then coupled by rotations of planes, which are symplectic.
    var covariance = Matrix6<Double>.diagonal([1e-15, 1e-15, 1e-9, 1e-9, 1e-3, 1e-3])
    let (sine, cosine) = Double.sincos(0.3)
    let rotation = Matrix6<Double> { i, j in
      if i >= 4 || j >= 4 { return i == j ? 1 : 0 }
      if i == j { return cosine }
      return j == i + 2 ? sine : j == i - 2 ? -sine : 0
    }
    covariance = rotation * covariance * rotation.transpose
    let values = try #require(Eigenemittances(of: covariance))
    // The rotated matrix itself is rounded to 10⁻¹⁶ of its largest entries, 10⁻⁹.
    #expect((values[0] / 1e-15 - 1).magnitude < 1e-8)
    #expect((values[1] / 1e-9 - 1).magnitude < 1e-13)
    #expect((values[2] / 1e-3 - 1).magnitude < 1e-13)
  }

  @Test func whatIsUndefinedSaysWhereAndWhatToDo() throws {
    var beam = try someBeam()
    beam.covariance = .zero
    for name in ["beta_x", "alpha_t", "emittance_y", "sigma_x", "dispersion_x", "energy_spread"] {
      let quantity = try QuantityCatalog.standard.quantity(named: name)
      let error = #expect(throws: UndefinedObjective.self) {
        try quantity.value(of: beam, at: "q1#3")
      }
      #expect(error?.description.contains("\(name) at \"q1#3\"") == true)
      #expect(error?.description.contains("; ") == true)
    }
    #expect(
      try QuantityCatalog.standard.quantity(named: "emittance_x_squared").value(of: beam, at: "end")
        == 0)
    beam.particles = 0
    let lost = #expect(throws: UndefinedObjective.self) {
      try QuantityCatalog.standard.quantity(named: "mean_x").value(of: beam, at: "end")
    }
    #expect(lost?.reason.contains("lost") == true)
  }

  @Test func anUnknownQuantityNamesTheNearest() throws {
    let error = #expect(throws: UnknownQuantity.self) {
      try QuantityCatalog.standard.quantity(named: "betax")
    }
    #expect(error?.description.contains("did you mean \"beta_x\"?") == true)
  }
}

extension Matrix6<Double> {
  /// The least product of two sizes.
  fileprivate var smallestSize: Double { (0..<6).map { self[$0, $0] }.min() ?? 0 }
}
