import BeamMaps

/// An element of a beamline with its name and its placement.
public struct BeamlineElement: Sendable {
  /// The element's name.
  public var name: String
  /// The element.
  public var element: any Element
  /// Its slices, misalignment and aperture.
  public var placement: Placement

  /// The element with this name and placement.
  public init(_ name: String, _ element: any Element, placement: Placement = Placement()) {
    self.name = name
    self.element = element
    self.placement = placement
  }

  /// The number of slices, where the run's default is `defaultSlices`; 1 for a thin element.
  public func sliceCount(default defaultSlices: Int) -> Int {
    if element.length == 0 { return 1 }
    return placement.slices == 0 ? defaultSlices : placement.slices
  }
}

/// A sequence of elements. The occurrences of an element that occurs more than once share one set
/// of parameters.
public struct Beamline: Sendable {
  /// The elements, each once.
  public private(set) var elements: [BeamlineElement]
  /// Indices into ``elements``, in the order of the beam. A place is an index into this list.
  public private(set) var order: [Int]
  /// The name of each place: the element's name, with `#n` added where the element occurs more than
  /// once, n from 1.
  public let placeNames: [String]

  /// A beamline of `elements`, passed in the order of the indices `order`.
  public init(elements: [BeamlineElement], order: [Int]) {
    self.elements = elements
    self.order = order
    var total = [Int](repeating: 0, count: elements.count)
    for index in order { total[index] += 1 }
    var seen = [Int](repeating: 0, count: elements.count)
    placeNames = order.map { index in
      seen[index] += 1
      return total[index] == 1
        ? elements[index].name : "\(elements[index].name)#\(seen[index])"
    }
  }

  /// A beamline of `elements`, each passed once, in this order.
  public init(_ elements: [BeamlineElement]) {
    self.init(elements: elements, order: Array(elements.indices))
  }

  /// A beamline of elements without names, each passed once, in this order. Their names are their
  /// kind and number, such as "drift1".
  public init(_ elements: [any Element]) {
    self.init(
      elements.enumerated().map { i, element in
        BeamlineElement("\(type(of: element).kind.lowercased())\(i + 1)", element)
      })
  }

  mutating func replaceElement(_ index: Int, with element: BeamlineElement) {
    elements[index] = element
  }

  /// The number of places.
  public var count: Int { order.count }

  /// The element at place `i`.
  public subscript(place i: Int) -> BeamlineElement { elements[order[i]] }

  /// Length of the design orbit [m].
  public var length: Double { order.reduce(0) { $0 + elements[$1].element.length } }
}
