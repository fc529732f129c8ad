import BeamMaps
import ParameterTables

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
  /// The girders on which elements stand.
  public private(set) var girders: [Girder] = []
  /// The errors of elements, which have the numbers of the design in ``elements``: tracking adds
  /// these to them.
  public private(set) var errors: [PlaceError] = []
  /// How the elements of places that differ from the design stand in ``elements``; nil in a design.
  package private(set) var construction: Construction?

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

  /// A beamline with places of these names.
  init(
    elements: [BeamlineElement], order: [Int], placeNames: [String], _ construction: Construction
  ) {
    self.elements = elements
    self.order = order
    self.placeNames = placeNames
    self.construction = construction
  }

  /// The same elements with these girders and errors.
  func with(girders: [Girder], errors: [PlaceError]) -> Beamline {
    var copy = self
    copy.girders = girders
    copy.errors = errors
    return copy
  }

  mutating func replaceGirder(_ index: Int, with girder: Girder) { girders[index] = girder }

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

extension Beamline: CustomStringConvertible {
  /// A line for each place: its name, its kind and where it ends [m].
  public var description: String {
    var s = 0.0
    let width = placeNames.map(\.count).max() ?? 0
    return zip(placeNames, order).map { name, index in
      let element = elements[index].element
      s += element.length
      let padding = String(repeating: " ", count: width - name.count)
      return "\(name)\(padding)  \(type(of: element).kind)  s = \(concise(s)) m"
    }.joined(separator: "\n")
  }
}
