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

  func pack(into message: inout [UInt8]) {
    message.appendMemory(of: value)
    gradient.count.pack(into: &message)
    message.appendMemory(of: gradient)
  }

  init(unpacking message: inout PackedValues) {
    value = message.takeMemory(of: T.self)
    let count = Int(unpacking: &message)
    gradient = message.takeMemory(of: T.self, count: count)
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
  func pack(into message: inout [UInt8]) {
    value.pack(into: &message)
    gradient.pack(into: &message)
    places.pack(into: &message)
    hessian.entries.pack(into: &message)
  }

  init(unpacking message: inout PackedValues) {
    value = Double(unpacking: &message)
    gradient = [Double](unpacking: &message)
    places = [Int](unpacking: &message)
    hessian = DenseMatrix.zero(rows: places.count, columns: places.count)
    hessian.entries = [Double](unpacking: &message)
  }
}
