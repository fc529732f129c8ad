import SystemLibrary

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a long run has done so far, on the disk, so that one that was cut short goes on.
///
/// It belongs to one model with its options and input, of which it keeps a fingerprint; what another run
/// left is passed over.
public struct RunJournal<Entry: Codable & Sendable>: Sendable {
  private let path: String
  private let fingerprint: Fingerprint

  private struct Content: Codable {
    let fingerprint: Fingerprint
    let entries: [Entry]
  }

  public init(path: String, fingerprint: Fingerprint) {
    self.path = path
    self.fingerprint = fingerprint
  }

  /// What an earlier run of the same has done; empty if there is none.
  public func read() -> [Entry] { content?.entries ?? [] }

  /// Whether there is a journal, and it is of something else.
  public var isOfAnotherRun: Bool {
    content == nil && access(path, F_OK) == 0
  }

  public func write(_ entries: [Entry]) throws {
    let data = try JSONEncoder().encode(Content(fingerprint: fingerprint, entries: entries))
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
