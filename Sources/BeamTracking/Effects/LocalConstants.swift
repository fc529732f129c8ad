import AutoDiff
import BeamMaps

/// The constants of a ``LocalEffect`` in one slice, as read by its formula.
@frozen
public struct LocalConstants<S: EffectScalar>: @unchecked Sendable {
  // Unchecked: the values are not written while they are read.
  @usableFromInline let values: UnsafePointer<S.Base>
  /// The index of the constant that varies along the first direction of the backward pass, if one
  /// does.
  @usableFromInline let firstVarying: Int?

  @inlinable @inline(__always)
  init(_ values: UnsafePointer<S.Base>, varyingFrom firstVarying: Int? = nil) {
    self.values = values
    self.firstVarying = firstVarying
  }

  /// The constant with this index.
  @inlinable @inline(__always)
  public subscript(index: Int) -> S {
    S.lifted(values[index], along: firstVarying.map { index - $0 })
  }
}

extension Array where Element: SweepScalar {
  /// Calls `body` with the address of the numbers; also for an empty list.
  @inlinable
  func withAddress<Result>(
    _ body: (UnsafePointer<Element>) throws -> Result
  ) rethrows -> Result {
    try (self + [.zero]).withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else {
        preconditionFailure("a list that is not empty has an address")
      }
      return try body(base)
    }
  }
}
