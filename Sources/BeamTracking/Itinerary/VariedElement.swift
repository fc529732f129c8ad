import AutoDiff
import BeamMaps
import ParameterTables

/// The numbers of one element that the values of an evaluation replace.
@usableFromInline
package struct VariedElement<C: SweepScalar>: Sendable {
  /// The element's own parameters among these.
  @usableFromInline package private(set) var numbers: VariedNumbers<C>
  /// The parameters of the evaluation that only the frame depends on: misalignments, those of the
  /// girder, and what moves the girder's pivot.
  @usableFromInline package private(set) var framed: [Int] = []
  /// The element's own misalignments among these.
  @usableFromInline var placed: [(number: Int, degree: DegreeOfFreedom)] = []
  /// The element's own displacement, by design.
  @usableFromInline var displacement: Displacement<C>
  @usableFromInline let pivot: Pivot
  /// The girder; nil if it stands on none.
  @usableFromInline var mount: VariedMount<C>?
  /// The frame in which the element is passed, and the element that it is for.
  @usableFromInline package var frameKind: FrameKind
  @usableFromInline let element: any Element
  @usableFromInline let built: BuiltElement?

  /// What is needed for the frame of a slice.
  @usableFromInline
  package enum FrameKind: Sendable {
    /// The nominal frame: the element is aligned, and no error of alignment varies.
    case nominal
    /// The nominal frame, rolled by the design.
    case rolled
    /// The same displacement across the flight in all slices.
    case planar
    /// Another frame in each slice.
    case spatial
  }

  @inlinable
  package init(_ item: BeamlineElement) {
    let own = item.built?.displacement ?? item.placement.displacement
    displacement = Displacement { C(own[$0]) }
    pivot = item.placement.pivot
    element = item.element
    built = item.built
    numbers = VariedNumbers(item.element, item.built)
    mount = item.built?.mount.map { VariedMount($0) }
    frameKind = .nominal
    if item.element.isRolled { frameKind = .rolled }
    for degree in DegreeOfFreedom.allCases {
      if item.placement.displacement[degree] != 0 { note(degree) }
      if let mount = item.built?.mount, mount.built(degree, mount.displacement[degree]) != 0 {
        frameKind = .spatial
      }
    }
  }

  /// The numbers that replace the element's own parameters.
  @inlinable package var substitutions: [ParameterSubstitution<C>] { numbers.substitutions }
  /// For each of the first of these, its index among the parameters of the evaluation.
  @inlinable package var own: [Int] { numbers.own }

  /// Notes that the element has an error of this degree of freedom.
  @inlinable
  mutating func note(_ degree: DegreeOfFreedom) {
    if !degree.isTransverse || element.bendsOrbit {
      frameKind = .spatial
    } else if case .nominal = frameKind {
      frameKind = .planar
    }
  }

  /// False where the element is aligned and no misalignment varies.
  @inlinable package var isMisplaced: Bool {
    switch frameKind {
    case .nominal, .rolled: false
    case .planar, .spatial: true
    }
  }

  /// Whether it is passed in the nominal frame.
  @inlinable package var isNominal: Bool {
    if case .nominal = frameKind { true } else { false }
  }

  /// Whether the length of collective kicks in it is among the numbers that vary.
  package var lengthVaries: Bool {
    func varies<E: Element>(_: E) -> Bool {
      guard let length = E.collectiveLength.offset ?? E.orbitLength.offset else { return false }
      return substitutions.contains { E.parameters.places[$0.parameter]?.offset == length }
    }
    return varies(element)
  }

  /// Whether any of its numbers varies.
  @inlinable
  package var isVaried: Bool { !own.isEmpty || !framed.isEmpty }

  /// Whether the frame depends on the place along the element and on the velocity.
  @inlinable package var isSpatial: Bool {
    if case .spatial = frameKind { true } else { false }
  }

  /// Whether the frame depends on errors of alignment only, if there is one.
  @inlinable package var isPlanar: Bool {
    switch frameKind {
    case .nominal, .planar: true
    case .rolled, .spatial: false
    }
  }

  /// Adds parameter `number` of the evaluation.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package mutating func add(_ site: BeamlineParameter.Site, number: Int, _ value: C) {
    add(.own(site), number: number, value)
  }

  /// Adds parameter `number` of the evaluation, which enters in this way.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package mutating func add(_ influence: Influence, number: Int, _ value: C) {
    switch influence {
    case .own(.own(let parameter, let entry)):
      numbers.add(parameter, entry, number: number, value)
      if case .nominal = frameKind, element.isRoll(parameter: parameter) { frameKind = .rolled }
      return
    case .own(.placed(let degree)):
      placed.append((number, degree))
      note(degree)
      displacement[degree] = value
    case .own(.girder(let degree)):
      mount?.add(degree, number: number, value)
      frameKind = .spatial
    case .neighbour(let index, let site):
      guard case .own(let parameter, let entry) = site else { return }
      mount?.add(parameter, entry, ofMember: index, number: number, value)
      if own.contains(number) || framed.contains(number) { return }
    }
    framed.append(number)
  }

  /// Sets the values of the evaluation.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package mutating func take(_ values: [C]) {
    numbers.take(values)
    for (number, degree) in placed { displacement[degree] = values[number] }
    mount?.take(values)
  }

  /// The inputs of the map of a slice, with each number transformed.
  ///
  /// - Parameters:
  ///   - lift: The transformation; it is told whether the number is parameter `direction` of the
  ///     evaluation.
  @inlinable @inline(__always)
  package func inputs<T: RealScalar>(
    _ slice: Slice, _ reference: ReferenceParticle<T>, along direction: Int? = nil,
    _ lift: (C, Bool) -> T
  ) -> SliceInputs<T> {
    SliceInputs(slice, reference, substituting: numbers.lifted(along: direction, lift))
  }

  /// The same with tangents along one direction: that of parameter `direction`, or that of the
  /// reference particle's tangents.
  @inlinable @inline(__always)
  package func tangents(
    _ slice: Slice, _ reference: ReferenceParticle<Tangent<C>>, along direction: Int? = nil
  ) -> SliceInputs<Tangent<C>> {
    inputs(slice, reference, along: direction) { Tangent($0, tangent: $1 ? .one : .zero) }
  }

  /// The frame of a slice, with each number transformed; nil where it is the nominal one.
  ///
  /// - Parameters:
  ///   - inputs: The slice and the element's own numbers, transformed.
  ///   - before: The reference particle at the slice's entrance.
  ///   - after: The same at its exit.
  ///   - direction: The parameter of the evaluation that `lift` is told of.
  ///   - lift: The transformation of errors of alignment.
  @inlinable
  package func frame<T: RealScalar>(
    _ inputs: SliceInputs<T>, from before: ReferenceParticle<T>, to after: ReferenceParticle<T>,
    along direction: Int? = nil, _ lift: (C, Bool) -> T
  ) -> SliceFrame<T>? where T.Constant == T {
    func lifted(_ degree: DegreeOfFreedom) -> T {
      let own = lift(
        displacement[degree], placed.contains { $0.degree == degree && $0.number == direction })
      // A relative error is one of the same number.
      return built?.built(.placed(degree), own) { _ in own } ?? own
    }
    switch frameKind {
    case .nominal: return nil
    case .rolled:
      let shape = element.bodyShape(inputs.substitutions, after)
      return .planar(PlacementFrame(dx: .zero, dy: .zero, tilt: shape.roll))
    case .planar:
      return .planar(PlacementFrame(dx: lifted(.dx), dy: lifted(.dy), tilt: lifted(.tilt)))
    case .spatial:
      var motion = RigidMotion(Displacement(lifted))
      if let mount {
        motion = mount.carry(motion, about: pivot, inputs, before, along: direction, lift)
      }
      return SliceFrame(
        of: element.bodyShape(inputs.substitutions, after), moved: motion, about: pivot,
        in: inputs.slice, isLinear: element.isLinear, before, after)
    }
  }
}

extension SweepScalar {
  /// The frame of a slice; `inputs` contain the reference particle at its exit. Nil where it is the
  /// nominal one.
  @inlinable
  package static func frame(
    of element: any Element, _ values: VariedElement<Self>, _ inputs: SliceInputs<Self>
  ) -> SliceFrame<Self>? {
    if case .nominal = values.frameKind { return nil }
    var before = inputs.reference
    if values.isSpatial {
      before = referenceAfter(element, inputs.reversed)
    }
    return values.frame(inputs, from: before, to: inputs.reference) { value, _ in value }
  }

  /// The same with a tangent along parameter `direction` of the evaluation, or along that of the
  /// inputs.
  @inlinable
  package static func frame(
    of element: any Element, _ values: VariedElement<Self>, _ inputs: SliceInputs<Tangent<Self>>,
    along direction: Int?
  ) -> SliceFrame<Tangent<Self>>? {
    if case .nominal = values.frameKind { return nil }
    var before = inputs.reference
    if values.isSpatial {
      before = referenceAfter(element, inputs.reversed)
    }
    return values.frame(inputs, from: before, to: inputs.reference, along: direction) {
      Tangent($0, tangent: $1 ? .one : .zero)
    }
  }
}

extension SliceInputs {
  /// The same inputs for the slice passed in the other direction.
  @inlinable package var reversed: Self {
    SliceInputs(slice.reversed, reference, substituting: substitutions)
  }
}

extension Element {
  /// Whether the plane of bending is rolled by the design.
  @inlinable
  package var isRolled: Bool { Self.designRoll.map { self[keyPath: $0] != 0 } ?? false }

  /// Whether the parameter of this index holds the design's roll.
  @inlinable
  package func isRoll(parameter: Int) -> Bool {
    guard let path = Self.designRoll else { return false }
    return Self.parameters.parameters[parameter].offset == MemoryLayout<Self>.offset(of: path)
  }

  /// The shape of the body with numbers in the place of parameters.
  @inlinable
  package func bodyShape<C: RealScalar>(
    _ substitutions: [ParameterSubstitution<C>], _ reference: ReferenceParticle<C>
  ) -> BodyShape<C> { bodyShape(lifted(substitutions), reference) }
}
