import Foundation
import Support
import Testing

/// What `beamtrack optimize` made of an example.
struct Optimum {
  let folder: TemporaryFolder
  let status: String
  let objective: Double
  let variables: [String: Double]
  let evaluations: Int
  /// The largest gradient at the end over that at the start.
  let gradientFraction: Double

  /// Optimizes the example `path`, with another method if one is named, and with `replacements` in
  /// its text.
  init(
    _ path: String, method: String? = nil, replacing replacements: [String: String] = [:]
  ) throws {
    folder = try TemporaryFolder()
    let file = Tool.package.appendingPathComponent("Examples/" + path)
    var text = try String(contentsOf: file, encoding: .utf8)
    if let method {
      let written = try #require(text.range(of: "\"optimizer\": {\"method\": \""))
      let end = try #require(text.range(of: "\"", range: written.upperBound..<text.endIndex))
      text.replaceSubrange(written.upperBound..<end.lowerBound, with: method)
    }
    for (old, new) in replacements {
      try #require(text.contains(old))
      text = text.replacingOccurrences(of: old, with: new)
    }
    let copy = try folder.write(text, to: "run.json")
    let result = try Tool.run(["optimize", copy, "--output", folder.path])
    try #require(result.status == 0, "\(result.errors)")
    let record = try Self.record("optimize.json", in: folder)
    status = try #require(record["status"] as? String)
    objective = try #require(record["objective"] as? Double)
    variables = try #require(record["variables"] as? [String: Double])
    let counts = try #require(record["counts"] as? [String: Int])
    evaluations = try #require(counts["evaluations"])
    let history = try #require(record["history"] as? [[String: Any]])
    let norms = history.compactMap { $0["gradient_norm"] as? Double }
    gradientFraction = norms.isEmpty ? .nan : norms[norms.count - 1] / norms[0]
  }

  func variable(_ name: String) throws -> Double { try #require(variables[name]) }

  /// Moments along the beamline with the best variables.
  func moments() throws -> ResultTable { try ResultTable(folder.file("moments.csv")) }

  private static func record(
    _ name: String, in folder: TemporaryFolder
  ) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}
