import Communication
import Optimization

/// Estimates the efficiency at given events, up to a constant factor. It compares the density of
/// integration events with that of events that fill phase space, in a ball around each event that
/// holds a fixed number of integration events.
///
/// With k events in a ball the relative uncertainty is 1/√k, and structures narrower than the ball
/// are smeared. The estimate is a function of squared masses of pairs; it averages over other
/// variables.
///
/// Each process has the squared masses of all integration events, and of all those of phase space: 8 bytes for each
/// axis of each event.
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

  /// - Throws: What communicating throws.
  init(
    selected: EventTable, weights: [Double], uniform: EventTable,
    _ communicator: any Communicator
  ) throws {
    let n = selected.particleCount
    // Two pair masses determine the decay to three particles.
    masses =
      n == 3
      ? [[0, 1], [1, 2]] : (0..<n).flatMap { i in (i + 1..<n).map { [i, $0] } }
    let points = try Points(uniform, masses: masses).joined(communicator)
    spreads = points.spreads
    self.uniform = NearestNeighbours(points.divided(by: spreads))
    self.selected = NearestNeighbours(
      try Points(selected, masses: masses).joined(communicator).divided(by: spreads))
    self.weights = try communicator.allGather(values: weights).flatMap(\.self)
    scale = Double(points.count) / self.weights.reduce(0, +)
  }

  /// One over the efficiency at each event of this process.
  ///
  /// - Parameter areSelected: Whether they are the integration events themselves, each of which is
  ///   left out of its own ball.
  /// - Throws: `EvaluationFailure` if the weights in a ball do not sum to a positive number;
  ///   `Interruption`.
  func inverses(at events: EventTable, areSelected: Bool, _ workers: Workers) throws -> [Double] {
    let points = Points(events, masses: masses).divided(by: spreads)
    let k = min(Self.neighbours, weights.count - 1)
    let chunk = 1024
    let first = events.share.events.lowerBound
    let inverses = try workers.map((points.count + chunk - 1) / chunk) { number in
      (number * chunk..<min((number + 1) * chunk, points.count)).map { event in
        let place = points.coordinates(of: event)
        let ball = selected.nearest(k, to: place, except: areSelected ? first + event : nil)
        // The farthest event lies on the surface; the k − 1 events inside give an unbiased
        // estimate.
        let inside = ball.points.dropLast().reduce(0) { $0 + weights[$1] }
        let volume = max(uniform.count(within: ball.squares.last ?? 0, of: place), 1)
        return Double(volume) / (scale * inside)
      }
    }.flatMap(\.self)
    let failed = try events.share.first(
      workers.communicator, where: { !(inverses[$0] > 0 && inverses[$0].isFinite) },
      { inverses[$0] })
    if let (event, _) = failed {
      throw EvaluationFailure(
        "the weights of the integration events around event \(event) do not sum to a positive "
          + "efficiency")
    }
    return inverses
  }
}
