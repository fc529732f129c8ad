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
    require(count >= 0, "a beamline cannot be repeated \(count) times")
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
