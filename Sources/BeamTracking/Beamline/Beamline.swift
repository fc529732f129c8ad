import BeamMaps

/// An element with its name and its place.
public struct BeamlineElement: Sendable {
  /// The name in tables, files and parameters such as "q1.k1".
  public var name: String { didSet { isUnnamed = false } }
  /// What it does to particles.
  public var element: any Element
  /// Its slices, misalignment and aperture.
  public var placement: Placement
  /// Whether its name is only its kind and a number.
  private(set) var isUnnamed = false

  public init(_ name: String, _ element: any Element, placement: Placement = Placement()) {
    self.name = name
    self.element = element
    self.placement = placement
  }

  /// An element without a name of its own: a beamline calls it by its kind and its number.
  public init(_ element: any Element, placement: Placement = Placement()) {
    self.init(type(of: element).kind.lowercased(), element, placement: placement)
    isUnnamed = true
  }

  mutating func giveName(byKindAndNumber number: Int) {
    name = "\(type(of: element).kind.lowercased())\(number)"
    isUnnamed = true
  }

  /// How many slices it is tracked in, where the run's default is `defaultSlices`.
  public func sliceCount(default defaultSlices: Int) -> Int {
    if element.length == 0 { return 1 }
    return placement.slices == 0 ? defaultSlices : placement.slices
  }
}

/// A sequence of elements. An element that occurs more than once is one set of parameters.
public struct Beamline: Sendable {
  /// Each element once.
  public private(set) var elements: [BeamlineElement]
  /// Indices into ``elements``, in the order of passing.
  public private(set) var order: [Int]
  /// The name of each place: that of the element, and `#n` where it occurs more than once, n from
  /// 1.
  public let placeNames: [String]

  /// `elements`, passed in the order of the indices `order`.
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

  /// `elements`, each passed once, in this order; those without names are called by their kind and
  /// number.
  public init(_ elements: [BeamlineElement]) {
    self.init(
      elements: Self.numberingUnnamed(elements), order: Array(elements.indices))
  }

  /// Elements without names, each passed once, in this order; they are called by their kind and
  /// number.
  public init(_ elements: [any Element]) {
    self.init(elements.map { BeamlineElement($0) })
  }

  mutating func replaceElement(_ index: Int, with element: BeamlineElement) {
    elements[index] = element
  }

  /// The number of places.
  public var count: Int { order.count }

  /// The element at place `i`.
  public subscript(place i: Int) -> BeamlineElement { elements[order[i]] }

  /// Along the design orbit [m].
  public var length: Double { order.reduce(0) { $0 + elements[$1].element.length } }
}
