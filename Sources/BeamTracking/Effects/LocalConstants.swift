import AutoDiff
import BeamMaps

/// What the formula of a ``LocalEffect`` has from its slice.
@frozen
public struct LocalConstants<S: EffectScalar>: @unchecked Sendable {
  // Nobody writes while it is read.
  @usableFromInline let values: UnsafePointer<S.Base>
  /// The constant that varies along the first direction of the way back, if one does.
  @usableFromInline let firstVarying: Int?

  @inlinable @inline(__always)
  init(_ values: UnsafePointer<S.Base>, varyingFrom firstVarying: Int? = nil) {
    self.values = values
    self.firstVarying = firstVarying
  }

  /// Constant number `index`.
  @inlinable @inline(__always)
  public subscript(index: Int) -> S {
    S.lifted(values[index], along: firstVarying.map { index - $0 })
  }
}

extension Array where Element: SweepScalar {
  /// Calls `body` with the address of its numbers, also where there are none.
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
