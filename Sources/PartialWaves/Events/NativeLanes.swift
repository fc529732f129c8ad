import AutoDiff
import CVectorMath

/// The lanes of the instruction set that a piece of code is compiled for. They are looked up where
/// the code is compiled and appear in no public signature.
@usableFromInline enum NativeLanes {
  @usableFromInline typealias Doubles = Lanes<cvm_native_doubles.DoubleShape>
}
