import ArgumentParser
import Sensitivity

/// How much memory a gradient may use to find the particles before kicks of space charge.
struct CheckpointOptions: ParsableArguments {
  @Option(
    name: .customLong("checkpoints"),
    help: ArgumentHelp(
      "Before kicks of space charge, particles are restored (restore), or computed again from this many "
        + "copies of the bunch, from as many as fit in 512MB or 2GB, or in a quarter of the memory (auto).",
      valueName: "restore|auto|N|SIZE"))
  var checkpointing = Checkpointing.restoring
}

extension Checkpointing: ExpressibleByArgument {
  /// A way from the words on the command line: "restore", "auto", a number of copies, or a size such as
  /// "512MB"; nil for other words.
  public init?(argument: String) {
    let sizes = [("MB", 1_000_000), ("GB", 1_000_000_000)]
    switch argument {
    case "restore": self = .restoring
    case "auto": self = .automatic
    default:
      if let slots = Int(argument), slots >= 0 {
        self = .binomial(slots: slots)
        return
      }
      guard let (unit, bytes) = sizes.first(where: { argument.uppercased().hasSuffix($0.0) }),
        let number = Double(argument.dropLast(unit.count)), number >= 0, number < 1e9
      else { return nil }
      self = .memory(bytes: Int(number * Double(bytes)))
    }
  }

  /// The default in the help.
  public var defaultValueDescription: String { "restore" }
}
