import Foundation
import Support

/// The built `pwafit`, run as a user runs it.
enum PWATool {
  /// Starts it in `folder`; what it says goes nowhere.
  static func start(_ arguments: [String], in folder: URL) throws -> Process {
    try Tool.start(arguments, in: folder, program: "pwafit")
  }

  /// Runs it in `folder` to its end.
  static func run(_ arguments: [String], in folder: URL) throws -> Tool.Result {
    try Tool.run(arguments, in: folder, program: "pwafit")
  }
}
