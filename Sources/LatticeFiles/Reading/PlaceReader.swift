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
    do {
      return try line.place(named: name, besides: others)
    } catch {
      diagnostics.error("\(error)", at: position)
      return nil
    }
  }
}
