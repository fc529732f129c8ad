import Communication
import LinearAlgebra
import Optimization

/// Fits a model from one or many starts.
public struct ModelFit: Sendable {
  public let model: LoadedModel
  public var description: FitDescription

  public init(_ model: LoadedModel) {
    self.model = model
    description = model.file.fit
  }

  /// How far a fit is.
  public struct Progress: Sendable {
    /// The number of the start that is being worked on, and how many there are.
    public let start: Int
    public let starts: Int
    public let iteration: Int
    public let value: Double
    /// The lowest value so far.
    public let best: Double
    public let seconds: Double
  }

  /// Fits from every start that `attempts` does not hold yet; `attempts` is up to date after each.
  ///
  /// - Parameters:
  ///   - onlyRandom: Whether even the first start is drawn at random.
  ///   - following: Told of every iteration.
  ///   - finished: Told of every start that is done.
  /// - Throws: `StartFailure` if no start could be evaluated; `UnsuitableProblem`, `Interruption`.
  public func run(
    _ attempts: inout [FitAttempt], onlyRandom: Bool = false,
    following: (Progress) -> Void = { _ in }, finished: ([FitAttempt]) throws -> Void = { _ in }
  ) throws {
    let starts = FitStarts(model.file)
    let done = Set(attempts.map(\.number))
    for number in 0..<description.starts where !done.contains(number) {
      let start = onlyRandom ? starts.random(number) : starts(number)
      let best = attempts.compactMap(\.value).min() ?? .infinity
      attempts.append(try attempt(number, from: start, best: best, following))
      try finished(attempts)
    }
    guard attempts.contains(where: { $0.value != nil }) else {
      throw EvaluationFailure(
        "none of the \(attempts.count) starts could be evaluated: the intensity vanishes at events")
    }
  }

  /// Fits from one start.
  public func attempt(
    _ number: Int, from start: [Double], best: Double = .infinity,
    _ following: (Progress) -> Void = { _ in }
  ) throws -> FitAttempt {
    let clock = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - clock) / .seconds(1) }
    var isOutOfTime = false
    do {
      let method = try FitMethods.catalog.method(named: description.method)
      let result = try method.minimize(
        problem(from: start), continuing: nil, stopping: stopping(of: method)
      ) { progress in
        let elapsed = seconds()
        following(
          Progress(
            start: number, starts: description.starts, iteration: progress.iterations,
            value: progress.last.value, best: min(best, progress.last.value), seconds: elapsed))
        if model.likelihood.workers.isInterrupted() { throw Interruption() }
        if let limit = description.timeLimit, elapsed > limit {
          isOutOfTime = true
          return .stop
        }
        return .proceed
      }
      return FitAttempt(
        number: number, start: start, point: result.point, value: result.value,
        reason: result.reason, isOutOfTime: isOutOfTime, counts: result.counts,
        seconds: seconds())
    } catch is StartFailure {
      return FitAttempt(
        number: number, start: start, point: start, value: nil, reason: .evaluationsFail,
        isOutOfTime: false, counts: EvaluationCounts(), seconds: seconds())
    }
  }

  /// The problem for an optimizer.
  func problem(from start: [Double]) throws -> OptimizationProblem {
    let parameters = model.file.parameters
    let free = parameters.free.map { parameters.parameters[$0] }
    let isBounded = free.contains { $0.lower > -.infinity || $0.upper < .infinity }
    return OptimizationProblem(
      Objective(fullHessian: model.likelihood), from: start,
      bounds: isBounded
        ? try Bounds(lower: free.map(\.lower), upper: free.map(\.upper)) : nil,
      // A tenth of a mass or a width, and couplings of the usual size.
      scales: free.map { max(0.1 * $0.value.magnitude, 0.01) })
  }

  /// The method's own rule if it has one; else gradients in units of −log L per scale, far below what
  /// errors of a fit can tell.
  private func stopping<Method: OptimizationMethod>(of method: Method) -> Stopping {
    var stopping =
      Method.usualStopping
      ?? Stopping(gradient: 1e-5, relativeGradient: 0, valueChange: 0, step: 1e-13)
    stopping.evaluations = description.evaluations
    return stopping
  }
}
