/// The derivatives of an objective with respect to the numbers of a point, each under the name of
/// its number. It is a separate type, so that derivatives cannot be mistaken for values.
///
/// For a symmetric matrix, the entry (i, j) of the upper triangle is the derivative with respect to
/// both (i, j) and (j, i); the lower triangle is not read.
@dynamicMemberLookup
package struct Cotangent<Point: Sendable>: Sendable {
  private let derivatives: Point

  /// - Parameter derivatives: A point with the derivatives in the places of its numbers.
  package init(_ derivatives: Point) { self.derivatives = derivatives }

  package subscript<Number>(dynamicMember number: KeyPath<Point, Number>) -> Number {
    derivatives[keyPath: number]
  }
}
