import AutoDiff
import RandomNumbers

/// A method to draw events from phase space, each with a weight.
public protocol EventGenerator: Sendable {
  /// The decay whose events are drawn.
  var decay: ParticleDecay { get }
  /// An upper bound of the weights.
  var largestWeight: Double { get }
  /// Draws an event in the rest frame of the parent.
  ///
  /// - Parameters:
  ///   - momenta: One for each product, overwritten.
  ///   - random: The source of random numbers.
  /// - Returns: The weight. Its mean is the volume of phase space [GeV^(2n−4)], windows included.
  func draw(
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  ) -> Double
  /// Draws until an event is accepted with the probability weight/largestWeight: accepted events
  /// are spread evenly over phase space. By default it calls ``draw(_:_:)``.
  func drawUnweighted(
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  )
}

extension EventGenerator {
  public func drawUnweighted(
    _ momenta: inout [FourVector<Double>], _ random: inout PhiloxGenerator
  ) {
    while draw(&momenta, &random) < random.nextUniform() * largestWeight {}
  }
}

extension PhiloxGenerator {
  /// A direction from the uniform distribution over the sphere, as a unit vector.
  mutating func nextDirection() -> ThreeVector<Double> {
    let cosine = 2 * nextUniform() - 1
    let sine = ((1 - cosine) * (1 + cosine)).squareRoot()
    let (sineOfAzimuth, cosineOfAzimuth) = Double.sincos(2 * Double.pi * nextUniform())
    return ThreeVector(sine * cosineOfAzimuth, sine * sineOfAzimuth, cosine)
  }
}
