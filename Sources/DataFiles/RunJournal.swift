import Foundation

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
    content == nil && FileManager.default.fileExists(atPath: path)
  }

  public func write(_ entries: [Entry]) throws {
    let data = try JSONEncoder().encode(Content(fingerprint: fingerprint, entries: entries))
    try AtomicFile.write(to: path) { try $0.append(bytes: data) }
  }

  private var content: Content? {
    guard let data = FileManager.default.contents(atPath: path),
      let content = try? JSONDecoder().decode(Content.self, from: data),
      content.fingerprint == fingerprint
    else { return nil }
    return content
  }
}
