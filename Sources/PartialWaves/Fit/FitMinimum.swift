/// A minimum of the likelihood, with the starts that ended there.
public struct FitMinimum: Sendable {
  /// The lowest first.
  public internal(set) var attempts: [FitAttempt]
  /// The fractions of each channel; nil where it lies higher than is listed.
  public internal(set) var fractions: [FitFractions]?

  /// −log L.
  public var value: Double { attempts[0].value ?? .infinity }
  /// Values of the free parameters.
  public var point: [Double] { attempts[0].point }
}

extension LoadedModel {
  /// The minima that attempts ended at, the lowest first; those within the `height` of the description of
  /// the fit have their fractions.
  ///
  /// Two attempts found the same minimum if their heights differ by no more than the `tolerance` and
  /// their densities are one: the normalised intensities p and q over the integration events of all
  /// channels have D = N⟨(p − q)²/(p + q)⟩ ≤ 4·tolerance. D is about the rise of −log L that N events of
  /// the one would have in the other, and two points within the tolerance above one minimum cannot be
  /// further apart. So phases that differ by turns, signs of magnitudes and whatever else no
  /// intensity shows are the same; different solutions of equal height are not.
  ///
  /// - Throws: `DataFileError` if events on the disk cannot be read; `Interruption`.
  public func minima(of attempts: [FitAttempt]) throws -> [FitMinimum] {
    let tolerance = file.fit.tolerance
    var minima: [FitMinimum] = []
    var densities: [[Density]] = []
    for attempt in attempts.ranked {
      guard let value = attempt.value else { continue }
      let own = try channels.map { try density(of: $0, at: attempt.point) }
      let place = minima.indices.first { i in
        value - minima[i].value <= tolerance
          && zip(densities[i], own).reduce(0) { $0 + $1.0.distance(to: $1.1) } <= 4 * tolerance
      }
      if let place {
        minima[place].attempts.append(attempt)
      } else {
        minima.append(FitMinimum(attempts: [attempt]))
        densities.append(own)
      }
    }
    let highest = (minima.first?.value ?? 0) + file.fit.height
    for i in minima.indices where minima[i].value <= highest {
      minima[i].fractions = try channels.map {
        try FitFractions(
          of: $0.channel, at: minima[i].point, file.parameters, workers: likelihood.workers)
      }
    }
    return minima
  }

  /// How a model distributes events, by its normalised intensity at those of integration.
  private struct Density {
    let intensities: [Double]
    /// How many events the data count.
    let events: Double
    /// How many are expected, in an extended likelihood.
    let expected: Double?
    /// Weights of the events of integration, with the sum 1.
    let weights: [Double]

    func distance(to other: Self) -> Double {
      var sum = 0.0
      for ((p, q), weight) in zip(zip(intensities, other.intensities), weights) where p + q > 0 {
        sum += weight * (p - q) * (p - q) / (p + q)
      }
      let numbers = expected.flatMap { a in
        other.expected.map { b in a + b > 0 ? (a - b) * (a - b) / (a + b) : 0 }
      }
      return events * sum.magnitude + (numbers ?? 0)
    }
  }

  private func density(of loaded: LoadedChannel, at x: [Double]) throws -> Density {
    let values = file.parameters.values(at: x)
    let intensities = try loaded.channel.intensities(
      of: loaded.channel.integration, values, workers: likelihood.workers)
    let total = loaded.integrationWeights.reduce(0, +)
    let weights = loaded.integrationWeights.map { $0 / total }
    let mean = zip(weights, intensities).reduce(0) { $0 + $1.0 * $1.1 }
    return Density(
      intensities: intensities.map { $0 / mean }, events: loaded.channel.data.totalWeight,
      expected: loaded.model.yield.map { values[$0] }, weights: weights)
  }
}
