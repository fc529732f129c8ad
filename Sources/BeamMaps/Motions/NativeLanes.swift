import AutoDiff
import CVectorMath

// The lane count of the instruction set that a piece of code is compiled for. It is determined
// where the code is compiled, and appears in no public signature.

@usableFromInline package enum NativeDoubleShape {
  @usableFromInline package typealias Shape = cvm_native_doubles.DoubleShape
}

@usableFromInline package enum NativeFloatShape {
  @usableFromInline package typealias Shape = cvm_native_floats.FloatShape
}
