import Communication
import LinearAlgebra
import Optimization

/// Fits a model from one or many starts.
public struct ModelFit: Sendable {
  /// The model with its events.
  public let model: LoadedModel
  /// How it is fitted.
  public var settings: FitDescription

  /// A fit of a model as its file describes it.
  public init(_ model: LoadedModel) {
    self.model = model
    settings = model.file.fit
  }

  /// The progress of a fit.
  public struct Progress: Sendable {
    /// The index of the current start, from 0.
    public let start: Int
    /// How many starts there are.
    public let starts: Int
    /// Iterations of the current search.
    public let iteration: Int
    /// −log L after the last iteration.
    public let value: Double
    /// The lowest value so far.
    public let best: Double
    /// Wall time since the current start began [s].
    public let seconds: Double
  }

  /// Fits from every start that `attempts` does not hold yet; `attempts` is up to date after each.
  ///
  /// - Parameters:
  ///   - attempts: The attempts so far, the same in all processes; each new one is appended.
  ///   - onlyRandom: Whether even the first start is drawn at random.
  ///   - processes: Processes each of which has all events of the model, and among which starts are shared out
  ///     whole; a single one where processes share the events.
  ///   - following: Called after every iteration.
  ///   - finished: Called with all attempts after every start.
  /// - Throws: `InvalidInput` where nothing fixes the scale or the phase of all amplitudes;
  ///   `EvaluationFailure` if no start could be evaluated; `UnsuitableProblem`, `Interruption`.
  public func run(
    _ attempts: inout [FitAttempt], onlyRandom: Bool = false,
    sharedOutOver processes: any Communicator = SingleProcess(),
    following: (Progress) -> Void = { _ in }, finished: ([FitAttempt]) throws -> Void = { _ in }
  ) throws {
    try model.file.checkReference()
    let starts = FitStarts(model.file, settings)
    let done = Set(attempts.map(\.index))
    let missing = (0..<settings.starts).filter { !done.contains($0) }
    for round in processes.rounds(of: missing) {
      let best = attempts.compactMap(\.value).min() ?? .infinity
      let found = try processes.shareOut(round) { index in
        let start = onlyRandom ? starts.random(index) : starts(index)
        return try attempt(index, from: start, best: best, following)
      }
      for attempt in found {
        attempts.append(attempt)
        try finished(attempts)
      }
    }
    guard attempts.contains(where: { $0.value != nil }) else {
      let subject = "none of the \(attempts.count) starts could be evaluated"
      guard let first = attempts.first else { throw EvaluationFailure(subject) }
      do {
        _ = try model.likelihood.valueAndGradient(at: first.start)
      } catch let failure as EvaluationFailure {
        throw EvaluationFailure("\(subject): \(failure.reason)")
      }
      throw EvaluationFailure("\(subject): derivatives are not finite at the first")
    }
  }

  /// Fits from one start.
  ///
  /// The search uses condensed samples where there are some (``Likelihood/condensed``), and then
  /// continues with all events: the minimum is that of all events. If −log L of the two differs
  /// where the first search ended, as at a peak much narrower than those for which the samples were
  /// made, the search is repeated from the start with all events.
  ///
  /// - Parameters:
  ///   - index: The index of the start.
  ///   - start: Values of the free parameters.
  ///   - best: The lowest −log L of earlier starts; it is passed on to `following`.
  ///   - following: Called after every iteration.
  /// - Throws: `UnsuitableProblem` if the method cannot work with the parameters' ranges;
  ///   `Interruption`; `DataFileError` if events on the disk cannot be read.
  public func attempt(
    _ index: Int, from start: [Double], best: Double = .infinity,
    _ following: (Progress) -> Void = { _ in }
  ) throws -> FitAttempt {
    let clock = ContinuousClock.now
    let communicator = model.likelihood.workers.communicator
    func seconds() -> Double { (ContinuousClock.now - clock) / .seconds(1) }
    var isOutOfTime = false
    var counts = EvaluationCounts()
    func minimize(
      _ likelihood: Likelihood, by name: String, from point: [Double]
    ) throws -> OptimizationResult {
      let method = try FitMethods.catalog.method(named: name)
      let result = try method.minimize(
        problem(likelihood, from: point), continuing: nil,
        stopping: stopping(of: method, evaluations: settings.evaluations - counts.evaluations)
      ) { progress in
        var elapsed = seconds()
        if communicator.size > 1 {
          // All processes have the same bits, and go on or end together.
          try communicator.requireSame(progress.point, "the parameters of the fit")
          elapsed = try communicator.broadcast(value: elapsed)
        }
        following(
          Progress(
            start: index, starts: settings.starts, iteration: progress.iterations,
            value: progress.last.value, best: min(best, progress.last.value), seconds: elapsed))
        let isStopped = model.likelihood.workers.shouldStop()
        if try communicator.allGather(values: isStopped).contains(true) { throw Interruption() }
        if let limit = settings.timeLimit, elapsed > limit {
          isOutOfTime = true
          return .stop
        }
        return .proceed
      }
      counts = counts + result.counts
      return result
    }
    func attempt(_ point: [Double], _ value: Double?, _ reason: StoppingReason) -> FitAttempt {
      FitAttempt(
        index: index, start: start, point: CanonicalForm(model.file)(point), value: value,
        reason: reason,
        isOutOfTime: isOutOfTime, counts: counts, seconds: seconds())
    }
    do {
      if let condensed = model.likelihood.condensed {
        let found = try minimize(condensed, by: settings.method, from: start)
        let value = try definedValue { try model.likelihood.value(at: found.point) }
        counts.values += 1
        counts.evaluations += 1
        if let value, (value - found.value).magnitude <= Self.agreement {
          guard found.reason.isMinimum else {
            return attempt(found.point, value, found.reason)
          }
          let last = try minimize(model.likelihood, by: Newton.name, from: found.point)
          return attempt(last.point, last.value, last.reason)
        }
      }
      let found = try minimize(model.likelihood, by: settings.method, from: start)
      return attempt(found.point, found.value, found.reason)
    } catch is StartFailure {
      return attempt(start, nil, .evaluationsFail)
    }
  }

  /// By how much −log L of condensed samples may differ from that of all events where a search
  /// ends: a fiftieth of ½, the rise at one standard deviation.
  private static let agreement = 1e-2

  /// The problem for an optimizer.
  func problem(_ likelihood: Likelihood, from start: [Double]) throws -> OptimizationProblem {
    let parameters = model.file.parameters
    let free = parameters.free.map { parameters.parameters[$0] }
    let isBounded = free.contains { $0.lower > -.infinity || $0.upper < .infinity }
    return OptimizationProblem(
      Objective(fullHessian: likelihood), from: start,
      bounds: isBounded
        ? try Bounds(lower: free.map(\.lower), upper: free.map(\.upper)) : nil,
      // A tenth of a mass or a width, and 0.01 for couplings that are near zero.
      scales: free.map { max(0.1 * $0.value.magnitude, 0.01) })
  }

  /// The method's own rule if it has one. Otherwise the limit of the gradient, in −log L per scale,
  /// is far below what the errors of a fit can resolve. A method with second derivatives reaches a
  /// minimum in a few hundred iterations. A search in which −log L falls without end, as when a
  /// width goes to zero, is stopped if 400 iterations lower it by less than ½, the rise at one
  /// standard deviation.
  private func stopping<Method: OptimizationMethod>(
    of method: Method, evaluations: Int
  ) -> Stopping {
    var stopping =
      Method.usualStopping
      ?? Stopping(
        gradient: 1e-5, relativeGradient: 0, valueChange: 0, step: 1e-13,
        standstill: Method.needs == .hessianVectorProducts
          ? .init(iterations: 400, decrease: 0.5) : nil)
    stopping.evaluations = evaluations
    return stopping
  }
}
