import BeamDynamics
import Documents

/// Finds places of a beamline by the names that run files give them.
struct PlaceReader {
  let line: Beamline

  /// The place of an element called `name`: "q1" where it occurs once, or "q1#2".
  ///
  /// - Parameter others: Names of places that are no elements, such as "start".
  /// - Returns: nil for a name that stands for no place; that has been reported.
  func place(
    named name: String, besides others: [String] = [], at position: SourcePosition?,
    _ diagnostics: inout Diagnostics
  ) -> Int? {
    if let place = line.placeNames.firstIndex(of: name) { return place }
    let passages = line.places(ofElement: name).count
    if passages > 1 {
      diagnostics.error(
        "\(quoted(name)) occurs \(passages) times; name one of \(quoted(name + "#1")) to "
          + quoted(name + "#\(passages)"), at: position)
      return nil
    }
    let hint = nearestName(to: name, among: others + line.placeNames)
      .map { "; did you mean \(quoted($0))?" }
    let expected = others.map { quoted($0) + ", " }.joined() + (others.isEmpty ? "" : "or ")
    diagnostics.error(
      "there is no place \(quoted(name)): expected \(expected)an element of the line"
        + (hint ?? ""), at: position)
    return nil
  }
}
