import DataFiles
import Documents

/// Resonances that a model might have, from a file: an object in the form of a channel's
/// "resonances".
public struct ResonancePool: Sendable {
  /// The path of the file.
  public let path: String
  /// The members of the object: a resonance's name with its description.
  public let candidates: [JSONMember]

  /// A pool with its file's name for messages.
  public init(path: String, candidates: [JSONMember]) {
    self.path = path
    self.candidates = candidates
  }

  /// Reads a pool from a file. The contents of the candidates are checked later, with the model to
  /// which they are added.
  ///
  /// - Throws: `InvalidInput` if the file cannot be read, is no JSON object, or is empty.
  public static func read(_ path: String) throws(InvalidInput) -> Self {
    guard let bytes = try? FileBytes.read(path) else {
      throw InvalidInput(file: path, "the file cannot be read")
    }
    var diagnostics = Diagnostics(file: path)
    let root = JSON.parse(bytes, &diagnostics)
    try diagnostics.throwIfErrors()
    guard case .object(let members) = root?.value, !members.isEmpty else {
      throw InvalidInput(file: path, "expected an object of resonances, as in a channel")
    }
    return Self(path: path, candidates: members)
  }

  /// The names of the candidates.
  public var names: [String] { candidates.map(\.key) }

  /// Every combination of 1 … `largest` candidates, the small ones first, in the order of the file.
  public func combinations(upTo largest: Int) -> [[JSONMember]] {
    var all: [[Int]] = [[]]
    var last = all
    for _ in 0..<min(largest, candidates.count) {
      last = last.flatMap { chosen in
        ((chosen.last ?? -1) + 1..<candidates.count).map { chosen + [$0] }
      }
      all += last
    }
    return all.dropFirst().map { $0.map { candidates[$0] } }
  }
}
