import ArgumentParser

/// A process's place among those that a launcher, such as mpirun, has started.
///
/// It is read from the variables that launchers give to each process. Those of an allocation (`SLURM_NTASKS` and
/// its like) say nothing: they are the same for a program that is started by itself inside it.
public struct Launch: Equatable, Sendable {
  /// The process's number, from 0.
  public var rank: Int
  /// The number of processes; nil if the launcher does not say.
  public var size: Int?

  /// The place that the variables of a process name; nil without a launcher.
  public init?(_ environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    // Of Open MPI's mpirun, of the launchers of MPICH, and of srun with PMIx.
    for names in [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE")] {
      guard let rank = number(names.0), let size = number(names.1) else { continue }
      self.rank = rank
      self.size = size
      return
    }
    guard let rank = number("PMIX_RANK") else { return nil }
    self.rank = rank
  }
}

/// What the option `--mpi` says.
public enum MessageUse: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// The processes of the launcher work together.
  case on
  /// Each process works by itself.
  case off

  /// What the words of a command line say; nil if they do not.
  ///
  /// It is known before they are parsed, because mistakes in them are told once, too.
  init?(words: [String]) {
    let option = "--mpi"
    var found: Self?
    for (i, word) in words.enumerated() {
      if word == "--" { break }
      if word == option, i + 1 < words.count {
        found = Self(rawValue: words[i + 1]) ?? found
      } else if word.hasPrefix(option + "=") {
        found = Self(rawValue: String(word.dropFirst(option.count + 1))) ?? found
      }
    }
    guard let found else { return nil }
    self = found
  }
}

/// Processes that cannot work together, because of how the program was built or started.
public struct LaunchMistake: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and what to do.
  public let description: String
}

extension LaunchMistake {
  /// The program has no messages.
  static func noMessages(_ launch: Launch?, _ use: MessageUse?) -> Self {
    let remedy = "build it with MPI (setup.sh installs it)"
    if use == .on {
      return Self(description: "--mpi on: this program was built without MPI; \(remedy)")
    }
    let count = launch?.size.map { "\($0) processes" } ?? "several processes"
    return Self(
      description:
        "a launcher has started \(count), and this program was built without MPI: \(remedy), or give "
        + "--mpi off, with which each process works by itself")
  }

  /// The launcher is not that of the program's MPI.
  static func otherSize(_ found: Int, _ launch: Launch) -> Self {
    Self(
      description:
        "the launcher has started \(launch.size ?? 1) processes, and MPI finds \(found): start the program "
        + "with the launcher of the MPI that it was built with, or give --mpi off, with which each process works "
        + "by itself")
  }
}
