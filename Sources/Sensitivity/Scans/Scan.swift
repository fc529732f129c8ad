import AutoDiff
import BeamEnvelopes
import BeamTracking
import Communication
import Synchronization
import SystemLibrary

/// Runs of one design with many settings of some of its numbers, seeds or errors.
///
///     let k1 = try run.variable("q1.k1")
///     let settings = ScanSettings.grid([[-100, -95, -90, -85, -80]])
///     let scan = Scan(run, ScanVariables(DesignVariables([k1])), settings.all)
///     for result in try scan() { print(result.setting[0], result.beam?.secondMoments?.sigma(0) ?? .nan) }
///
/// Settings run at once over the threads, and share what is the same for all of them. The result of
/// a setting has the bits of a run of its own. A setting that fails does not end the scan: its result
/// says why.
public struct Scan: Sendable {
  /// The run that the settings vary. The beamline is the design, without ``errors``; what its elements
  /// leave open of order and steps is chosen for each setting.
  public var run: DesignRun
  /// What the settings vary.
  public var variables: ScanVariables
  /// The values of the variables in each setting.
  public var settings: [[Double]]
  /// The families of errors that the beamline has.
  public var errors: [ErrorFamily] = []
  /// The numbers of the beamline that vary from turn to turn.
  public var ramps: [ParameterRamp] = []
  /// Whether particles are tracked in single precision.
  public var isInSinglePrecision = false
  /// What is computed besides the beam at the end.
  public var objective: ScanObjective?
  /// Variables over whose whole range the orders and steps that are chosen have to suffice.
  public var rangesOfSteps: DesignVariables?

  /// From so many particles on, settings run one after the other, each on all threads.
  private static let particlesForAllThreads = 100_000

  /// Runs of `run` with these settings.
  ///
  /// - Precondition: Each setting has a value for each variable.
  public init(_ run: DesignRun, _ variables: ScanVariables, _ settings: [[Double]]) {
    require(
      settings.allSatisfy { $0.count == variables.count },
      "a setting has a value for each variable of the scan")
    self.run = run
    self.variables = variables
    self.settings = settings
  }

  /// The results of all settings, in order.
  ///
  /// - Throws: `Interruption` if the workers were stopped.
  public func callAsFunction(workers: Workers = .all) throws -> [ScanResult] {
    let results = ResultList()
    try callAsFunction(Array(settings.indices), workers: workers) { results.append($0) }
    return results.sorted
  }

  /// Runs some settings.
  ///
  /// - Parameters:
  ///   - numbers: Which ones, from 0.
  ///   - workers: The threads. Other processes take no part: each runs the settings that it is given.
  ///   - receive: Receives each result as soon as it is there, in any order, on any thread.
  /// - Throws: `Interruption` if the workers were stopped; what `receive` throws.
  public func callAsFunction(
    _ numbers: [Int], workers: Workers = .all,
    receive: @Sendable (ScanResult) throws -> Void
  ) throws {
    let workers = workers.alone
    let isLarge = run.particleCount >= Self.particlesForAllThreads || !run.effects.isEmpty
    let (outer, inner) =
      isLarge || numbers.count < workers.count
      ? (workers.withOneThread, workers) : (workers, workers.withOneThread)
    if isInSinglePrecision {
      let plan = try ScanPlan<Float>(self, workers)
      try outer.forEach(numbers.count) { try receive(plan.result(numbers[$0], inner)) }
    } else {
      let plan = try ScanPlan<Double>(self, workers)
      try outer.forEach(numbers.count) { try receive(plan.result(numbers[$0], inner)) }
    }
  }
}

/// The results of several threads.
private final class ResultList: Sendable {
  private let results = Mutex<[ScanResult]>([])

  func append(_ result: ScanResult) { results.withLock { $0.append(result) } }

  var sorted: [ScanResult] { results.withLock { $0.sorted { $0.number < $1.number } } }
}
