import Communication
import CommunicatorTrials
import Support
import Testing

/// A program of several processes that `mpirun` starts.
enum Trial {
  /// Runs the program of trials to its end.
  static func run(
    _ processes: Int, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Tool.Result {
    try ParallelRun.run(
      processes, arguments, program: "communicator-trial", environment: environment)
  }
}

@Suite(
  "Messages between processes",
  .enabled(if: ParallelRun.isPossible, "\(ParallelRun.whatIsMissing)"))
struct MPICommunicatorTests {
  /// Threads that behave as processes pass the same trial, and count the same.
  private func expectedTraffic(_ processes: Int) throws -> [String] {
    let found = try ThreadedProcesses.run(processes) { communicator in
      var trial = CommunicatorTrial(communicator)
      try trial.run()
      #expect(trial.mistakes.isEmpty)
      return communicator.traffic
    }
    return found.map { "\($0.messages) messages, \($0.bytes) bytes" }
  }

  @Test(arguments: 1...4)
  func allOperationsMoveTheRightBytes(processes: Int) throws {
    let result = try Trial.run(processes, ["operations"])
    #expect(result.status == 0, "\(result.errors)")
    // Whatever else is printed is a mistake.
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(try lines == expectedTraffic(processes))
  }

  /// Pieces of a kilobyte in place of 2 GiB; messages have up to 70 of them, and count once.
  @Test(arguments: 2...3)
  func longMessagesAreCutAndCountOnce(processes: Int) throws {
    let result = try Trial.run(
      processes, ["operations"], environment: ["LONGEST_PIECE": "1000"])
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(try lines == expectedTraffic(processes))
  }

  /// `--mpi on` joins a group of one.
  @Test func aProgramWithoutALauncherIsAGroupOfOne() throws {
    for words in [[], ["--mpi", "on"], ["--mpi", "off"]] {
      let result = try Tool.run(["operations"] + words, program: "communicator-trial")
      #expect(result.status == 0 && result.output == "0 messages, 0 bytes\n", "\(result.errors)")
    }
  }

  @Test func withoutMessagesEachProcessWorksByItself() throws {
    let result = try Trial.run(3, ["operations", "--mpi=off"])
    #expect(result.status == 0)
    #expect(result.output == String(repeating: "0 messages, 0 bytes\n", count: 3))
  }

  /// Not bound to processors of their own, two processes of a machine have half of them each.
  @Test func processesShareTheProcessors() throws {
    let all = Workers.all.count
    let result = try Trial.run(2, ["threads"])
    #expect(result.output == String(repeating: "\(max(1, all / 2)) threads\n", count: 2))
    let asked = try Trial.run(2, ["threads", "--threads", "3"])
    #expect(asked.output == "3 threads\n3 threads\n")
    #expect(try Tool.run(["threads"], program: "communicator-trial").output == "\(all) threads\n")
  }

  @Test func aCommandThatIsNotSharedIsTheWorkOfTheFirstProcess() throws {
    let result = try Trial.run(3, ["alone"])
    #expect(result.status == 0 && result.output == "alone\n", "\(result.errors)")
  }
}
