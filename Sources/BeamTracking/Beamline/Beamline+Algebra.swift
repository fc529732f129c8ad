import AutoDiff
import BeamMaps
import ParameterTables

/// Two different elements of one name meet in one beamline.
public struct ConflictingElements: Error, Equatable, CustomStringConvertible {
  /// The name of both.
  public let name: String

  /// Two different elements are called `name`.
  public init(name: String) { self.name = name }

  public var description: String {
    "two different elements are called \(quoted(name)); rename one of them"
  }
}

/// A name that stands for no place of a beamline.
public struct UnknownPlace: Error, Equatable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// Why it stands for no place, and what would be right.
  public let hint: String

  public var description: String { "there is no place \(quoted(name)): \(hint)" }
}

// MARK: Lines of lines

extension Beamline {
  /// This beamline, and `next` behind it.
  ///
  /// Elements with the same name in both are one element, with one set of parameters. Elements without
  /// a name of their own stay apart: to pass such an element twice, repeat the line, or name it.
  ///
  /// - Throws: ``ConflictingElements`` if elements of the same name differ in their kind, a parameter,
  ///   the model, the number of slices or the placement.
  public func followed(by next: Beamline) throws(ConflictingElements) -> Beamline {
    var elements = elements
    var indices: [String: Int] = [:]
    for (i, item) in elements.enumerated() where !item.isUnnamed { indices[item.name] = i }
    var renumbered: [Int] = []
    for item in next.elements {
      if !item.isUnnamed, let known = indices[item.name] {
        guard elements[known].isSame(as: item) else { throw ConflictingElements(name: item.name) }
        renumbered.append(known)
      } else {
        renumbered.append(elements.count)
        elements.append(item)
      }
    }
    return Beamline(
      elements: Self.numberingUnnamed(elements), order: order + next.order.map { renumbered[$0] })
  }

  /// The beamline `count` times: the same elements, each with one set of parameters.
  public func repeated(_ count: Int) -> Beamline {
    precondition(count >= 0, "a beamline cannot be repeated \(count) times")
    return Beamline(elements: elements, order: (0..<count).flatMap { _ in order })
  }

  /// The same elements in the opposite order. The elements themselves are not turned round: a bend keeps
  /// its entrance where it was.
  public func reversed() -> Beamline {
    Beamline(elements: elements, order: order.reversed())
  }

  /// ``followed(by:)``, for lines whose names are known: two different elements of one name end the
  /// program with a message.
  public static func + (a: Beamline, b: Beamline) -> Beamline {
    do {
      return try a.followed(by: b)
    } catch {
      fatalError("\(error)")
    }
  }

  /// ``+(_:_:)`` in place.
  public static func += (a: inout Beamline, b: Beamline) { a = a + b }

  /// ``repeated(_:)``
  public static func * (count: Int, line: Beamline) -> Beamline { line.repeated(count) }

  /// Elements without a name of their own are called by their kind and their number in the list, or, where
  /// another one is called so, by a later number.
  static func numberingUnnamed(_ elements: [BeamlineElement]) -> [BeamlineElement] {
    var names = Set(elements.lazy.filter { !$0.isUnnamed }.map(\.name))
    return elements.enumerated().map { i, item in
      guard item.isUnnamed else { return item }
      var item = item
      var number = i + 1
      repeat {
        item.giveName(byKindAndNumber: number)
        number += elements.count
      } while !names.insert(item.name).inserted
      return item
    }
  }
}

extension Beamline: ExpressibleByArrayLiteral {
  /// Elements in the order of passing, named or not; the same name twice stands for one element, which is
  /// passed twice. Two different elements of one name end the program with a message.
  ///
  ///     let cell: Beamline = [quadrupole, drift, quadrupole]
  public init(arrayLiteral items: BeamlineElement...) {
    var elements: [BeamlineElement] = []
    var order: [Int] = []
    var indices: [String: Int] = [:]
    for item in items {
      if !item.isUnnamed, let known = indices[item.name] {
        guard elements[known].isSame(as: item) else {
          fatalError("\(ConflictingElements(name: item.name))")
        }
        order.append(known)
      } else {
        if !item.isUnnamed { indices[item.name] = elements.count }
        order.append(elements.count)
        elements.append(item)
      }
    }
    self.init(elements: Self.numberingUnnamed(elements), order: order)
  }
}

extension BeamlineElement {
  /// Whether both are the same kind of element with the same parameters, model, slices and placement.
  func isSame(as other: BeamlineElement) -> Bool {
    func sameElement<E: Element>(_ a: E) -> Bool {
      guard let b = other.element as? E else { return false }
      return a.model == b.model
        && E.parameters.parameters.allSatisfy { $0.storage.isEqual(a, b) }
    }
    return sameElement(element) && slices == other.slices
      && Placement.parameters.parameters.allSatisfy {
        $0.storage.isEqual(placement, other.placement)
      } && placement.aperture == other.placement.aperture
  }
}

// MARK: Places and elements by name

extension Beamline {
  /// The index into ``order`` of a place: "q1" if the element occurs once, "q1#2" for its second passage.
  ///
  /// - Throws: ``UnknownPlace``, with the nearest name.
  public func place(named name: String) throws(UnknownPlace) -> Int {
    try place(named: name, besides: [])
  }

  /// ``place(named:)``, where the names `others` stand for something besides the places: the error tells
  /// of them, too.
  package func place(named name: String, besides others: [String]) throws(UnknownPlace) -> Int {
    if let place = placeNames.firstIndex(of: name) { return place }
    let count = places(ofElement: name).count
    if count > 1 {
      throw UnknownPlace(
        name: name,
        hint: "\(quoted(name)) occurs \(count) times; name one of \(quoted(name + "#1")) to "
          + quoted(name + "#\(count)"))
    }
    let expected = others.map { quoted($0) + ", " }.joined() + (others.isEmpty ? "" : "or ")
    let near = nearestName(to: name, among: others + placeNames)
    throw UnknownPlace(
      name: name,
      hint: "expected \(expected)an element of the line"
        + (near.map { "; did you mean \(quoted($0))?" } ?? ""))
  }

  /// The places where the element of this name is passed, indices into ``order``; none if there is no
  /// such element.
  public func places(ofElement name: String) -> [Int] {
    guard let index = elements.firstIndex(where: { $0.name == name }) else { return [] }
    return order.indices.filter { order[$0] == index }
  }

  /// The element of this name, with its placement; nil if there is none.
  ///
  /// What is assigned takes its place wherever it is passed; nil is ignored.
  public subscript(name: String) -> BeamlineElement? {
    get { elements.first { $0.name == name } }
    set {
      guard let newValue, let index = elements.firstIndex(where: { $0.name == name }) else {
        return
      }
      self = replacingElement(index, with: newValue)
    }
  }

  private func replacingElement(_ index: Int, with item: BeamlineElement) -> Beamline {
    var elements = elements
    elements[index] = item
    return Beamline(elements: elements, order: order)
  }
}

// MARK: In words

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
