import Foundation
import Support
import Testing

/// Whatever ends one process ends all within seconds, and is told once.
@Suite(
  "How processes end", .serialized,
  .enabled(if: ParallelRun.isPossible, "\(ParallelRun.whatIsMissing)"))
struct EndTests {
  /// How often a text occurs in another.
  private func count(_ part: String, _ text: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  @Test func wordsOnTheCommandLineAreToldOnce() throws {
    let result = try Trial.run(3, ["fly"])
    #expect(result.status == 2)
    #expect(count("Unexpected argument 'fly'", result.errors) == 1, "\(result.errors)")
    let help = try Trial.run(3, ["--help"])
    #expect(help.status == 0 && count("SUBCOMMANDS", help.output) == 1, "\(help.output)")
  }

  @Test(arguments: [[], ["--is-input"]])
  func anErrorOfAllIsToldByTheFirst(_ arguments: [String]) throws {
    let result = try Trial.run(3, ["fail"] + arguments)
    #expect(result.status == (arguments.isEmpty ? 1 : 2))
    #expect(count("the well is dry", result.errors) == 1, "\(result.errors)")
    #expect(!result.errors.contains("process "))
  }

  @Test(arguments: ["waiting", "exchanging", "computing", "leaving"])
  func anErrorOfOneIsToldByIt(others: String) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try Trial.run(3, ["fail", "--rank", "1", "--others", others])
    #expect(result.status == 1)
    #expect(count("process 1: the well is dry\n", result.errors) == 1, "\(result.errors)")
    #expect(count("the well is dry", result.errors) == 1)
    #expect(!result.errors.contains("interrupted"))
    #expect(clock.now - start < .seconds(10))
  }

  @Test func anErrorOfTheFirstIsTold() throws {
    let result = try Trial.run(3, ["fail", "--rank", "0", "--is-input", "--others", "computing"])
    #expect(result.status == 2)
    #expect(count("well.json: the well is dry\n", result.errors) == 1, "\(result.errors)")
    #expect(!result.errors.contains("process "))
  }

  // MARK: Signals

  /// Three processes of which two wait for the other.
  private func waiting() throws -> ParallelRun {
    let run = try ParallelRun(3, ["wait"], program: "communicator-trial")
    let end = Date(timeIntervalSinceNow: 30)
    while run.output.isEmpty, Date() < end { usleep(10_000) }
    try #require(run.output == "waiting\n")
    return run
  }

  /// What remains of processes after a while.
  private func remaining(_ processes: [pid_t]) -> [pid_t] {
    let end = Date(timeIntervalSinceNow: 10)
    while Date() < end, processes.contains(where: { kill($0, 0) == 0 }) { usleep(10_000) }
    return processes.filter { kill($0, 0) == 0 }
  }

  /// The status is mpirun's own.
  @Test(arguments: [SIGINT, SIGTERM])
  func anInterruptOfTheLauncherEndsAll(signal: Int32) throws {
    let run = try waiting()
    let processes = run.toolProcesses
    try #require(processes.count == 3)
    run.signal(signal)
    let result = try run.wait(limit: 10)
    #expect(result.status != 0)
    #expect(count("interrupted", result.errors) == 1, "\(result.errors)")
    #expect(remaining(processes).isEmpty)
  }

  @Test(arguments: 0..<3)
  func anInterruptOfOneProcessEndsAll(rank: Int) throws {
    let run = try waiting()
    let processes = run.toolProcesses
    try #require(processes.count == 3)
    kill(processes[rank], SIGINT)
    let result = try run.wait(limit: 10)
    #expect(result.status == 130)
    #expect(count("interrupted", result.errors) == 1, "\(result.errors)")
    #expect(remaining(processes).isEmpty)
  }

  @Test(arguments: 0..<3)
  func aProcessThatIsKilledEndsAll(rank: Int) throws {
    let run = try waiting()
    let processes = run.toolProcesses
    try #require(processes.count == 3)
    kill(processes[rank], SIGKILL)
    let result = try run.wait(limit: 10)
    #expect(result.status != 0)
    #expect(remaining(processes).isEmpty)
  }
}
