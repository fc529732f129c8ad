import DataFiles
import Documents
import Foundation

/// The toys of a study that are done, on the disk, so that a study that was cut short goes on.
public struct ToyJournal {
  private let path: String
  private let fingerprint: Fingerprint

  private struct Content: Codable {
    let fingerprint: Fingerprint
    let results: [ToyResult]
  }

  /// - Parameter folder: Where `toys-done.json` is kept. A file of another model or of other settings
  ///   is passed over; the number of toys may change.
  public init(_ folder: String, _ study: ToyStudy) {
    path = folder + "/toys-done.json"
    let file = study.model.file
    let settings = study.settings
    fingerprint = Fingerprint(
      of: file.text(with: file.parameters).line
        + "\(file.fit.method) \(settings.seed) \(settings.origin) \(settings.randomStarts) "
        + (settings.events?.description ?? "as data"))
  }

  /// What an earlier run has done.
  public func read() -> [ToyResult] {
    guard let data = FileManager.default.contents(atPath: path),
      let content = try? JSONDecoder().decode(Content.self, from: data),
      content.fingerprint == fingerprint
    else { return [] }
    return content.results
  }

  public func write(_ results: [ToyResult]) throws {
    let data = try JSONEncoder().encode(Content(fingerprint: fingerprint, results: results))
    try AtomicFile.write(to: path) { try $0.append(bytes: data) }
  }
}
