import AutoDiff
import BeamTracking

/// Σ weight·(value − target)² + Σ weight·value over terms: the objective of a run file.
public struct TermObjective: BeamObjective {
  public let terms: [ObjectiveTerm]
  public let requests: [ObservationRequest]
  /// For each term, its request, and its number among that one's screens or averages.
  private let sources: [(request: Int, entry: Int)]

  public init(_ terms: [ObjectiveTerm]) {
    var requests: [ObservationRequest] = []
    var sources: [(request: Int, entry: Int)] = []
    for term in terms {
      var request = requests.count
      if let known = requests.firstIndex(where: { $0.place == term.place }) {
        request = known
      } else {
        requests.append(ObservationRequest(after: term.place))
      }
      var entry = 0
      switch term.subject {
      case .quantity(let quantity):
        if quantity.needsTransferMatrix { requests[request].needsTransferMatrix = true }
      case .smoothedLoss(let loss):
        entry = requests[request].averages.count
        requests[request].averages.append(SmoothedTransmission(loss: loss))
      case .density(let image):
        entry = requests[request].screens.count
        requests[request].screens.append(image.screen)
      }
      sources.append((request, entry))
    }
    self.terms = terms
    self.requests = requests
    self.sources = sources
  }

  public var isSumOfSquares: Bool { terms.allSatisfy(\.isSumOfSquares) }

  /// The value that term `number` looks at.
  ///
  /// - Throws: ``UndefinedObjective`` where it has no value or no derivative.
  public func value<S: RealScalar>(
    ofTerm number: Int, _ beams: [BeamObservation<S>]
  ) throws(UndefinedObjective) -> S {
    let term = terms[number]
    let source = sources[number]
    let beam = beams[source.request]
    switch term.subject {
    case .quantity(let quantity): return try quantity.value(of: beam, at: term.placeName)
    case .smoothedLoss: return 1.0 - beam.averages[source.entry]
    case .density(let image): return image.distance(of: beam.densities[source.entry])
    }
  }

  public func callAsFunction<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> S {
    var sum = S.zero
    for (i, term) in terms.enumerated() {
      let value = try value(ofTerm: i, beams)
      if let target = term.target {
        sum += term.weight * (value - target).squared
      } else {
        sum += term.weight * value
      }
    }
    return sum
  }

  /// √(2·weight)·(value − target), and the same of each cell of an image.
  public func residuals<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> [S] {
    var residuals: [S] = []
    for (i, term) in terms.enumerated() {
      let factor = (2 * term.weight).squareRoot()
      if case .density(let image) = term.subject {
        let source = sources[i]
        residuals += zip(beams[source.request].densities[source.entry], image.shares).map {
          factor * ($0 - $1)
        }
      } else if let target = term.target {
        residuals.append(factor * (try value(ofTerm: i, beams) - target))
      }
    }
    return residuals
  }
}
