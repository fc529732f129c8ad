import BeamMaps
import ParameterTables

/// An element of a beamline with its name, its number of slices and its placement.
public struct BeamlineElement: Sendable {
  /// The name in tables, files and parameters such as "q1.k1".
  public var name: String { didSet { isUnnamed = false } }
  /// What it does to particles.
  public var element: any Element
  /// The number of slices; 0 stands for the run's default. Thin elements are never cut.
  public var slices: Int
  /// Its misalignment and aperture.
  public var placement: Placement
  /// Whether its name is only its kind and a number.
  private(set) var isUnnamed = false

  /// The element with this name, in `slices` slices (0 for the run's default), with this placement.
  public init(
    _ name: String, _ element: any Element, slices: Int = 0, placement: Placement = Placement()
  ) {
    self.name = name
    self.element = element
    self.slices = slices
    self.placement = placement
  }

  /// An element without a name of its own: a beamline calls it by its kind and its number.
  public init(_ element: any Element, slices: Int = 0, placement: Placement = Placement()) {
    self.init(
      type(of: element).kind.lowercased(), element, slices: slices, placement: placement)
    isUnnamed = true
  }

  /// What run files may give of an element of any kind besides its placement: its number of slices.
  public static let parameters = ParameterTable<Self>([
    .integer("slices", \.slices, "Slices; thin elements ignore it.")
  ])

  mutating func giveName(byKindAndNumber number: Int) {
    name = "\(type(of: element).kind.lowercased())\(number)"
    isUnnamed = true
  }

  /// The number of slices, where the run's default is `defaultSlices`; 1 for a thin element.
  public func sliceCount(default defaultSlices: Int) -> Int {
    if element.length == 0 { return 1 }
    return slices == 0 ? defaultSlices : slices
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

  /// `elements`, each passed once, in this order; those without names are called by their kind and
  /// number.
  public init(_ elements: [BeamlineElement]) {
    self.init(
      elements: Self.numberingUnnamed(elements), order: Array(elements.indices))
  }

  /// A beamline of elements without names, each passed once, in this order. Their names are their
  /// kind and number, such as "drift1".
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

  /// Length of the design orbit [m].
  public var length: Double { order.reduce(0) { $0 + elements[$1].element.length } }
}
