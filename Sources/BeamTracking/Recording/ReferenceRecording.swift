import AutoDiff
import BeamMaps
import Recording

/// The map of the reference particle through a slice, as a program. Its inputs are the
/// ``SliceParameters`` of an element and of the reference particle at the slice's beginning; its
/// outputs are the numbers of the reference particle at the slice's end.
///
/// Evaluated with numbers that carry tangents it gives derivatives, so that the map need not be
/// compiled for them.
package struct ReferenceRecording: Sendable {
  package let formula: RecordedFormula

  /// - Parameter inputs: Inputs with the reference particle at the slice's beginning.
  package init(_ element: any Element, _ inputs: SliceInputs<Double>) {
    let parameters = SliceParameters(element, inputs)
    formula = RecordedFormula(parameters: parameters.values, variables: 0) { numbers, _ in
      FormulaResult<Recorded>(
        element.passed(parameters.inputs(with: numbers)).numbers)
    }
  }

  /// The reference particle after the slice, where `inputs` give it before the slice.
  package func callAsFunction<C: RealScalar>(
    _ element: any Element, _ inputs: SliceInputs<C>
  ) -> ReferenceParticle<C> where C.Constant == C {
    let parameters = SliceParameters(element, inputs).values
    let numbers = formula(parameters: parameters, variables: [C]()).outputs
    var next = 0
    return inputs.reference.map { _ in
      next += 1
      return numbers[next - 1]
    }
  }
}

extension Element {
  fileprivate func passed<C: RealScalar>(_ inputs: SliceInputs<C>) -> ReferenceParticle<C> {
    var reference = inputs.reference
    advance(&reference, over: inputs.slice, lifted(inputs.substitutions))
    return reference
  }
}

extension ReferenceParticle {
  /// All its numbers, in the order in which `map` transforms them.
  fileprivate var numbers: [C] {
    var numbers: [C] = []
    _ = map { number in
      numbers.append(number)
      return number
    }
    return numbers
  }
}
