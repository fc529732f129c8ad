import AutoDiff
import BeamTracking

/// The objective of a run file: Σ weight·(value − target)² + Σ weight·value over terms.
public struct TermObjective: BeamObjective {
  /// The terms.
  public let terms: [ObjectiveTerm]
  public let requests: [ObservationRequest]
  /// For each term, the index of its request, and of its screen or average in it.
  private let sources: [(request: Int, entry: Int)]

  /// The objective that is the sum of these terms.
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

  /// The value of the subject of term `number`.
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

  /// The residuals √(2·weight)·(value − target), and the corresponding ones of each cell of an
  /// image.
  ///
  /// - Throws: ``UndefinedObjective`` where a value is undefined or has no derivative.
  public func residuals<S: RealScalar>(
    _ beams: [BeamObservation<S>], variables: [S]
  ) throws -> [S] {
    var residuals: [S] = []
    for (i, term) in terms.enumerated() {
      let factor = (2 * term.weight).squareRoot()
      if case .density(let image) = term.subject {
        let source = sources[i]
        residuals += zip(beams[source.request].densities[source.entry], image.fractions).map {
          factor * ($0 - $1)
        }
      } else if let target = term.target {
        residuals.append(factor * (try value(ofTerm: i, beams) - target))
      }
    }
    return residuals
  }
}
