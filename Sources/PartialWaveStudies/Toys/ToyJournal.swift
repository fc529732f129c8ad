import DataFiles
import Documents
import Foundation

/// The toys of a study that are done, on the disk, so that a study that was cut short goes on.
public struct ToyJournal {
  private let path: String
  private let fingerprint: String

  private struct Content: Codable {
    let fingerprint: String
    let results: [ToyResult]
  }

  /// - Parameter folder: Where `toys-done.json` is kept. A file of another model or of other settings
  ///   is passed over; the number of toys may change.
  public init(_ folder: String, _ study: ToyStudy) {
    path = folder + "/toys-done.json"
    let file = study.model.file
    let settings = study.settings
    let text =
      file.text(with: file.parameters).line
      + "\(file.fit.method) \(settings.seed) \(settings.origin) \(settings.randomStarts) "
      + (settings.events?.description ?? "as data")
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    // FNV-1a (G. Fowler, L. Noll, K.-P. Vo): enough to tell files apart.
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    fingerprint = String(hash, radix: 16)
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
