import DataFiles
import Documents
import Foundation

/// The starts of a fit that are done, on the disk, so that a run that was cut short goes on.
public struct StartsFile {
  private let path: String
  private let fingerprint: Fingerprint

  private struct Content: Codable {
    let fingerprint: Fingerprint
    let attempts: [FitAttempt]
  }

  /// - Parameter model: A file of another model, or of other settings that decide about starts, is
  ///   passed over.
  public init(_ folder: String, _ model: ModelFile) {
    path = folder + "/starts.json"
    fingerprint = Fingerprint(
      of: JSONText(model.root).line + model.fit.method
        + "\(model.fit.seed) \(model.fit.spread) \(model.fit.couplings)")
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
