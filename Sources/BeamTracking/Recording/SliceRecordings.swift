import AutoDiff
import LinearAlgebra
import Recording
import Synchronization

/// The recordings of a beamline's slices, each shape once.
///
/// It belongs to one beamline of which always the same numbers vary: there an element is known by its
/// number, and its shape is looked at once. Where conditions on parameters have other answers, a slice is
/// recorded anew.
public final class SliceRecordings: Sendable {
  private struct Entry: Sendable {
    let recording: SliceRecording
    var matrices: [FormulaDerivatives.Place: FormulaDerivatives] = [:]
  }

  private struct SlicePlace: Hashable {
    let element: Int
    let index: Int
    let count: Int
    let isBackward: Bool

    init(_ element: Int, _ slice: Slice) {
      self.element = element
      (index, count, isBackward) = (slice.index, slice.count, slice.isBackward)
    }
  }

  private struct Storage: Sendable {
    var entries: [SliceShape: [Entry]] = [:]
    var shapes: [SlicePlace: SliceShape] = [:]
  }

  private let storage = Mutex(Storage())

  package init() {}

  /// How many recordings there are.
  package var count: Int {
    storage.withLock { $0.entries.values.reduce(0) { $0 + $1.count } }
  }

  /// The map of a slice, recorded; `inputs` as for a map, with plain numbers.
  ///
  /// - Parameter number: Of the element in the beamline; nil if it is not one of its elements.
  package func recording(
    of element: any Element, number: Int? = nil, _ inputs: SliceInputs<Double>
  ) -> SliceRecording {
    storage.withLock { storage in
      let (shape, i) = Self.find(&storage, element, number, inputs)
      return storage.entries[shape, default: []][i].recording
    }
  }

  /// The map and its matrix about a place.
  package func matrix(
    of element: any Element, number: Int? = nil, _ inputs: SliceInputs<Double>,
    about place: FormulaDerivatives.Place
  ) -> FormulaDerivatives {
    storage.withLock { storage in
      let (shape, i) = Self.find(&storage, element, number, inputs)
      let entry = storage.entries[shape, default: []][i]
      if let known = entry.matrices[place] { return known }
      let matrix = FormulaDerivatives(of: entry.recording.formula, about: place)
      storage.entries[shape, default: []][i].matrices[place] = matrix
      return matrix
    }
  }

  private static func find(
    _ storage: inout Storage, _ element: any Element, _ number: Int?, _ inputs: SliceInputs<Double>
  ) -> (SliceShape, Int) {
    let place = number.map { SlicePlace($0, inputs.slice) }
    let shape = place.flatMap { storage.shapes[$0] } ?? SliceShape(element, inputs)
    if let place { storage.shapes[place] = shape }
    let parameters = SliceParameters(element, inputs).values
    let known = storage.entries[shape, default: []]
    if let i = known.firstIndex(where: { $0.recording.formula.holds(for: parameters) }) {
      return (shape, i)
    }
    storage.entries[shape, default: []].append(Entry(recording: SliceRecording(element, inputs)))
    return (shape, known.count)
  }
}

extension SliceRecordings {
  /// The map of a slice about the design orbit, with two nested derivatives.
  package func affineMap(
    of element: any Element, number: Int?, _ inputs: SliceInputs<Tangent<Tangent<Double>>>,
    in frame: PlacementFrame<Tangent<Tangent<Double>>>?
  ) -> AffineMap<Tangent<Tangent<Double>>> {
    typealias Second = Tangent<Tangent<Double>>
    let matrix = matrix(
      of: element, number: number, inputs.map { $0.value.value },
      about: frame == nil ? .origin : .point)
    let parameters = SliceParameters(element, inputs).values
    return AffineMap<Second>.identity.followed(in: frame.map { $0.map { Tangent($0) } }) { point in
      let result = matrix(
        parameters: parameters, point: frame == nil ? [] : (0..<6).map { point[$0] }
      ).outputs
      var value = PhaseSpace<Second>.zero
      for i in 0..<6 { value[i] = result[matrix.index(of: i)] }
      return (value, Matrix6 { i, j in result[matrix.index(of: i, to: j)] })
    }
  }
}
