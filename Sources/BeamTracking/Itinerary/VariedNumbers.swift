import AutoDiff
import BeamMaps

/// The numbers of one element, by design, that the values of an evaluation replace, and the numbers
/// of the element as it is built that follow from them.
@usableFromInline
package struct VariedNumbers<C: RealScalar>: Sendable {
  /// For each of the numbers, its index among the parameters of the evaluation.
  @usableFromInline package private(set) var own: [Int] = []
  /// The numbers that replace parameters of the element: these first, in their order, then those
  /// whose errors depend on them.
  @usableFromInline package private(set) var substitutions: [ParameterSubstitution<C>] = []
  /// The numbers by design.
  @usableFromInline var design: [ParameterSubstitution<C>] = []
  @usableFromInline let element: any Element
  /// The element's errors; nil if it has none.
  @usableFromInline let built: BuiltElement?

  /// The numbers of an element, none of which varies.
  @inlinable
  package init(_ element: any Element, _ built: BuiltElement?) {
    self.element = element
    self.built = built?.errors.isEmpty == false ? built : nil
  }

  /// Adds parameter `number` of the evaluation.
  @usableFromInline
  package mutating func add(_ parameter: Int, _ entry: Int?, number: Int, _ value: C) {
    own.append(number)
    design.append(ParameterSubstitution(parameter: parameter, entry: entry, value: value))
    substitutions = lifted { value, _ in value }
  }

  /// Sets the values of the evaluation.
  @usableFromInline
  package mutating func take(_ values: [C]) {
    if own.isEmpty { return }
    for (i, number) in own.enumerated() { design[i].value = values[number] }
    if built != nil {
      substitutions = lifted { value, _ in value }
    } else {
      for i in own.indices { substitutions[i].value = design[i].value }
    }
  }

  /// ``substitutions`` with each number of the design transformed.
  ///
  /// - Parameters:
  ///   - direction: The parameter of the evaluation that `lift` is told of.
  ///   - lift: The transformation.
  @inlinable
  package func lifted<T: RealScalar>(
    along direction: Int? = nil, _ lift: (C, Bool) -> T
  ) -> [ParameterSubstitution<T>] {
    if own.isEmpty { return [] }
    let numbers = zip(own, design).map { number, substitution in
      substitution.map { lift($0, number == direction) }
    }
    guard let built else { return numbers }
    return Self.built(numbers, built)
  }

  /// The substitutions for numbers of the design, with errors.
  @inlinable
  static func built<T: RealScalar>(
    _ numbers: [ParameterSubstitution<T>], _ built: BuiltElement
  ) -> [ParameterSubstitution<T>] {
    func whole(_ whole: PlaceError.Whole) -> T { built.value(of: whole, numbers) }
    var substitutions = numbers.map { number in
      let site = BeamlineParameter.Site.own(parameter: number.parameter, entry: number.entry)
      return ParameterSubstitution(
        parameter: number.parameter, entry: number.entry,
        value: built.built(site, number.value, whole: whole))
    }
    for error in built.errors {
      guard error.whole != nil, case .own(let parameter, let entry) = error.site,
        !substitutions.contains(where: { $0.parameter == parameter && $0.entry == entry })
      else { continue }
      substitutions.append(
        ParameterSubstitution(
          parameter: parameter, entry: entry,
          value: built.built(
            error.site, built.value(ofParameter: parameter, entry, numbers), whole: whole)))
    }
    return substitutions
  }
}
