import ParameterTables

/// A name that stands for no place of a beamline.
public struct UnknownPlace: Error, Equatable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// Why it stands for no place, and what would be right.
  public let hint: String

  public var description: String { "there is no place \(quoted(name)): \(hint)" }
}

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
    return Beamline(elements: elements, order: order).with(girders: girders, errors: errors)
  }
}
