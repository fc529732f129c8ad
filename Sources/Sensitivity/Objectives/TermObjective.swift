import AutoDiff
import BeamTracking

/// The objective of a run file: Σ weight·(value − target)² + Σ weight·value over terms.
public struct TermObjective: BeamObjective {
  /// The terms.
  public let terms: [ObjectiveTerm]
  public let requests: [ObservationRequest]
  /// For each term, the requests that it needs, and its screen or average in each.
  private let sources: [[Source]]

  /// A screen or an average of a request; of a quantity the request alone counts.
  private struct Source {
    let request: Int
    var entry = 0
  }

  /// The requests that terms have made so far.
  private struct Requests {
    var list: [ObservationRequest] = []

    /// The request for the beam after a place.
    mutating func source(after place: Int?) -> Source {
      if let known = list.firstIndex(where: { $0.place == place }) { return Source(request: known) }
      list.append(ObservationRequest(after: place))
      return Source(request: list.count - 1)
    }

    mutating func average(of function: some ParticleFunction, after place: Int?) -> Source {
      var source = source(after: place)
      source.entry = list[source.request].averages.count
      list[source.request].averages.append(function)
      return source
    }

    mutating func transmission(of loss: ApertureLoss) -> Source {
      average(of: SmoothedTransmission(loss: loss.loss), after: loss.observed)
    }
  }

  /// The objective that is the sum of these terms.
  public init(_ terms: [ObjectiveTerm]) {
    var requests = Requests()
    sources = terms.map { term in
      switch term.subject {
      case .quantity(let quantity):
        let source = requests.source(after: term.place)
        if quantity.needsTransferMatrix {
          requests.list[source.request].needsTransferMatrix = true
        }
        return [source]
      case .smoothedLoss(let loss):
        return [requests.average(of: SmoothedTransmission(loss: loss), after: term.place)]
      case .smoothedLossAtAperture(let loss): return [requests.transmission(of: loss)]
      case .smoothedLossAtApertures(let losses):
        return losses.flatMap { loss in
          [
            requests.average(of: LivingPart(), after: loss.arrival),
            requests.transmission(of: loss),
          ]
        }
      case .density(let image):
        var source = requests.source(after: term.place)
        source.entry = requests.list[source.request].screens.count
        requests.list[source.request].screens.append(image.screen)
        return [source]
      }
    }
    self.terms = terms
    self.requests = requests.list
  }

  public var isSumOfSquares: Bool { terms.allSatisfy(\.isSumOfSquares) }

  /// The value of the subject of term `number`.
  ///
  /// - Throws: ``UndefinedObjective`` where it has no value or no derivative.
  public func value<S: RealScalar>(
    ofTerm number: Int, _ beams: [BeamObservation<S>]
  ) throws(UndefinedObjective) -> S {
    let term = terms[number]
    let sources = sources[number]
    func average(_ source: Source) -> S { beams[source.request].averages[source.entry] }
    switch term.subject {
    case .quantity(let quantity):
      return try quantity.value(of: beams[sources[0].request], at: term.placeName)
    case .smoothedLoss, .smoothedLossAtAperture: return 1.0 - average(sources[0])
    case .smoothedLossAtApertures:
      var sum = S.zero
      for i in stride(from: 0, to: sources.count, by: 2) {
        sum += average(sources[i]) - average(sources[i + 1])
      }
      return sum
    case .density(let image):
      return image.distance(of: beams[sources[0].request].densities[sources[0].entry])
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
        let source = sources[i][0]
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
