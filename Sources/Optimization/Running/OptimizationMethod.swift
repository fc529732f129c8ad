import LinearAlgebra

/// A way to find a minimum. Its properties are its settings.
public protocol OptimizationMethod: Sendable {
  /// What the method remembers from one iteration to the next.
  associatedtype Memory: Codable & Sendable & Equatable

  /// The name in run files.
  static var name: String { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// What it needs to know of a function.
  static var needs: Objective.Capability { get }
  /// The ways in which it can keep bounds; the first is the default.
  static var boundTreatments: [BoundTreatment] { get }
  /// The criteria by which its runs usually end; nil if that is left to the caller.
  static var usualStopping: Stopping? { get }

  /// The method with its usual settings.
  init()

  /// Evaluates the function at the start; nil if that fails.
  ///
  /// - Throws: What the function throws, other than ``EvaluationFailure``.
  func begin(
    at x: [Double], _ function: inout CountedObjective, _ bounds: Bounds
  ) throws -> (Iterate, Memory)?

  /// One iteration: moves to a better point, or gives the reason why it found none.
  ///
  /// - Throws: What the function throws, other than ``EvaluationFailure``.
  func advance(
    _ iterate: inout Iterate, _ memory: inout Memory, _ function: inout CountedObjective,
    _ bounds: Bounds
  ) throws -> Advance

  /// The estimate of the inverse Hessian that the method has built up; nil if it builds none.
  func inverseHessian(_ memory: Memory) -> DenseMatrix?

  /// By how much the value may still fall to the minimum, gᵀH⁻¹g/2; nil if the method
  /// has no estimate.
  func estimatedDistance(_ iterate: Iterate, _ memory: Memory) -> Double?
}

/// The outcome of an iteration.
public enum Advance: Sendable {
  /// It found a better point.
  case moved(Move)
  /// There is none that the method can find.
  case stopped(StoppingReason)
}

/// What an observer wants after an iteration.
public enum Continuation: Sendable {
  /// The run continues.
  case proceed
  /// The run ends with ``StoppingReason/observer``.
  case stop
}

extension OptimizationMethod {
  public static var usualStopping: Stopping? { nil }

  public func inverseHessian(_ memory: Memory) -> DenseMatrix? { nil }

  public func estimatedDistance(_ iterate: Iterate, _ memory: Memory) -> Double? { nil }

  /// The name in run files.
  public var name: String { Self.name }

  /// Minimises from the start of `problem` until a criterion of `stopping` or the observer ends it.
  ///
  /// - Throws: ``UnsuitableProblem`` if the function, the start or the bounds do not fit;
  ///   ``StartFailure`` if the function has no value at the start; what the function throws, other
  ///   than ``EvaluationFailure``; what the observer throws. A run that is to continue after an
  ///   error is made of ``begin(_:)`` and ``run(_:_:stopping:observer:)``.
  public func minimize(
    _ problem: OptimizationProblem, stopping: Stopping = .init(),
    observer: (OptimizationState<Memory>) throws -> Continuation
  ) throws -> OptimizationResult {
    var state = try begin(problem)
    try run(problem, &state, stopping: stopping, observer: observer)
    return try result(problem, state)
  }

  /// Minimises without an observer.
  ///
  /// - Throws: As ``minimize(_:stopping:observer:)``.
  public func minimize(
    _ problem: OptimizationProblem, stopping: Stopping = .init()
  ) throws -> OptimizationResult {
    try minimize(problem, stopping: stopping) { _ in .proceed }
  }

  /// The state before the first iteration; it takes one evaluation.
  ///
  /// - Throws: ``UnsuitableProblem`` if the function, the start or the bounds do not fit;
  ///   ``StartFailure`` if the function cannot be evaluated at the start; what the function throws,
  ///   other than ``EvaluationFailure``.
  public func begin(_ problem: OptimizationProblem) throws -> OptimizationState<Memory> {
    let space = try MethodSpace(problem, for: self)
    var function = CountedObjective(space.objective)
    guard let (iterate, memory) = try begin(at: space.start, &function, space.bounds) else {
      throw StartFailure(reason: function.lastFailure ?? "no reason is known")
    }
    let entry = HistoryEntry(
      value: iterate.value, gradientNorm: space.gradientNorm(iterate), step: 0,
      evaluations: function.counts.evaluations)
    return OptimizationState(
      point: space.outer(iterate.point), inner: iterate, memory: memory, counts: function.counts,
      history: [entry], reason: nil)
  }

  /// Continues from `state` until a criterion of `stopping` or the observer ends the run.
  ///
  /// `state` always holds the last finished iteration, also when an error is thrown. A run that
  /// continues from it repeats the interrupted iteration, and takes the same course as one without
  /// interruption. A state whose run has ended continues, too, if `stopping` allows it.
  ///
  /// - Returns: Why the run ended.
  /// - Throws: ``UnsuitableProblem`` if the function, the start, the bounds or the state do not
  ///   fit; what the function throws, other than ``EvaluationFailure``; what the observer throws.
  @discardableResult
  public func run(
    _ problem: OptimizationProblem, _ state: inout OptimizationState<Memory>,
    stopping: Stopping = .init(),
    observer: (OptimizationState<Memory>) throws -> Continuation = { _ in .proceed }
  ) throws -> StoppingReason {
    let space = try MethodSpace(problem, for: self)
    guard state.inner.point.count == space.start.count else {
      throw UnsuitableProblem(
        "the state has \(state.inner.point.count) variables, the problem \(space.start.count)")
    }
    state.reason = nil
    let first = state.history.first?.gradientNorm ?? 0
    var reason = stopping.reason(gradientNorm: state.gradientNorm, first: first)
    while reason == nil {
      if state.iterations >= stopping.iterations {
        reason = .iterationLimit
        break
      }
      reason = try iterate(space, &state, stopping, first)
      if try observer(state) == .stop, reason == nil { reason = .observer }
    }
    let final = reason ?? .observer
    state.reason = final
    return final
  }

  /// The result of the run in its present state.
  ///
  /// - Throws: ``UnsuitableProblem`` if the function, the start or the bounds do not fit.
  public func result(
    _ problem: OptimizationProblem, _ state: OptimizationState<Memory>
  ) throws -> OptimizationResult {
    let space = try MethodSpace(problem, for: self)
    return OptimizationResult(
      point: state.point, value: state.value, gradient: state.inner.gradient,
      reason: state.reason ?? .observer, counts: state.counts, history: state.history,
      inverseHessian: inverseHessian(state.memory).map {
        space.outerInverseHessian($0, at: state.inner.point)
      })
  }

  /// One iteration, and the reason to stop after it, if there is one.
  private func iterate(
    _ space: MethodSpace, _ state: inout OptimizationState<Memory>, _ stopping: Stopping,
    _ first: Double
  ) throws -> StoppingReason? {
    var function = CountedObjective(
      space.objective, counts: state.counts, limit: stopping.evaluations)
    var iterate = state.inner
    var memory = state.memory
    let advance: Advance
    do {
      advance = try self.advance(&iterate, &memory, &function, space.bounds)
    } catch is CountedObjective.LimitReached {
      state.counts = function.counts
      return .evaluationLimit
    }
    state.counts = function.counts
    switch advance {
    case .stopped(let reason):
      return reason
    case .moved(let move):
      state.inner = iterate
      state.memory = memory
      state.point = space.outer(iterate.point)
      let norm = space.gradientNorm(iterate)
      state.history.append(
        HistoryEntry(
          value: iterate.value, gradientNorm: norm, step: move.step,
          evaluations: function.counts.evaluations))
      return stopping.reason(gradientNorm: norm, first: first)
        ?? stopping.reason(
          after: move, value: iterate.value, pointLength: length(iterate.point),
          distance: estimatedDistance(iterate, memory))
        ?? stopping.reason(after: state.history)
    }
  }
}
