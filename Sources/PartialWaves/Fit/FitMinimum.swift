import Communication

/// A minimum of the likelihood, with the starts that ended there.
public struct FitMinimum: Sendable {
  /// The starts, the lowest −log L first.
  public internal(set) var attempts: [FitAttempt]
  /// The fractions of each channel; nil if the minimum lies more than ``FitDescription/height``
  /// above the lowest one.
  public internal(set) var fractions: [FitFractions]?

  /// −log L.
  public var value: Double { attempts[0].value ?? .infinity }
  /// Values of the free parameters.
  public var point: [Double] { attempts[0].point }
}

extension LoadedModel {
  /// The minima at which attempts ended, the lowest first; those within ``FitDescription/height``
  /// of the lowest have their fractions.
  ///
  /// Two attempts found the same minimum if their values of −log L differ by no more than
  /// ``FitDescription/tolerance`` and their densities are the same: the normalised intensities p
  /// and q over the integration events of all channels have D = N⟨(p − q)²/(p + q)⟩ ≤ 4·tolerance.
  /// D is about the rise of −log L if N events of one density are described by the other, and two
  /// points within the tolerance above one minimum cannot be further apart. Differences that no
  /// intensity shows, such as phases that differ by 2π or signs of magnitudes, do not count;
  /// different solutions of equal −log L are different minima.
  ///
  /// - Throws: The errors of ``Channel/intensities(of:_:resonances:workers:)``.
  public func minima(of attempts: [FitAttempt]) throws -> [FitMinimum] {
    let tolerance = file.fit.tolerance
    var minima: [FitMinimum] = []
    var densities: [[Density]] = []
    for attempt in attempts.ranked {
      guard let value = attempt.value else { continue }
      let own = try channels.map { try density(of: $0, at: attempt.point) }
      let place = try minima.indices.first { i in
        guard value - minima[i].value <= tolerance else { return false }
        let distances = try zip(densities[i], own).map {
          try $0.distance(to: $1, likelihood.workers)
        }
        return distances.reduce(0, +) <= 4 * tolerance
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

  /// The density of a channel's events: its normalised intensity at the integration events.
  private struct Density {
    /// Which integration events this process has.
    let share: EventShare
    /// By event of this process.
    let intensities: [Double]
    /// The sum of the data's weights.
    let events: Double
    /// The expected number of events; nil unless the likelihood is extended.
    let expected: Double?
    /// Weights of the integration events, normalised to the sum 1.
    let weights: [Double]

    func distance(to other: Self, _ workers: Workers) throws -> Double {
      let sum = try share.sum(workers) { event in
        let (p, q) = (intensities[event], other.intensities[event])
        return p + q > 0 ? weights[event] * (p - q) * (p - q) / (p + q) : 0
      }
      let numbers = expected.flatMap { a in
        other.expected.map { b in a + b > 0 ? (a - b) * (a - b) / (a + b) : 0 }
      }
      return events * sum.magnitude + (numbers ?? 0)
    }
  }

  private func density(of loaded: LoadedChannel, at x: [Double]) throws -> Density {
    let values = file.parameters.values(at: x)
    let workers = likelihood.workers
    let intensities = try loaded.channel.intensities(
      of: loaded.channel.integration, values, workers: workers)
    let share = loaded.channel.integration.share
    let total = loaded.channel.integration.totalWeight
    let weights = loaded.integrationWeights.map { $0 / total }
    let mean = try share.sum(workers) { weights[$0] * intensities[$0] }
    return Density(
      share: share, intensities: intensities.map { $0 / mean },
      events: loaded.channel.data.totalWeight,
      expected: loaded.model.yield.map { values[$0] }, weights: weights)
  }
}
