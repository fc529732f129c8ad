import AutoDiff
import CVectorMath

/// The SIMD lanes of the instruction set for which a piece of code is compiled. They appear in no
/// public signature.
@usableFromInline enum NativeLanes {
  @usableFromInline typealias Doubles = Lanes<cvm_native_doubles.DoubleShape>
}
