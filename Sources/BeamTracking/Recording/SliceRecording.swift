import AutoDiff
import BeamMaps
import Recording

/// The map of a slice as programs. The variables are x, px, y, py, t and pt; the parameters are the
/// ``SliceParameters`` of an element and the reference particle.
///
/// A recording is valid for all slices of one ``SliceShape`` for which the recorded conditions on
/// parameters have the same outcomes.
package struct SliceRecording: Sendable {
  package let formula: RecordedFormula

  /// - Parameter inputs: Inputs with the reference particle at the slice's end, as for a map.
  package init<Precision: RecordedPrecision>(
    _ element: any Element, _ inputs: SliceInputs<Double>, precision: Precision.Type
  ) {
    let parameters = SliceParameters(element, inputs)
    formula = RecordedFormula(
      parameters: parameters.values, variables: 6, precision: precision
    ) { numbers, z in
      let map: TransferMap<RecordedNumber<Precision>> = element.map(
        parameters.inputs(with: numbers))
      var point = PhaseSpace(x: z[0], px: z[1], y: z[2], py: z[3], t: z[4], pt: z[5])
      let isInside = map(&point)
      return FormulaResult(
        [point.x, point.px, point.y, point.py, point.t, point.pt], isInside: isInside)
    }
  }

  package init(_ element: any Element, _ inputs: SliceInputs<Double>) {
    self.init(element, inputs, precision: DoublePrecision.self)
  }
}

/// All numbers that the map of a slice depends on: those of the reference particle, and every real
/// number of the element that varies or is not zero.
///
/// A number that is zero and does not vary is part of the element's structure, because maps test
/// which of the element's numbers are in use.
package struct SliceParameters<C: RealScalar>: Sendable {
  private let inputs: SliceInputs<C>

  package init(_ element: any Element, _ inputs: SliceInputs<C>) {
    self.inputs = element.withAllNumbers(inputs)
  }

  /// The values after the reference particle and the given numbers: those that do not vary.
  static func fixed(of element: any Element, _ inputs: SliceInputs<C>) -> [Double] {
    let given = inputs.substitutions.count
    let plain = inputs.map { _ in 0.0 }
    return element.withAllNumbers(plain).substitutions[given...].map(\.value)
  }

  /// The values in their order, where the fixed ones are known.
  @inline(__always)
  static func values(_ inputs: SliceInputs<C>, fixed: [Double]) -> [C] {
    var values: [C] = []
    values.reserveCapacity(18 + inputs.substitutions.count + fixed.count)
    _ = inputs.reference.map { number in
      values.append(number)
      return number
    }
    for substitution in inputs.substitutions { values.append(substitution.value) }
    for number in fixed { values.append(C(number)) }
    return values
  }

  /// The values in their order.
  package var values: [C] { Self.values(inputs, fixed: []) }

  /// The same inputs with other values, in the same order.
  package func inputs<T: RealScalar>(with values: [T]) -> SliceInputs<T> {
    var next = 0
    return inputs.map { _ in
      next += 1
      return values[next - 1]
    }
  }

  /// The parameters of the element that are among them.
  fileprivate var places: [SliceShape.Place] {
    inputs.substitutions.map { SliceShape.Place(parameter: $0.parameter, entry: $0.entry) }
  }
}

/// The inputs of a recording besides its numbers: the kind of the element, its whole numbers, which
/// of its real numbers are in use, the slice, and the species.
package struct SliceShape: Hashable, Sendable {
  struct Place: Hashable, Sendable {
    let parameter: Int
    let entry: Int?
  }

  private let kind: ObjectIdentifier
  /// The element's text, with 1 in the place of every number that is a parameter of the recording.
  private let structure: String
  private let places: [Place]
  private let index: Int
  private let count: Int
  private let isBackward: Bool
  private let species: String

  package init<C: RealScalar>(_ element: any Element, _ inputs: SliceInputs<C>) {
    kind = ObjectIdentifier(type(of: element))
    places = SliceParameters(element, inputs).places
    structure = element.structure(without: places)
    (index, count) = (inputs.slice.index, inputs.slice.count)
    isBackward = inputs.slice.isBackward
    species = "\(inputs.reference.species)"
  }
}

extension Element {
  /// The same inputs with substitutions for all numbers that are not zero.
  fileprivate func withAllNumbers<C: RealScalar>(_ inputs: SliceInputs<C>) -> SliceInputs<C> {
    var inputs = inputs
    let given = inputs.substitutions
    for (i, parameter) in Self.parameters.parameters.enumerated()
    where parameter.obstacleToVarying == nil {
      let entries: [Int?]
      switch parameter.storage {
      case .optional(let path, _, _) where self[keyPath: path] == nil: entries = []
      case .real, .optional: entries = [nil]
      case .vector(let path): entries = self[keyPath: path].indices.map { $0 }
      case .integer, .chosen, .word, .rows, .flag, .objects: entries = []
      }
      for entry in entries
      where value(ofParameter: i, entry) != 0
        && !given.contains(where: { $0.parameter == i && $0.entry == entry })
      {
        inputs.substitutions.append(
          ParameterSubstitution(
            parameter: i, entry: entry, value: C(value(ofParameter: i, entry))))
      }
    }
    return inputs
  }

  /// A text that is equal for elements of the same structure.
  fileprivate func structure(without places: [SliceShape.Place]) -> String {
    var element = self
    for place in places {
      element = element.setting(parameter: place.parameter, place.entry, to: 1)
    }
    return "\(element)"
  }
}
