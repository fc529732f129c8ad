import AutoDiff
import Communication
import LinearAlgebra

/// A sum over events with its derivatives to the physical parameters.
struct EventSum<T: EventScalar>: Sendable {
  var value: T
  /// With respect to ``PhysicalParameters``; empty if it was not asked for.
  var gradient: [T]
}

extension EventSum: EventTotal {
  mutating func merge(_ later: Self) {
    value += later.value
    for i in gradient.indices { gradient[i] += later.gradient[i] }
  }

  var words: [Double] {
    let numbers = [value] + gradient
    let width = T.componentCount
    return [Double](unsafeUninitializedCapacity: numbers.count * width) { words, count in
      count = words.count
      guard let base = words.baseAddress else { return }
      for (i, number) in numbers.enumerated() { number.store(to: base + i * width, stride: 1) }
    }
  }

  func replacing(words: [Double]) -> Self {
    words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return self }
      let numbers = (0...gradient.count).map { T.load(base + $0 * T.componentCount, stride: 1) }
      return Self(value: numbers[0], gradient: Array(numbers.dropFirst()))
    }
  }
}

/// A sum over events with its gradient and its Hessian with respect to the physical parameters.
struct CurvatureSum: Sendable {
  var value: Double
  var gradient: [Double]
  /// Symmetric, row after row.
  var hessian: DenseMatrix
}

extension CurvatureSum: EventTotal {
  mutating func merge(_ later: Self) {
    value += later.value
    for i in gradient.indices { gradient[i] += later.gradient[i] }
    for i in hessian.entries.indices { hessian.entries[i] += later.hessian.entries[i] }
  }

  var words: [Double] { [value] + gradient + hessian.entries }

  func replacing(words: [Double]) -> Self {
    let end = 1 + gradient.count
    return Self(
      value: words[0], gradient: Array(words[1..<end]),
      hessian: DenseMatrix(
        rows: hessian.rows, columns: hessian.columns, entries: Array(words[end...])))
  }
}
