/// One operation on a tape: which numbers it came from, and its partial derivatives to them.
///
/// Parents are places on the tape, from 1; place 0 stands for "none". What has one parent names
/// itself as the second, with derivative 0. A variable has no parents and keeps its value in the
/// first derivative's place.
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
