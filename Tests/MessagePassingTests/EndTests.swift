import Foundation
import Support
import Testing

/// Whatever ends one process ends all within seconds, and is told once.
@Suite(
  "How processes end",
  .enabled(if: ParallelRun.isPossible, "\(ParallelRun.whatIsMissing)"))
struct EndTests {
  /// How often a text occurs in another.
  private func count(_ part: String, _ text: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  /// What three processes of the program of trials leave.
  private func trial(_ arguments: [String]) async throws -> Tool.Result {
    try await Aside.run { try Trial.run(3, arguments) }
  }

  @Test func wordsOnTheCommandLineAreToldOnce() async throws {
    let result = try await trial(["fly"])
    #expect(result.status == 2)
    #expect(count("Unexpected argument 'fly'", result.errors) == 1, "\(result.errors)")
    let help = try await trial(["--help"])
    #expect(help.status == 0 && count("SUBCOMMANDS", help.output) == 1, "\(help.output)")
  }

  @Test(arguments: [[], ["--is-input"]])
  func anErrorOfAllIsToldByTheFirst(_ arguments: [String]) async throws {
    let result = try await trial(["fail"] + arguments)
    #expect(result.status == (arguments.isEmpty ? 1 : 2))
    #expect(count("the well is dry", result.errors) == 1, "\(result.errors)")
    #expect(!result.errors.contains("process "))
  }

  @Test(arguments: ["waiting", "exchanging", "computing", "leaving"])
  func anErrorOfOneIsToldByIt(others: String) async throws {
    let (result, time) = try await Aside.run {
      let clock = ContinuousClock()
      let start = clock.now
      let result = try Trial.run(3, ["fail", "--rank", "1", "--others", others])
      return (result, clock.now - start)
    }
    #expect(result.status == 1)
    #expect(count("process 1: the well is dry\n", result.errors) == 1, "\(result.errors)")
    #expect(count("the well is dry", result.errors) == 1)
    #expect(!result.errors.contains("interrupted"))
    #expect(time < .seconds(10))
  }

  @Test func anErrorOfTheFirstIsTold() async throws {
    let result = try await trial(["fail", "--rank", "0", "--is-input", "--others", "computing"])
    #expect(result.status == 2)
    #expect(count("well.json: the well is dry\n", result.errors) == 1, "\(result.errors)")
    #expect(!result.errors.contains("process "))
  }

  // MARK: Signals

  /// How three processes end of which two wait for the other.
  private struct End: Sendable {
    var result: Tool.Result
    /// The number of processes at the start, and of those that remain a while after the end.
    var processes: Int
    var remaining: Int
  }

  /// Starts three processes, and ends them by a signal to one of them, or to the launcher.
  private func end(by signal: Int32, toRank rank: Int? = nil) async throws -> End {
    try await Aside.run {
      let run = try ParallelRun(3, ["wait"], program: "communicator-trial")
      let start = Date(timeIntervalSinceNow: 30)
      while run.output != "waiting\n", Date() < start { usleep(10_000) }
      let processes = run.toolProcesses
      if let rank {
        for process in processes.dropFirst(rank).prefix(1) { kill(process, signal) }
      } else {
        run.signal(signal)
      }
      let result = try run.wait(limit: 10)
      let end = Date(timeIntervalSinceNow: 10)
      while Date() < end, processes.contains(where: { kill($0, 0) == 0 }) { usleep(10_000) }
      return End(
        result: result, processes: processes.count,
        remaining: processes.count { kill($0, 0) == 0 })
    }
  }

  private func expectEnd(_ end: End, isTold: Bool = true) {
    #expect(end.result.output == "waiting\n")
    #expect(end.processes == 3 && end.remaining == 0)
    if isTold { #expect(count("interrupted", end.result.errors) == 1, "\(end.result.errors)") }
  }

  /// The status is mpirun's own.
  @Test(arguments: [SIGINT, SIGTERM])
  func anInterruptOfTheLauncherEndsAll(signal: Int32) async throws {
    let end = try await end(by: signal)
    #expect(end.result.status != 0)
    expectEnd(end)
  }

  @Test(arguments: 0..<3)
  func anInterruptOfOneProcessEndsAll(rank: Int) async throws {
    let end = try await end(by: SIGINT, toRank: rank)
    #expect(end.result.status == 130)
    expectEnd(end)
  }

  @Test(arguments: 0..<3)
  func aProcessThatIsKilledEndsAll(rank: Int) async throws {
    let end = try await end(by: SIGKILL, toRank: rank)
    #expect(end.result.status != 0)
    expectEnd(end, isTold: false)
  }
}
