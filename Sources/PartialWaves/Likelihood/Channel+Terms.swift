import AutoDiff
import Communication
import Optimization

extension Channel {
  /// Which function is summed over which events, for which grouping: log I over the data, I over
  /// the integration events, and two sums over the truth sample if the fractions are constrained
  /// (all resonances together, each by itself).
  var sums: [(EventFunction, EventSample, AmplitudeSum.Grouping)] {
    let likelihood: [(EventFunction, EventSample, AmplitudeSum.Grouping)] = [
      (.logarithm, data, amplitude.coherent), (.intensity, integration, amplitude.integrated),
    ]
    guard let truth, let constraint = fractionConstraint, constraint.strength != 0 else {
      return likelihood
    }
    return likelihood + [
      (.intensity, truth, amplitude.signal), (.intensity, truth, amplitude.incoherent),
    ]
  }

  /// Whether the integral is known before the data are summed over, see ``ChannelIntegral``.
  var isIntegratedFirst: Bool { quadraticIntegral != nil || amplitude.hasFraction }

  /// The sums that are made in one pass: all but an integral that is known before.
  var summed: [(EventFunction, EventSample, AmplitudeSum.Grouping)] {
    isIntegratedFirst ? sums.enumerated().filter { $0.offset != 1 }.map(\.element) : sums
  }

  /// Computes the parts of integrals that do not depend on the parameters: that of the density of a
  /// background with a fraction, and the matrix where the integral is a quadratic form of the
  /// couplings.
  mutating func integrateOnce(_ parameters: ParameterSet, _ workers: Workers) throws {
    densityIntegral = amplitude.hasFraction ? try integration.densityIntegral(workers) : nil
    quadraticIntegral = try QuadraticIntegral(
      of: amplitude, over: integration, parameters, workers: workers)
  }

  /// The sums over events of this channel at values of all parameters.
  ///
  /// - Parameter strength: Of a background that is given by its fraction.
  func jobs<N: EventNumber>(
    _ parameters: [N.Constant], _ isVaried: [Bool], strength: N.Constant?, wantsGradient: Bool
  ) -> [EventSums.Job<IntensityKernel<N>>] {
    let physical = PhysicalParameters(amplitude)
    let values = physical.values(of: parameters, strength: strength)
    let isActive = physical.isActive(free: isVaried)
    return summed.map { function, sample, grouping in
      let kernel = IntensityKernel<N>(
        amplitude, sample.columns, function, grouping, values: values, isActive: isActive,
        wantsGradient: wantsGradient)
      return .init(kernel: kernel, sample: sample)
    }
  }

  /// The channel's part of the negative log-likelihood from its sums over events; its gradient with
  /// respect to all parameters is added to `gradient`, unless that is empty.
  func combine<T: EventScalar>(
    _ sums: [EventSum<T>], _ parameters: [T], _ gradient: inout [T]
  ) -> T {
    let weight = data.totalWeight
    let integral = sums[1].value
    var value = weight * T.log(integral / integration.totalWeight) - sums[0].value
    var physicalGradient = [T]()
    let wantsGradient = !gradient.isEmpty
    if wantsGradient {
      physicalGradient = zip(sums[0].gradient, sums[1].gradient).map { data, integrand in
        weight * (integrand / integral) - data
      }
    }
    if let constraint = fractionConstraint, sums.count == 4 {
      let (all, each) = (sums[2], sums[3])
      let fractions = each.value / all.value
      let excess = fractions - constraint.sum
      value += weight * constraint.strength * (excess * excess)
      if wantsGradient {
        let factor = 2 * weight * constraint.strength * (excess / all.value)
        for i in physicalGradient.indices {
          physicalGradient[i] += factor * (each.gradient[i] - fractions * all.gradient[i])
        }
      }
    }
    if wantsGradient {
      PhysicalParameters(amplitude).pullBack(physicalGradient, at: parameters, to: &gradient)
    }
    for pull in pulls {
      let distance = parameters[pull.parameter] - pull.centre
      value += weight * pull.strength * (distance * distance)
      if wantsGradient {
        gradient[pull.parameter] += 2 * weight * pull.strength * distance
      }
    }
    if let yield {
      let expected = parameters[yield]
      value += expected - weight * T.log(expected)
      if wantsGradient { gradient[yield] += 1.0 - weight / expected }
    }
    return value
  }

  /// - Parameter parameters: Values of all parameters.
  /// - Throws: `EvaluationFailure` if the likelihood has no value, the same in all processes.
  func checkEvents<T: EventScalar>(
    _ sums: [EventSum<T>], _ parameters: [T], _ workers: Workers
  ) throws {
    // Only values are compared, not tangents.
    let isFinite = sums.allSatisfy { (T.abs($0.value) <= T(Double.greatestFiniteMagnitude)).all }
    // The integral, and that over truth events if there is one.
    let isPositive = sums.dropFirst().prefix(2).allSatisfy { (T.zero < $0.value).all }
    if isFinite && isPositive { return }
    let intensities = try intensities(
      of: data, parameters.map(\.withoutTangents), workers: workers)
    let found = try data.share.first(workers.communicator) {
      !(intensities[$0] > 0 && intensities[$0].isFinite)
    } _: {
      intensities[$0]
    }
    if let (event, intensity) = found {
      throw EvaluationFailure(
        "channel \"\(name)\": the intensity \(intensity == 0 ? "vanishes" : "is \(intensity)") at an event "
          + "of the data: event \(event), counted from 0")
    }
    for (integral, samples) in zip(sums.dropFirst(), ["integration", "truth"]) {
      try checkIntegral(integral.value, over: samples)
    }
    throw EvaluationFailure("channel \"\(name)\": a sum over its events is not finite")
  }

  /// - Throws: `EvaluationFailure` unless an integral of the intensity is finite and positive.
  func checkIntegral<T: EventScalar>(_ integral: T, over samples: String) throws {
    let value = integral.withoutTangents
    guard !(value > 0 && value.isFinite) else { return }
    throw EvaluationFailure(
      "channel \"\(name)\": the integral of the intensity over the \(samples) events, with their weights, is "
        + "\(value); it is to be finite and positive")
  }
}

extension EventScalar {
  /// The value of a number with one lane.
  fileprivate var withoutTangents: Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.componentCount) { words in
      guard let base = words.baseAddress else { return .nan }
      store(to: base, stride: 1)
      return base.pointee
    }
  }
}
