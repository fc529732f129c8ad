import AutoDiff
import BeamMaps
import LinearAlgebra
import Recording
import Synchronization

/// The recordings of a beamline's slices, one for each shape.
///
/// An instance belongs to one beamline, of which always the same numbers vary. An element is
/// identified by its index in the beamline, and examined once. If conditions on parameters have
/// other outcomes, a slice is recorded again.
public final class SliceRecordings: Sendable {
  /// A recording, and those of its derivatives that have been requested.
  private final class Entry: Sendable {
    let recording: SliceRecording
    private let matrices = Mutex<[FormulaDerivatives.Place: FormulaDerivatives]>([:])

    init(_ recording: SliceRecording) { self.recording = recording }

    func matrix(about place: FormulaDerivatives.Place) -> FormulaDerivatives {
      matrices.withLock { matrices in
        if let known = matrices[place] { return known }
        let matrix = FormulaDerivatives(of: recording.formula, about: place)
        matrices[place] = matrix
        return matrix
      }
    }
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

  /// The data of a slice: the index of its shape, and the numbers that do not vary.
  private struct Known: Sendable {
    let shape: Int
    let fixed: [Double]
  }

  private struct Storage: Sendable {
    var shapes: [SliceShape: Int] = [:]
    var entries: [[Entry]] = []
    var slices: [SlicePlace: Known] = [:]

    mutating func known<C: RealScalar>(
      of element: any Element, _ place: Int?, _ inputs: SliceInputs<C>
    ) -> Known {
      let place = place.map { SlicePlace($0, inputs.slice) }
      if let place, let known = slices[place] { return known }
      let shape = SliceShape(element, inputs)
      let index = shapes[shape] ?? entries.count
      if index == entries.count {
        shapes[shape] = index
        entries.append([])
      }
      let result = Known(shape: index, fixed: SliceParameters<C>.fixed(of: element, inputs))
      if let place { slices[place] = result }
      return result
    }
  }

  private let storage = Mutex(Storage())
  private let machines = BlockMachines<Tangent<RecordedTileMap.Value>>()
  private let pairMachines = BlockMachines<RecordedPullBack.Pair>()

  package init() {}

  /// The number of recordings.
  package var count: Int { storage.withLock { $0.entries.reduce(0) { $0 + $1.count } } }

  /// The recorded map of a slice; `inputs` as for a map, with plain numbers.
  ///
  /// - Parameter index: The index of the element in the beamline; nil if it is not one of its
  ///   elements.
  package func recording(
    of element: any Element, index: Int? = nil, _ inputs: SliceInputs<Double>
  ) -> SliceRecording {
    find(element, index, inputs) { $0 }.entry.recording
  }

  /// The map and its matrix about a point.
  package func matrix(
    of element: any Element, index: Int? = nil, _ inputs: SliceInputs<Double>,
    about place: FormulaDerivatives.Place
  ) -> FormulaDerivatives {
    find(element, index, inputs) { $0 }.entry.matrix(about: place)
  }

  /// The recording that is valid for a slice, and the numbers that it depends on.
  @inline(__always)
  private func find<C: RealScalar>(
    _ element: any Element, _ index: Int?, _ inputs: SliceInputs<C>, plain: (C) -> Double
  ) -> (entry: Entry, parameters: [C]) where C.Mask == Bool {
    let known = storage.withLock { $0.known(of: element, index, inputs) }
    let parameters = SliceParameters<C>.values(inputs, fixed: known.fixed)
    let entries = storage.withLock { $0.entries[known.shape] }
    for entry in entries where entry.recording.formula.holds(with: parameters) {
      return (entry, parameters)
    }
    let entry = Entry(SliceRecording(element, inputs.map(plain)))
    storage.withLock { $0.entries[known.shape].append(entry) }
    return (entry, parameters)
  }
}

extension SliceRecordings {
  /// The kernel that moves tiles with second derivatives along one direction through a slice.
  package func tangentKernel(
    of element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> TangentKernel {
    let (entry, parameters) = find(element, index, inputs) { $0.value.value }
    let formula = BoundFormula<Tangent<RecordedTileMap.Value>>(
      entry.recording.formula, parameters: parameters)
    return RecordedTileMap(formula, machines).kernel
  }

  /// The kernel with two tangents that themselves carry the derivative along one direction.
  package func tangentKernel(
    of element: any Element, index: Int?, _ inputs: SliceInputs<TangentPair<Tangent<Double>>>
  ) -> TangentKernel {
    let (entry, parameters) = find(element, index, inputs) { $0.value.value }
    let formula = BoundFormula<RecordedPullBack.Pair>(
      entry.recording.formula, parameters: parameters)
    return RecordedPullBack(formula, pairMachines).kernel
  }

  /// The map of a point with two nested derivatives.
  package func pointMap(
    of element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Tangent<Double>>>
  ) -> (PhaseSpace<Tangent<Tangent<Double>>>) -> PhaseSpace<Tangent<Tangent<Double>>> {
    let (entry, parameters) = find(element, index, inputs) { $0.value.value }
    let formula = entry.recording.formula
    return { point in
      let moved = formula(parameters: parameters, variables: (0..<6).map { point[$0] }).outputs
      return PhaseSpace { moved[$0] }
    }
  }

  /// The map of a slice about the design orbit, with one derivative.
  package func affineMap(
    of element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Double>>,
    in frame: SliceFrame<Tangent<Double>>?
  ) -> AffineMap<Tangent<Double>> {
    affineMap(of: element, index: index, inputs, in: frame) { $0.value }
  }

  /// The same with two nested derivatives.
  package func affineMap(
    of element: any Element, index: Int?, _ inputs: SliceInputs<Tangent<Tangent<Double>>>,
    in frame: SliceFrame<Tangent<Tangent<Double>>>?
  ) -> AffineMap<Tangent<Tangent<Double>>> {
    affineMap(of: element, index: index, inputs, in: frame) { $0.value.value }
  }

  @inline(__always)
  private func affineMap<C: ParticleScalar>(
    of element: any Element, index: Int?, _ inputs: SliceInputs<C>, in frame: SliceFrame<C>?,
    plain: (C) -> Double
  ) -> AffineMap<C> where C.Constant == C, C.Mask == Bool {
    let (entry, parameters) = find(element, index, inputs, plain: plain)
    let matrix = entry.matrix(about: frame == nil ? .origin : .point)
    guard let frame else {
      let result = matrix.derivatives(parameters: parameters)
      return AffineMap(
        columns: InlineArray { j in
          PhaseSpace { i in
            Tangent(result[matrix.index(of: i)], tangent: result[matrix.index(of: i, to: j)])
          }
        })
    }
    return AffineMap<C>.identity.followed(in: frame.map { Tangent($0) }) { point in
      let result = matrix.derivatives(parameters: parameters, point: (0..<6).map { point[$0] })
      return (
        PhaseSpace { result[matrix.index(of: $0)] },
        Matrix6 { i, j in result[matrix.index(of: i, to: j)] }
      )
    }
  }
}
