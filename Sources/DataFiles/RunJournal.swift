import SystemLibrary

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file with what a long run has done so far, from which an interrupted run continues.
///
/// It holds a fingerprint of the model with its options and input. A journal with another
/// fingerprint is ignored when it is read.
public struct RunJournal<Entry: Codable & Sendable>: Sendable {
  private let path: String
  private let fingerprint: Fingerprint

  private struct Content: Codable {
    let fingerprint: Fingerprint
    let entries: [Entry]
  }

  /// The journal in a file, of a run whose input has this fingerprint. Nothing is read yet.
  public init(path: String, fingerprint: Fingerprint) {
    self.path = path
    self.fingerprint = fingerprint
  }

  /// What an earlier run with the same fingerprint has done; empty if there is none.
  public func read() -> [Entry] { content?.entries ?? [] }

  /// Whether there is a file, but no journal with this fingerprint.
  public var isOfAnotherRun: Bool {
    content == nil && access(path, F_OK) == 0
  }

  /// Writes everything that the run has done so far; the file is whole or as it was before.
  ///
  /// - Throws: ``DataFileError`` if it cannot be written; `EncodingError` if an entry holds a
  ///   number that is not finite.
  public func write(_ entries: [Entry]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys  // otherwise another order in every process
    let data = try encoder.encode(Content(fingerprint: fingerprint, entries: entries))
    try AtomicFile.write(to: path) { try $0.append(bytes: data) }
  }

  private var content: Content? {
    guard let bytes = try? FileBytes.read(path),
      let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)),
      content.fingerprint == fingerprint
    else { return nil }
    return content
  }
}
