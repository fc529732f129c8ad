import AutoDiff
import BeamMaps
import LinearAlgebra

/// A map to first order about the design orbit: z ↦ R z + d.
///
/// It is found by differentiation of the generic formulas; no matrix is written by hand.
public struct AffineMap<C: RealScalar>: Sendable {
  /// The orbit with its derivatives along the six coordinates: the values are d, the tangents the
  /// columns of R.
  @usableFromInline var columns: InlineArray<6, PhaseSpace<Tangent<C>>>

  /// The identity map.
  @inlinable
  public static var identity: Self {
    Self(
      columns: InlineArray { j in
        var z = PhaseSpace<Tangent<C>>.zero
        z[j] = Tangent(.zero, tangent: .one)
        return z
      })
  }

  @inlinable init(columns: InlineArray<6, PhaseSpace<Tangent<C>>>) { self.columns = columns }

  /// R, the Jacobian, in the order x, px, y, py, t, pt.
  ///
  /// Computed column by column: each access to a column copies it.
  @inlinable
  public var matrix: Matrix6<C> {
    var matrix = Matrix6<C>.zero
    for j in 0..<6 {
      let column = columns[j]
      for i in 0..<6 { matrix[i, j] = column[i].tangent }
    }
    return matrix
  }
  /// d, the image of the origin.
  @inlinable
  public var offset: Vector6<C> {
    let column = columns[0]
    return Vector6 { column[$0].value }
  }

  /// Appends the change into a slice's frame at its entrance.
  @inlinable
  package mutating func enter(_ frame: SliceFrame<Tangent<C>>) {
    for j in 0..<6 { frame.enter(&columns[j]) }
  }

  /// Appends the change out of a slice's frame at its exit.
  @inlinable
  package mutating func leave(_ frame: SliceFrame<Tangent<C>>) {
    for j in 0..<6 { frame.leave(&columns[j]) }
  }

  /// Appends the map of an element in `frame`; nil for an aligned element.
  @inlinable
  public mutating func follow(
    by map: TransferMap<Tangent<C>>, in frame: SliceFrame<Tangent<C>>?
  ) where C: ParticleScalar {
    for j in 0..<6 {
      frame?.enter(&columns[j])
      map(&columns[j])
      frame?.leave(&columns[j])
    }
  }

  /// The composition: this map, then `next`.
  @inlinable
  package func followed(by next: Self) -> Self {
    let (matrix, shift) = (next.matrix, next.offset)
    let (before, product) = (offset, next.matrix * self.matrix)
    let moved = matrix * before
    return Self(
      columns: InlineArray { j in
        var z = PhaseSpace<Tangent<C>>.zero
        for i in 0..<6 { z[i] = Tangent(moved[i] + shift[i], tangent: product[i, j]) }
        return z
      })
  }

  /// Appends a map that is given by its value and its matrix at a point.
  ///
  /// - Parameter derivatives: Returns the value and the matrix at the six coordinates of a point.
  func followed(
    in frame: SliceFrame<Tangent<C>>?,
    byDerivatives derivatives: (PhaseSpace<C>) -> (value: PhaseSpace<C>, matrix: Matrix6<C>)
  ) -> Self where C: ParticleScalar {
    var map = self
    for j in 0..<6 { frame?.enter(&map.columns[j]) }
    let (value, matrix) = derivatives(map.columns[0].map { $0.value })
    for j in 0..<6 {
      let direction = map.columns[j].map { $0.tangent }
      for i in 0..<6 {
        var sum = C.zero
        for k in 0..<6 { sum += matrix[i, k] * direction[k] }
        map.columns[j][i] = Tangent(value[i], tangent: sum)
      }
      frame?.leave(&map.columns[j])
    }
    return map
  }

  /// The inverse of a symplectic map: R⁻¹ = −ΩRᵀΩ.
  @inlinable package var symplecticInverse: Self {
    let form = Matrix6<C>.symplecticForm
    let inverse = form * matrix.transpose * (-C.one * form)
    let back = inverse * offset
    return Self(
      columns: InlineArray { j in
        var z = PhaseSpace<Tangent<C>>.zero
        for i in 0..<6 { z[i] = Tangent(-back[i], tangent: inverse[i, j]) }
        return z
      })
  }

  /// The same map with a zero tangent.
  @inlinable package var lifted: AffineMap<Tangent<C>> {
    map { (u: C) -> Tangent<C> in Tangent(u, tangent: .zero) }
  }

  /// The same map with each number transformed.
  @inlinable package func map<T: RealScalar>(_ transform: (C) -> T) -> AffineMap<T> {
    AffineMap<T>(
      columns: InlineArray { j in
        columns[j].map { u in Tangent<T>(transform(u.value), tangent: transform(u.tangent)) }
      })
  }
}

extension AffineMap where C: Equatable {
  /// True if the map is the identity, and its derivatives are zero.
  @inlinable package var isIdentity: Bool {
    for i in 0..<6 {
      if offset[i] != .zero { return false }
      for j in 0..<6 where matrix[i, j] != (i == j ? .one : .zero) { return false }
    }
    return true
  }
}
