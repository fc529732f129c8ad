import Communication
import Optimization

/// The efficiency at given events, but for a factor, from how densely integration events lie there
/// against events that fill phase space: the ratio of their numbers in a ball that holds a fixed number
/// of the former.
///
/// It is an estimate: a ball of k events makes it uncertain by 1/√k, and no step is steeper than a ball is
/// wide. It is a function of squared masses of pairs; what it depends on beyond them is averaged.
struct EfficiencyEstimate {
  /// Integration events in a ball.
  static let neighbours = 40
  /// Events of phase space for each integration event.
  static let density = 10

  private let selected: NearestNeighbours
  private let weights: [Double]
  private let uniform: NearestNeighbours
  private let spreads: [Double]
  private let masses: [[Int]]
  private let scale: Double

  init(selected: EventTable, weights: [Double], uniform: EventTable) {
    let n = selected.particleCount
    // Of three particles two pairs tell all.
    masses =
      n == 3
      ? [[0, 1], [1, 2]] : (0..<n).flatMap { i in (i + 1..<n).map { [i, $0] } }
    let points = Points(uniform, masses: masses)
    spreads = points.spreads
    self.uniform = NearestNeighbours(points.divided(by: spreads))
    self.selected = NearestNeighbours(Points(selected, masses: masses).divided(by: spreads))
    self.weights = weights
    scale = Double(uniform.count) / weights.reduce(0, +)
  }

  /// One over the efficiency at each event.
  ///
  /// - Parameter areSelected: Whether they are the integration events themselves, each of which is left
  ///   out of its own ball.
  func inverses(at events: EventTable, areSelected: Bool, _ workers: Workers) throws -> [Double] {
    let points = Points(events, masses: masses).divided(by: spreads)
    let k = min(Self.neighbours, weights.count - 1)
    let chunk = 1024
    return try workers.map((points.count + chunk - 1) / chunk) { number in
      try (number * chunk..<min((number + 1) * chunk, points.count)).map { event in
        let place = points.coordinates(of: event)
        let ball = selected.nearest(k, to: place, except: areSelected ? event : nil)
        // The farthest is on the surface: of k events k − 1 lie within, without bias.
        let inside = ball.points.dropLast().reduce(0) { $0 + weights[$1] }
        guard inside > 0 else {
          throw EvaluationFailure(
            "the weights of the integration events around event \(event) do not sum to a positive "
              + "efficiency")
        }
        let volume = max(uniform.count(within: ball.squares.last ?? 0, of: place), 1)
        return Double(volume) / (scale * inside)
      }
    }.flatMap(\.self)
  }
}
