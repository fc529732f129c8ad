import AutoDiff
import Communication
import LinearAlgebra

/// A sum over events with its derivatives with respect to the physical parameters.
struct EventSum<T: EventScalar>: Sendable {
  var value: T
  /// With respect to ``PhysicalParameters``; empty if it was not wanted.
  var gradient: [T]
}

extension EventSum: EventTotal {
  mutating func merge(_ later: Self) {
    value += later.value
    for i in gradient.indices { gradient[i] += later.gradient[i] }
  }
}

/// A sum over events with its gradient and its Hessian with respect to the physical parameters.
struct CurvatureSum: Sendable {
  var value: Double
  var gradient: [Double]
  /// Symmetric, row after row.
  var hessian: DenseMatrix
  /// The physical parameters that its rows belong to.
  let places: [Int]
}

extension CurvatureSum: EventTotal {
  mutating func merge(_ later: Self) {
    value += later.value
    for i in gradient.indices { gradient[i] += later.gradient[i] }
    for i in hessian.entries.indices { hessian.entries[i] += later.hessian.entries[i] }
  }
}
