import Foundation

/// Another program that tracks the same beamline, waiting in a process of its own.
final class Peer {
  /// What the program says about itself.
  let remark: String
  /// The names of its cases, for a program that does several things.
  let cases: Set<String>
  /// Numbers that both programs must agree on.
  let checks: [String: Double]
  private let hint: String
  private let process: Process
  private let input: FileHandle
  private var output: LineReader

  /// Starts the program `name` of peer.py on `processor`, and has it make the beam and the lattice.
  convenience init(_ name: String, problem: String, processor: Int?) throws {
    guard let script = Bundle.module.url(forResource: "peer", withExtension: "py") else {
      throw BenchmarkFailure("peer.py is missing from the build")
    }
    try self.init(
      script: script.path, [name] + (processor.map { ["\($0)"] } ?? []), problem: problem)
  }

  /// Starts a script that reads what is to be done from its input, and waits until it is ready.
  convenience init(script: String, _ arguments: [String], problem: String) throws {
    let interpreter = ProcessInfo.processInfo.environment["BEAMTRACK_PEERS_PYTHON"] ?? "python3"
    try self.init(
      command: [interpreter, script] + arguments, problem: problem,
      hint: "is BEAMTRACK_PEERS_PYTHON a Python interpreter?")
  }

  /// Starts a program that reads what is to be done from its input, and waits until it is ready.
  ///
  /// - Parameter hint: What a user may have to look at if the program gives no answer.
  init(command: [String], problem: String, hint: String) throws {
    self.hint = hint
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let (toPeer, fromPeer) = (Pipe(), Pipe())
    process.standardInput = toPeer
    process.standardOutput = fromPeer
    process.standardError = FileHandle.nullDevice
    // A program that is not there shows in its missing answer; writing to it must not end this one.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    input = toPeer.fileHandleForWriting
    output = LineReader(fromPeer.fileHandleForReading)
    try? input.write(contentsOf: Data((problem + "\n").utf8))
    let answer = try Self.answer(&output, hint)
    if let error = answer["error"] as? String { throw BenchmarkFailure(error) }
    guard let ready = answer["ready"] as? String else {
      throw BenchmarkFailure("an answer of the peer is not understood")
    }
    remark = ready
    cases = Set(answer["cases"] as? [String] ?? [])
    checks = answer.compactMapValues { $0 as? Double }
  }

  /// Has the program do its work once, and returns the seconds that it took.
  ///
  /// - Parameter work: Which, for a program that does several things.
  func seconds(_ work: String = "track") throws -> Double {
    guard let seconds = try numbers(work)["seconds"] else {
      throw BenchmarkFailure("an answer of the peer is not understood")
    }
    return seconds
  }

  /// Has the program do its work once, and returns the numbers that it tells of it.
  func numbers(_ work: String) throws -> [String: Double] {
    try? input.write(contentsOf: Data((work + "\n").utf8))
    return try Self.answer(&output, hint).compactMapValues { $0 as? Double }
  }

  /// Ends the program.
  func stop() {
    try? input.close()
    process.waitUntilExit()
  }

  private static func answer(_ output: inout LineReader, _ hint: String) throws -> [String: Any] {
    guard let line = output.next() else {
      throw BenchmarkFailure("the program ended without an answer; \(hint)")
    }
    return try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
  }
}

/// Reads a stream line by line.
private struct LineReader {
  private let stream: FileHandle
  private var waiting = Data()

  init(_ stream: FileHandle) { self.stream = stream }

  mutating func next() -> Data? {
    while true {
      if let end = waiting.firstIndex(of: 0x0A) {
        let line = Data(waiting[..<end])
        waiting = Data(waiting[waiting.index(after: end)...])
        return line
      }
      let more = stream.availableData
      if more.isEmpty { return nil }
      waiting.append(more)
    }
  }
}
