import AutoDiff
import BeamMaps
import LinearAlgebra
import ParameterTables

/// Several beams on top of each other, such as a core and a halo, each with a distribution and sizes
/// of its own, and with a part of the particles.
///
/// With weights wᵢ of sum 1, means μᵢ and covariances Σᵢ of the components, the whole has the mean μ =
/// Σwᵢμᵢ and the covariance Σ = Σwᵢ(Σᵢ + (μᵢ − μ)(μᵢ − μ)ᵀ), its ``shape``. As every distribution,
/// ``point(_:)`` gives points of mean 0 and unit covariance: those of the components, transformed by
/// ζ̂ = A⁻¹(ζ − μ) with Σ = AAᵀ.
///
/// - With ``shape``, a beam has the components that were asked for.
/// - With another shape, it has the sizes of that one. The components matter up to a linear map: a
///   halo three times as wide as the core stays so.
///
/// All particles have the same weight; a component has its part of their number.
public struct MixtureDistribution: Distribution {
  /// The components, in the order in which they were given.
  public let components: [MixtureComponent]
  /// The sizes and the mean of the whole, in the units of the components.
  public let shape: BeamShape<Double>
  private let parts: [Part]

  /// A component in units of the whole: ζ̂ = A·(its own unit point) + mean.
  private struct Part: Sendable {
    let distribution: any Distribution
    let transform: Matrix6<Double>
    let mean: Vector6<Double>
    /// The sum of the parts of all components up to this one.
    let end: Double
  }

  public static let kind = "mixture"
  public static let summary = "Several beams on top of each other, such as a core and a halo."
  public static let parameters = ParameterTable<Self>([])
  /// One number chooses the component, the others are the component's own: as many as a quiet start
  /// has dimensions.
  public static let uniformCount = SobolSequence.maximumDimensions

  /// A single normal beam.
  public init() {
    guard let single = try? Self([MixtureComponent(weight: 1, GaussianDistribution())]) else {
      preconditionFailure("a normal beam is a mixture of one")
    }
    self = single
  }

  /// A beam of these components.
  ///
  /// - Throws: ``InvalidBeamShape`` for a weight that is negative or not finite, if all weights are 0,
  ///   and for a component that is itself a mixture, brings its own sizes, needs more than twelve
  ///   numbers for a particle, or has a shape that no beam can have.
  public init(_ components: [MixtureComponent]) throws(InvalidBeamShape) {
    var shapes: [BeamShape<Double>] = []
    for (number, component) in components.enumerated() {
      shapes.append(try Self.shape(of: component, number))
    }
    let total = components.reduce(0) { $0 + $1.weight }
    guard total > 0, total.isFinite else {
      throw InvalidBeamShape(
        parameter: "components", reason: "need a weight above 0, with a finite sum")
    }
    let weights = components.map { $0.weight / total }
    var mean = PhaseSpace<Double>.zero
    for (weight, shape) in zip(weights, shapes) {
      for i in 0..<6 { mean[i] += weight * shape.mean[i] }
    }
    // Distances from the common mean, so that no large means cancel.
    let centre = mean
    let offsets = shapes.map { shape in
      Vector6<Double> { (i: Int) in shape.mean[i] - centre[i] }
    }
    var covariance = Matrix6<Double>.zero
    for (k, weight) in weights.enumerated() {
      for i in 0..<6 {
        for j in 0..<6 {
          covariance[i, j] +=
            weight * (shapes[k].covariance[i, j] + offsets[k][i] * offsets[k][j])
        }
      }
    }
    shape = try BeamShape(covariance: covariance, mean: mean)
    let inverse = Self.inverse(ofFactor: shape.transform)
    var end = 0.0
    var parts: [Part] = []
    for (k, component) in components.enumerated() {
      end += weights[k]
      parts.append(
        Part(
          distribution: component.distribution, transform: inverse * shapes[k].transform,
          mean: inverse * offsets[k], end: end))
    }
    self.parts = parts
    self.components = components
  }

  public func point(_ uniforms: Span<Double>) -> PhaseSpace<Double> {
    // Rounding may leave the last end below 1.
    let choice = uniforms[0]
    let part = parts.first { choice < $0.end } ?? parts[parts.count - 1]
    let count = type(of: part.distribution).uniformCount
    let own = part.distribution.point(uniforms.extracting(1..<1 + count))
    var point = PhaseSpace<Double>.zero
    for i in 0..<6 {
      var sum = part.mean[i]
      for j in 0..<6 { sum += part.transform[i, j] * own[j] }
      point[i] = sum
    }
    return point
  }

  /// The shape of component `number`.
  private static func shape(
    of component: MixtureComponent, _ number: Int
  ) throws(InvalidBeamShape) -> BeamShape<Double> {
    func fail(_ reason: String) -> InvalidBeamShape {
      InvalidBeamShape(parameter: "components", reason: "[\(number)]: " + reason)
    }
    let type = type(of: component.distribution)
    guard component.weight >= 0, component.weight.isFinite else {
      throw fail("the weight must not be negative, and finite")
    }
    guard type != MixtureDistribution.self else {
      throw fail("a mixture in a mixture: give its components directly")
    }
    guard !(type is any SizedDistribution.Type) else {
      throw fail("\(type.kind) brings its own sizes, and is no part of a mixture")
    }
    guard type.uniformCount < uniformCount else {
      throw fail(
        "\(type.kind) needs \(type.uniformCount) numbers for a particle; a mixture has "
          + "\(uniformCount - 1) for it")
    }
    do {
      return try component.shape.shape
    } catch {
      throw fail("\(error)")
    }
  }

  /// A⁻¹ of a factor A of a covariance: a triangular matrix whose rows may be in another order (see
  /// `CovarianceFactor`). A coordinate without a variance of its own has a zero column in A, and a
  /// zero row in the inverse.
  private static func inverse(ofFactor factor: Matrix6<Double>) -> Matrix6<Double> {
    var inverse = Matrix6<Double>.zero
    var open = (0..<6).filter { factor[$0, $0] != 0 }
    // Each row needs only columns that are done: one row at least is ready at any time.
    while let next = open.first(where: { row in
      open.allSatisfy { $0 == row || factor[row, $0] == 0 }
    }) {
      open.removeAll { $0 == next }
      for column in 0..<6 {
        var rest = column == next ? 1.0 : 0
        for k in 0..<6 where k != next { rest -= factor[next, k] * inverse[k, column] }
        inverse[next, column] = rest / factor[next, next]
      }
    }
    return inverse
  }
}
