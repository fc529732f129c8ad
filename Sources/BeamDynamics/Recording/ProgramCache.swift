import AutoDiff
import Recording

/// Recordings of slices, each shape once; a second one where conditions on parameters have other
/// answers.
///
/// It belongs to one run, and is used by one thread at a time.
package struct ProgramCache: Sendable {
  private struct Entry: Sendable {
    let recording: SliceRecording
    var matrices: [FormulaDerivatives.Place: FormulaDerivatives] = [:]
  }

  private var entries: [SliceShape: [Entry]] = [:]

  package init() {}

  /// How many recordings there are.
  package var count: Int { entries.values.reduce(0) { $0 + $1.count } }

  /// The map of a slice, recorded; `inputs` as for a map, with plain numbers.
  package mutating func recording(
    of element: any Element, _ inputs: SliceInputs<Double>
  ) -> SliceRecording {
    let (shape, i) = find(element, inputs)
    return entries[shape, default: []][i].recording
  }

  /// The map and its matrix about a place.
  package mutating func matrix(
    of element: any Element, _ inputs: SliceInputs<Double>, about place: FormulaDerivatives.Place
  ) -> FormulaDerivatives {
    let (shape, i) = find(element, inputs)
    if let known = entries[shape, default: []][i].matrices[place] { return known }
    let matrix = FormulaDerivatives(
      of: entries[shape, default: []][i].recording.formula, about: place)
    entries[shape, default: []][i].matrices[place] = matrix
    return matrix
  }

  private mutating func find(
    _ element: any Element, _ inputs: SliceInputs<Double>
  ) -> (SliceShape, Int) {
    let shape = SliceShape(element, inputs)
    let parameters = SliceParameters(element, inputs).values
    let known = entries[shape, default: []]
    if let i = known.firstIndex(where: { $0.recording.formula.holds(for: parameters) }) {
      return (shape, i)
    }
    entries[shape, default: []].append(Entry(recording: SliceRecording(element, inputs)))
    return (shape, known.count)
  }
}
