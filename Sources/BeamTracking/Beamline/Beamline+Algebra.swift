import AutoDiff
import BeamMaps
import ParameterTables
import SystemLibrary

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

extension Beamline {
  /// This beamline, and `next` behind it.
  ///
  /// Elements with the same name in both are one element, with one set of parameters. Elements without
  /// a name of their own stay apart: to pass such an element twice, repeat the line, or name it.
  ///
  /// Girders of the same name are one girder, with one displacement; errors stay with their places.
  ///
  /// - Throws: ``ConflictingElements`` if elements of the same name differ in their kind, a parameter,
  ///   the model, the number of slices or the placement, or girders of the same name in a number.
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
    var girders = girders
    for girder in next.girders.map({ $0.moved(by: count) }) {
      guard let known = girders.firstIndex(where: { $0.name == girder.name }) else {
        girders.append(girder)
        continue
      }
      guard girders[known].isSame(as: girder) else {
        throw ConflictingElements(name: girder.name)
      }
      girders[known].occurrences += girder.occurrences
    }
    return Beamline(
      elements: Self.numberingUnnamed(elements), order: order + next.order.map { renumbered[$0] }
    ).with(girders: girders, errors: errors + Self.moved(next.errors, by: count))
  }

  private static func moved(_ errors: [PlaceError], by distance: Int) -> [PlaceError] {
    errors.map { error in
      var error = error
      error.place += distance
      return error
    }
  }

  /// The beamline `count` times: the same elements, each with one set of parameters, with the same errors
  /// each time.
  public func repeated(_ count: Int) -> Beamline {
    require(count >= 0, "a beamline cannot be repeated \(count) times")
    let girders = girders.map { girder in
      var all = girder
      all.occurrences = (0..<count).flatMap { girder.moved(by: $0 * self.count).occurrences }
      return all
    }
    return Beamline(elements: elements, order: (0..<count).flatMap { _ in order }).with(
      girders: count == 0 ? [] : girders,
      errors: (0..<count).flatMap { Self.moved(errors, by: $0 * self.count) })
  }

  /// The same elements in the opposite order. The elements themselves are not turned round: a bend keeps
  /// its entrance where it was, and so does a girder keep the signs of its displacement.
  public func reversed() -> Beamline {
    let girders = girders.map { girder in
      var turned = girder
      turned.occurrences = girder.occurrences.reversed().map {
        count - $0.upperBound..<count - $0.lowerBound
      }
      return turned
    }
    let errors = errors.map { error in
      var error = error
      error.place = count - 1 - error.place
      return error
    }
    return Beamline(elements: elements, order: order.reversed())
      .with(girders: girders, errors: errors)
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
