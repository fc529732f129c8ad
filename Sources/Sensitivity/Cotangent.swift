/// The derivatives of an objective to the numbers of a point, each under the name of its number: a type
/// of its own, so that none is taken for a value.
///
/// Of a symmetric matrix the entry (i, j) of the upper triangle holds the derivative to both (i, j) and
/// (j, i); the lower triangle is not read.
@dynamicMemberLookup
package struct Cotangent<Point: Sendable>: Sendable {
  private let derivatives: Point

  /// - Parameter derivatives: A point that has the derivatives in the places of its numbers.
  package init(_ derivatives: Point) { self.derivatives = derivatives }

  package subscript<Number>(dynamicMember number: KeyPath<Point, Number>) -> Number {
    derivatives[keyPath: number]
  }
}
