import AutoDiff
import BeamMaps

/// How a beamline as it is built differs from its design: which of its elements stand for an
/// element of the design at places with errors or on girders.
package struct Construction: Sendable {
  /// For each element of the design, the elements that are built by it.
  package fileprivate(set) var copies: [Int: [Int]] = [:]
  /// For each girder, the elements on it, once for each occurrence.
  package fileprivate(set) var members: [[[Int]]] = []
  /// For each element that is a copy, the element of the design.
  package fileprivate(set) var designs: [Int: Int] = [:]
}

/// The way in which a number of the design enters an element as it is built.
package enum Influence: Sendable, Hashable {
  /// It is a number of the element or of its girder.
  case own(BeamlineParameter.Site)
  /// It is a number of an element on the same girder, and moves the girder's pivot.
  case neighbour(Int, BeamlineParameter.Site)
}

extension Beamline {
  /// The beamline with an element of its own at each place that has errors or stands on a girder.
  /// Elements keep their indices, places their names; elements of single places come after them.
  package var asBuilt: Beamline {
    guard construction == nil, !(girders.isEmpty && errors.isEmpty) else { return self }
    var elements = elements
    var order = order
    var construction = Construction()
    let ofGirders = errors.filter(\.isOfGirder)
    let errors = Dictionary(grouping: errors.filter { !$0.isOfGirder }, by: \.place)
    func build(_ place: Int, _ item: BeamlineElement) {
      construction.copies[self.order[place], default: []].append(elements.count)
      construction.designs[elements.count] = self.order[place]
      order[place] = elements.count
      elements.append(item)
    }
    func built(_ place: Int, mount: GirderMount?) -> BeamlineElement {
      self[place: place].built(with: errors[place] ?? [], mount: mount)
    }
    var mounted: Set<Int> = []
    for girder in girders {
      construction.members.append(
        girder.occurrences.map { range in
          mounted.formUnion(range)
          let members = range.map { built($0, mount: nil) }
          let own = ofGirders.filter { range.contains($0.place) }
          return range.enumerated().map { index, place in
            let mount = GirderMount(girder, with: own, members, index)
            build(place, built(place, mount: members[index].isBody ? mount : nil))
            return elements.count - 1
          }
        })
    }
    for place in errors.keys.sorted() where !mounted.contains(place) {
      build(place, built(place, mount: nil))
    }
    return Beamline(elements: elements, order: order, placeNames: placeNames, construction)
      .with(girders: girders, errors: self.errors)
  }

  /// The element of the design that stands at a place.
  package func designElement(atPlace place: Int) -> Int {
    construction?.designs[order[place]] ?? order[place]
  }

  /// The elements that an element of the design has become at places with errors or on girders.
  func copies(of element: Int) -> [Int] { construction?.copies[element] ?? [] }

  /// The elements into which a number of the design enters, and how.
  package func influences(of parameter: BeamlineParameter) -> [(element: Int, Influence)] {
    guard let construction else { return [(parameter.element, .own(parameter.site))] }
    if case .girder = parameter.site {
      return construction.members[parameter.element].joined().map { ($0, .own(parameter.site)) }
    }
    let copies = construction.copies[parameter.element] ?? []
    var influences = ([parameter.element] + copies).map {
      (element: $0, Influence.own(parameter.site))
    }
    for copy in copies where elements[copy].movesGirder(parameter.site) {
      let occurrence = construction.members.joined().first { $0.contains(copy) } ?? []
      let index = occurrence.firstIndex(of: copy) ?? 0
      influences += occurrence.map { ($0, .neighbour(index, parameter.site)) }
    }
    return influences
  }

  /// The numbers that the values of an evaluation replace, for each element.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  package func varied<C: SweepScalar>(
    _ parameters: [BeamlineParameter], _ values: [C]
  ) -> [VariedElement<C>] {
    var varied = elements.map { VariedElement<C>($0) }
    for (number, parameter) in parameters.enumerated() {
      for (index, influence) in influences(of: parameter) {
        varied[index].add(influence, number: number, values[number])
      }
    }
    return varied
  }
}

extension BeamlineElement {
  /// This element of the design with errors, on a girder.
  func built(with errors: [PlaceError], mount: GirderMount?) -> BeamlineElement {
    var item = self
    let design = element.padded(for: errors)
    let record = BuiltElement(
      design: design, displacement: placement.displacement, errors: errors, mount: mount)
    item.element = design
    for site in Set(errors.map(\.site)) {
      switch site {
      case .own(let parameter, let entry):
        item.element = item.element.setting(
          parameter: parameter, entry, to: record.builtNumber(site))
      case .placed(let degree):
        item.placement.displacement[degree] = record.builtNumber(site)
      case .girder: break
      }
    }
    item.built = record
    return item
  }

  /// Whether something stands there that a girder moves, and not only a change of coordinates, such as
  /// a patch or a rotation: the design orbit ends where that of a body of its shape does.
  fileprivate var isBody: Bool {
    guard type(of: element).isPlaceable else { return false }
    let start = ReferenceParticle<Double>(species: .electron, kineticEnergyOverMass: 10)
    let end = element.referenceAfter(SliceInputs(Slice(), start))
    let exit = element.bodyShape([], end).nominalFrame(at: 1, from: .entrance)
    func isSame(_ a: Vector3<Double>, _ b: Vector3<Double>) -> Bool {
      let off = a - b
      return off.dot(off) <= 1e-20 * (1 + a.dot(a))
    }
    return isSame(end.position, exit.origin) && isSame(end.orientation.right, exit.axes.right)
      && isSame(end.orientation.forward, exit.axes.forward)
  }

  /// Whether the design orbit over the element depends on one of its numbers, so that this moves the
  /// pivot of its girder.
  fileprivate func movesGirder(_ site: BeamlineParameter.Site) -> Bool {
    guard let built, let mount = built.mount, case .own(let parameter, let entry) = site else {
      return false
    }
    var numbers = VariedNumbers<Tangent<Double>>(element, built)
    numbers.add(
      parameter, entry, number: 0,
      Tangent(built.design.value(ofParameter: parameter, entry), tangent: .nan))
    let reference = ReferenceParticle<Tangent<Double>>(
      species: .electron, kineticEnergyOverMass: Tangent(1))
    let after = element.referenceAfter(
      SliceInputs(Slice(), reference, substituting: numbers.substitutions))
    func varies(_ number: Tangent<Double>) -> Bool { number.tangent.isNaN }
    func varies(_ vector: Vector3<Tangent<Double>>) -> Bool {
      varies(vector.x) || varies(vector.y) || varies(vector.z)
    }
    let orientation = after.orientation
    // Where the orbit depends on the energy, whatever changes the energy moves it.
    return varies(after.position) || varies(orientation.right) || varies(orientation.up)
      || varies(orientation.forward) || (mount.frame == nil && varies(after.kineticEnergyOverMass))
  }
}

extension Element {
  /// The same element, with zeros behind the entries of its lists as far as errors reach.
  fileprivate func padded(for errors: [PlaceError]) -> Self {
    var copy = self
    for error in errors {
      guard case .own(let parameter, let entry?) = error.site,
        case .vector(let path) = Self.parameters.parameters[parameter].storage
      else { continue }
      while copy[keyPath: path].count <= entry { copy[keyPath: path].append(0) }
    }
    return copy
  }
}
