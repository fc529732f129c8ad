import Foundation
import MessagePassing

/// A tool that `mpirun` runs as several processes of this machine.
public final class ParallelRun {
  private let mpirun: Process
  private let scratch: TemporaryFolder

  /// Whether there is `mpirun`, and MPI in the tools, so that tests with several processes can run.
  public static let isPossible = path != nil && MPI() != nil
  /// Why they cannot.
  public static let whatIsMissing: String =
    "there is no mpirun, or the tools were built without MPI; setup.sh installs both"

  private static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { "\($0)/mpirun" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Starts `processes` processes of a tool that was built beside the tests.
  ///
  /// They may be more than there are processors, and all may use all processors.
  ///
  /// - Parameter environment: Variables besides those of the tests.
  public init(
    _ processes: Int, _ arguments: [String], in folder: URL = Tool.package,
    program: String = "beamtrack", environment: [String: String] = [:]
  ) throws {
    mpirun = Process()
    scratch = try TemporaryFolder()
    mpirun.executableURL = URL(fileURLWithPath: Self.path ?? "mpirun")
    mpirun.arguments =
      [
        "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "--quiet", "--mca",
        "mpi_yield_when_idle", "1", "-n", "\(processes)", Tool.executable(program).path,
      ] + arguments
    mpirun.currentDirectoryURL = folder
    mpirun.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    mpirun.standardInput = FileHandle.nullDevice
    for (file, isOutput) in [("output", true), ("errors", false)] {
      try scratch.write("", to: file)
      let handle = FileHandle(forWritingAtPath: scratch.file(file))
      if isOutput { mpirun.standardOutput = handle } else { mpirun.standardError = handle }
    }
    // A thread of the tests may block signals, and who is started by it inherits that.
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try mpirun.run()
  }

  /// Runs a tool to its end, as ``init(_:_:in:program:environment:)`` starts it.
  ///
  /// - Throws: ``OutOfTime`` if it takes longer than `limit` seconds.
  public static func run(
    _ processes: Int, _ arguments: [String], in folder: URL = Tool.package,
    program: String = "beamtrack", environment: [String: String] = [:], limit: Double = 60
  ) throws -> Tool.Result {
    try ParallelRun(
      processes, arguments, in: folder, program: program, environment: environment
    ).wait(limit: limit)
  }

  /// A run that did not end by itself, and what it had written.
  public struct OutOfTime: Error {
    public let output: String
    public let errors: String
  }

  /// What has been written to standard output so far.
  public var output: String { (try? scratch.text("output")) ?? "" }

  /// Waits for the end.
  ///
  /// - Throws: ``OutOfTime`` after so many seconds; then all processes are killed.
  public func wait(limit: Double) throws -> Tool.Result {
    let end = Date(timeIntervalSinceNow: limit)
    while mpirun.isRunning {
      if Date() > end {
        for identifier in toolProcesses + [mpirun.processIdentifier] { kill(identifier, SIGKILL) }
        mpirun.waitUntilExit()
        throw OutOfTime(output: output, errors: try scratch.text("errors"))
      }
      usleep(5000)
    }
    return Tool.Result(
      status: mpirun.terminationStatus, output: output, errors: try scratch.text("errors"))
  }

  /// Sends a signal to `mpirun`.
  public func signal(_ number: Int32) { kill(mpirun.processIdentifier, number) }

  /// The processes of the tool, in the order in which they were started, which is that of their ranks.
  public var toolProcesses: [pid_t] {
    let parent = "\(mpirun.processIdentifier)"
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.sorted().filter { identifier in
      // 17 (name of the program) S 16 …: the parent is the second field behind the name.
      let text = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
      let fields = text.drop { $0 != ")" }.split(separator: " ")
      return fields.count > 2 && fields[2] == parent
    }
  }
}
