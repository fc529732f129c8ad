import DataFiles
import Documents
import Foundation

/// The starts of a fit that are done, on the disk, so that a run that was cut short goes on.
public struct StartsFile {
  private let path: String
  private let fingerprint: String

  private struct Content: Codable {
    let fingerprint: String
    let attempts: [FitAttempt]
  }

  /// - Parameter model: A file of another model, or of other settings that decide about starts, is
  ///   passed over.
  public init(_ folder: String, _ model: ModelFile) {
    path = folder + "/starts.json"
    var members = JSONText(model.root).line
    members += model.fit.method + "\(model.fit.seed) \(model.fit.spread) \(model.fit.couplings)"
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    // FNV-1a: Fowler, Noll, Vo; enough to tell files apart.
    for byte in members.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    fingerprint = String(hash, radix: 16)
  }

  /// What an earlier run has done.
  public func read() -> [FitAttempt] {
    guard let data = FileManager.default.contents(atPath: path),
      let content = try? JSONDecoder().decode(Content.self, from: data),
      content.fingerprint == fingerprint
    else { return [] }
    return content.attempts
  }

  public func write(_ attempts: [FitAttempt]) throws {
    let data = try JSONEncoder().encode(Content(fingerprint: fingerprint, attempts: attempts))
    try AtomicFile.write(to: path) { try $0.append(bytes: data) }
  }
}
