/// One operation on a tape: the indices of its operands, and its partial derivatives with respect
/// to them.
///
/// Parents are places on the tape, from 1; place 0 stands for "none". An operation with one parent
/// has itself as the second, with derivative 0. A variable has no parents; its value is stored in
/// place of the first derivative.
@frozen @usableFromInline
struct TapeNode: BitwiseCopyable {
  @usableFromInline var parents: (UInt32, UInt32)
  @usableFromInline var derivatives: (Double, Double)

  @inlinable @inline(__always)
  init(parents: (UInt32, UInt32), derivatives: (Double, Double)) {
    self.parents = parents
    self.derivatives = derivatives
  }

  /// Whether this is a variable.
  var isVariable: Bool { parents.0 == 0 }
}
