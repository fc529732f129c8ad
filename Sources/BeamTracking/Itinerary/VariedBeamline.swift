import AutoDiff
import BeamMaps

/// A beamline in which the values of an evaluation, with their derivatives, replace some numbers.
@usableFromInline
package struct VariedBeamline<C: SweepScalar>: Sendable {
  /// The beamline with the plain values of the varied numbers, as it is built.
  package private(set) var beamline: Beamline
  package let parameters: [BeamlineParameter]
  package private(set) var elements: [VariedElement<C>]

  /// - Parameter values: One value for each of `parameters`.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package init(_ beamline: Beamline, _ parameters: [BeamlineParameter] = [], _ values: [C] = []) {
    precondition(parameters.count == values.count, "each parameter has one value")
    var design = beamline
    for (parameter, value) in zip(parameters, values) { design[parameter] = value.plain }
    self.beamline = design.asBuilt
    self.parameters = parameters
    elements = self.beamline.varied(parameters, values)
  }

  /// Gives a number of the design another value; no number varies.
  mutating func set(_ parameter: BeamlineParameter, to value: Double) {
    beamline[parameter] = value
    takeNumbers(ofElement: parameter.element)
  }

  /// Exchanges an element by one that differs from it in numbers only, none of which varies.
  mutating func replace(_ index: Int, with item: BeamlineElement) {
    beamline.replaceElement(index, with: item)
    takeNumbers(ofElement: index)
  }

  private mutating func takeNumbers(ofElement index: Int) {
    let element = VariedElement<C>(beamline.elements[index])
    // Of an aligned element nothing is looked at but that it is aligned, and arrays are dear to copy.
    if case (.nominal, .nominal) = (elements[index].frameKind, element.frameKind) { return }
    elements[index] = element
  }

  /// For each element, whether collective effects act in it, or whether the derivative with respect
  /// to the length of their kick is required.
  package var kicked: [Bool] {
    beamline.kicked { index in elements[index].lengthVaries }
  }

  /// The inputs of the map of a slice; plain numbers are in the element itself.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package func inputs(
    of element: Int, _ slice: Slice, _ reference: ReferenceParticle<C>
  ) -> SliceInputs<C> {
    if C.self == Double.self { return SliceInputs(slice, reference) }
    return elements[element].inputs(slice, reference) { value, _ in value }
  }

  /// The frame of a slice, with the reference particle at its entrance and exit; nil where it is the
  /// nominal one.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  func frame(
    of element: Int, _ slice: Slice, _ before: ReferenceParticle<C>, _ after: ReferenceParticle<C>
  ) -> SliceFrame<C>? {
    if case .nominal = elements[element].frameKind { return nil }
    return elements[element].frame(inputs(of: element, slice, after), from: before, to: after) {
      value, _ in value
    }
  }

  /// The reference particle after a slice.
  ///
  /// - Throws: ``StoppedBeam`` if it has no kinetic energy left.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package func referenceAfter(
    _ passage: Passage, _ before: ReferenceParticle<C>
  ) throws(StoppedBeam) -> ReferenceParticle<C> {
    try referenceAfter(
      passage, beamline.elements[passage.element].element,
      inputs(of: passage.element, passage.slice, before))
  }

  /// The same for another element in the passage.
  func referenceAfter(
    _ passage: Passage, _ element: any Element, _ inputs: SliceInputs<C>
  ) throws(StoppedBeam) -> ReferenceParticle<C> {
    let after = C.referenceAfter(element, inputs)
    guard after.kineticEnergyOverMass.plain > 0 else {
      throw StoppedBeam(place: beamline.placeNames[passage.place])
    }
    return after
  }

  /// The inputs of an effect in a passage.
  ///
  /// - Parameter charge: Charge of a particle of weight 1 [C].
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package func effectSlice(
    _ passage: Passage, _ reference: ReferenceParticle<C>, charge: C
  ) -> EffectSlice<C> {
    let element = beamline.elements[passage.element].element
    let inputs = inputs(of: passage.element, passage.slice, reference)
    return EffectSlice(
      length: C.kickLength(element, inputs), reference: reference, charge: charge,
      curvature: reference.curvature(to: C.referenceAfter(element, inputs)),
      place: EffectPlace(
        name: beamline.placeNames[passage.place], slice: passage.slice, turn: passage.turn,
        passage: passage.ofEffect))
  }
}

extension ReferenceParticle {
  /// The mean curvature of the design orbit from here to `end` [1/m], positive where it bends
  /// towards −x: the angle over the path length; 0 where the path length is 0.
  package func curvature(to end: Self) -> C {
    let (right, forward) = (orientation.right, orientation.forward)
    let flight = end.orientation.forward
    let across = flight.x * right.x + flight.y * right.y + flight.z * right.z
    let along = flight.x * forward.x + flight.y * forward.y + flight.z * forward.z
    let path = end.s - s
    if (C.abs(path) <= .zero).all { return .zero }
    return C.atan2(y: C.zero - across, x: along) / path
  }
}
