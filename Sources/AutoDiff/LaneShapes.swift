// The widths that ``Lanes`` comes in. Each forwards to short C functions, which the compiler
// turns into vector instructions.
import CVectorMath

/// 2 numbers of type `Double` in one vector.
public enum DoubleX2: DoubleLaneShape {
  public typealias Storage = SIMD2<Double>
  public typealias MaskStorage = SIMD2<Int64>
  @inlinable @inline(__always) public static func add(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_add(a, b)
  }
  @inlinable @inline(__always) public static func subtract(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_subtract(a, b)
  }
  @inlinable @inline(__always) public static func multiply(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_multiply(a, b)
  }
  @inlinable @inline(__always) public static func divide(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_divide(a, b)
  }
  @inlinable @inline(__always) public static func exactAdd(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_exact_add(a, b)
  }
  @inlinable @inline(__always) public static func exactSubtract(
    _ a: SIMD2<Double>, _ b: SIMD2<Double>
  ) -> SIMD2<Double> {
    cvm_double2_exact_subtract(a, b)
  }
  @inlinable @inline(__always) public static func exactMultiply(
    _ a: SIMD2<Double>, _ b: SIMD2<Double>
  ) -> SIMD2<Double> {
    cvm_double2_exact_multiply(a, b)
  }
  @inlinable @inline(__always) public static func minimum(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_minimum(a, b)
  }
  @inlinable @inline(__always) public static func maximum(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_maximum(a, b)
  }
  @inlinable @inline(__always) public static func copysign(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Double>
  {
    cvm_double2_copysign(a, b)
  }
  @inlinable @inline(__always) public static func negate(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_negate(a)
  }
  @inlinable @inline(__always) public static func squareRoot(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_square_root(a)
  }
  @inlinable @inline(__always) public static func absolute(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_absolute(a)
  }
  @inlinable @inline(__always) public static func round(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_round(a)
  }
  @inlinable @inline(__always) public static func floor(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_floor(a)
  }
  @inlinable @inline(__always) public static func fused(
    _ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>
  ) -> SIMD2<Double> {
    cvm_double2_fused(a, b, c)
  }
  @inlinable @inline(__always) public static func less(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Int64>
  {
    cvm_double2_less(a, b)
  }
  @inlinable @inline(__always) public static func lessEqual(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Int64>
  {
    cvm_double2_less_equal(a, b)
  }
  @inlinable @inline(__always) public static func equal(_ a: SIMD2<Double>, _ b: SIMD2<Double>)
    -> SIMD2<Int64>
  {
    cvm_double2_equal(a, b)
  }
  @inlinable @inline(__always) public static func select(
    _ mask: SIMD2<Int64>, _ a: SIMD2<Double>, _ b: SIMD2<Double>
  ) -> SIMD2<Double> { cvm_double2_select(mask, a, b) }
  @inlinable @inline(__always) public static func all(_ mask: SIMD2<Int64>) -> Bool {
    cvm_double2_all(mask)
  }
  @inlinable @inline(__always) public static func any(_ mask: SIMD2<Int64>) -> Bool {
    cvm_double2_any(mask)
  }
  @inlinable @inline(__always) public static func load(_ address: UnsafePointer<Double>) -> SIMD2<
    Double
  > {
    cvm_double2_load(address)
  }
  @inlinable @inline(__always) public static func store(
    _ a: SIMD2<Double>, to address: UnsafeMutablePointer<Double>
  ) {
    cvm_double2_store(address, a)
  }

  public typealias Wide = DoubleX2
  @inlinable @inline(__always) public static func lower(_ a: SIMD2<Double>) -> SIMD2<Double> { a }
  @inlinable @inline(__always) public static func upper(_ a: SIMD2<Double>) -> SIMD2<Double> { a }
  @inlinable @inline(__always)
  public static func joined(_ lower: SIMD2<Double>, _ upper: SIMD2<Double>) -> SIMD2<Double> {
    lower
  }

  @inlinable @inline(__always) public static func powerOfTwo(_ n: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_power_of_two(n)
  }
  @inlinable @inline(__always) public static func exponent(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_exponent(a)
  }
  @inlinable @inline(__always) public static func significand(_ a: SIMD2<Double>) -> SIMD2<Double> {
    cvm_double2_significand(a)
  }
  @inlinable @inline(__always)
  public static func significandBit(_ a: SIMD2<Double>, _ bit: Int32) -> SIMD2<Int64> {
    cvm_double2_significand_bit(a, bit)
  }
}

/// 4 numbers of type `Double` in one vector.
public enum DoubleX4: DoubleLaneShape {
  public typealias Storage = SIMD4<Double>
  public typealias MaskStorage = SIMD4<Int64>
  @inlinable @inline(__always) public static func add(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_add(a, b)
  }
  @inlinable @inline(__always) public static func subtract(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_subtract(a, b)
  }
  @inlinable @inline(__always) public static func multiply(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_multiply(a, b)
  }
  @inlinable @inline(__always) public static func divide(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_divide(a, b)
  }
  @inlinable @inline(__always) public static func exactAdd(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_exact_add(a, b)
  }
  @inlinable @inline(__always) public static func exactSubtract(
    _ a: SIMD4<Double>, _ b: SIMD4<Double>
  ) -> SIMD4<Double> {
    cvm_double4_exact_subtract(a, b)
  }
  @inlinable @inline(__always) public static func exactMultiply(
    _ a: SIMD4<Double>, _ b: SIMD4<Double>
  ) -> SIMD4<Double> {
    cvm_double4_exact_multiply(a, b)
  }
  @inlinable @inline(__always) public static func minimum(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_minimum(a, b)
  }
  @inlinable @inline(__always) public static func maximum(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_maximum(a, b)
  }
  @inlinable @inline(__always) public static func copysign(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Double>
  {
    cvm_double4_copysign(a, b)
  }
  @inlinable @inline(__always) public static func negate(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_negate(a)
  }
  @inlinable @inline(__always) public static func squareRoot(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_square_root(a)
  }
  @inlinable @inline(__always) public static func absolute(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_absolute(a)
  }
  @inlinable @inline(__always) public static func round(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_round(a)
  }
  @inlinable @inline(__always) public static func floor(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_floor(a)
  }
  @inlinable @inline(__always) public static func fused(
    _ a: SIMD4<Double>, _ b: SIMD4<Double>, _ c: SIMD4<Double>
  ) -> SIMD4<Double> {
    cvm_double4_fused(a, b, c)
  }
  @inlinable @inline(__always) public static func less(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Int64>
  {
    cvm_double4_less(a, b)
  }
  @inlinable @inline(__always) public static func lessEqual(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Int64>
  {
    cvm_double4_less_equal(a, b)
  }
  @inlinable @inline(__always) public static func equal(_ a: SIMD4<Double>, _ b: SIMD4<Double>)
    -> SIMD4<Int64>
  {
    cvm_double4_equal(a, b)
  }
  @inlinable @inline(__always) public static func select(
    _ mask: SIMD4<Int64>, _ a: SIMD4<Double>, _ b: SIMD4<Double>
  ) -> SIMD4<Double> { cvm_double4_select(mask, a, b) }
  @inlinable @inline(__always) public static func all(_ mask: SIMD4<Int64>) -> Bool {
    cvm_double4_all(mask)
  }
  @inlinable @inline(__always) public static func any(_ mask: SIMD4<Int64>) -> Bool {
    cvm_double4_any(mask)
  }
  @inlinable @inline(__always) public static func load(_ address: UnsafePointer<Double>) -> SIMD4<
    Double
  > {
    cvm_double4_load(address)
  }
  @inlinable @inline(__always) public static func store(
    _ a: SIMD4<Double>, to address: UnsafeMutablePointer<Double>
  ) {
    cvm_double4_store(address, a)
  }

  public typealias Wide = DoubleX4
  @inlinable @inline(__always) public static func lower(_ a: SIMD4<Double>) -> SIMD4<Double> { a }
  @inlinable @inline(__always) public static func upper(_ a: SIMD4<Double>) -> SIMD4<Double> { a }
  @inlinable @inline(__always)
  public static func joined(_ lower: SIMD4<Double>, _ upper: SIMD4<Double>) -> SIMD4<Double> {
    lower
  }

  @inlinable @inline(__always) public static func powerOfTwo(_ n: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_power_of_two(n)
  }
  @inlinable @inline(__always) public static func exponent(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_exponent(a)
  }
  @inlinable @inline(__always) public static func significand(_ a: SIMD4<Double>) -> SIMD4<Double> {
    cvm_double4_significand(a)
  }
  @inlinable @inline(__always)
  public static func significandBit(_ a: SIMD4<Double>, _ bit: Int32) -> SIMD4<Int64> {
    cvm_double4_significand_bit(a, bit)
  }
}

/// 8 numbers of type `Double` in one vector.
public enum DoubleX8: DoubleLaneShape {
  public typealias Storage = SIMD8<Double>
  public typealias MaskStorage = SIMD8<Int64>
  @inlinable @inline(__always) public static func add(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_add(a, b)
  }
  @inlinable @inline(__always) public static func subtract(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_subtract(a, b)
  }
  @inlinable @inline(__always) public static func multiply(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_multiply(a, b)
  }
  @inlinable @inline(__always) public static func divide(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_divide(a, b)
  }
  @inlinable @inline(__always) public static func exactAdd(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_exact_add(a, b)
  }
  @inlinable @inline(__always) public static func exactSubtract(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>
  ) -> SIMD8<Double> {
    cvm_double8_exact_subtract(a, b)
  }
  @inlinable @inline(__always) public static func exactMultiply(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>
  ) -> SIMD8<Double> {
    cvm_double8_exact_multiply(a, b)
  }
  @inlinable @inline(__always) public static func minimum(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_minimum(a, b)
  }
  @inlinable @inline(__always) public static func maximum(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_maximum(a, b)
  }
  @inlinable @inline(__always) public static func copysign(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Double>
  {
    cvm_double8_copysign(a, b)
  }
  @inlinable @inline(__always) public static func negate(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_negate(a)
  }
  @inlinable @inline(__always) public static func squareRoot(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_square_root(a)
  }
  @inlinable @inline(__always) public static func absolute(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_absolute(a)
  }
  @inlinable @inline(__always) public static func round(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_round(a)
  }
  @inlinable @inline(__always) public static func floor(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_floor(a)
  }
  @inlinable @inline(__always) public static func fused(
    _ a: SIMD8<Double>, _ b: SIMD8<Double>, _ c: SIMD8<Double>
  ) -> SIMD8<Double> {
    cvm_double8_fused(a, b, c)
  }
  @inlinable @inline(__always) public static func less(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Int64>
  {
    cvm_double8_less(a, b)
  }
  @inlinable @inline(__always) public static func lessEqual(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Int64>
  {
    cvm_double8_less_equal(a, b)
  }
  @inlinable @inline(__always) public static func equal(_ a: SIMD8<Double>, _ b: SIMD8<Double>)
    -> SIMD8<Int64>
  {
    cvm_double8_equal(a, b)
  }
  @inlinable @inline(__always) public static func select(
    _ mask: SIMD8<Int64>, _ a: SIMD8<Double>, _ b: SIMD8<Double>
  ) -> SIMD8<Double> { cvm_double8_select(mask, a, b) }
  @inlinable @inline(__always) public static func all(_ mask: SIMD8<Int64>) -> Bool {
    cvm_double8_all(mask)
  }
  @inlinable @inline(__always) public static func any(_ mask: SIMD8<Int64>) -> Bool {
    cvm_double8_any(mask)
  }
  @inlinable @inline(__always) public static func load(_ address: UnsafePointer<Double>) -> SIMD8<
    Double
  > {
    cvm_double8_load(address)
  }
  @inlinable @inline(__always) public static func store(
    _ a: SIMD8<Double>, to address: UnsafeMutablePointer<Double>
  ) {
    cvm_double8_store(address, a)
  }

  public typealias Wide = DoubleX8
  @inlinable @inline(__always) public static func lower(_ a: SIMD8<Double>) -> SIMD8<Double> { a }
  @inlinable @inline(__always) public static func upper(_ a: SIMD8<Double>) -> SIMD8<Double> { a }
  @inlinable @inline(__always)
  public static func joined(_ lower: SIMD8<Double>, _ upper: SIMD8<Double>) -> SIMD8<Double> {
    lower
  }

  @inlinable @inline(__always) public static func powerOfTwo(_ n: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_power_of_two(n)
  }
  @inlinable @inline(__always) public static func exponent(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_exponent(a)
  }
  @inlinable @inline(__always) public static func significand(_ a: SIMD8<Double>) -> SIMD8<Double> {
    cvm_double8_significand(a)
  }
  @inlinable @inline(__always)
  public static func significandBit(_ a: SIMD8<Double>, _ bit: Int32) -> SIMD8<Int64> {
    cvm_double8_significand_bit(a, bit)
  }
}

/// 4 numbers of type `Float` in one vector.
public enum FloatX4: LaneShape {
  public typealias Storage = SIMD4<Float>
  public typealias MaskStorage = SIMD4<Int32>
  @inlinable @inline(__always) public static func add(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_add(a, b)
  }
  @inlinable @inline(__always) public static func subtract(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_subtract(a, b)
  }
  @inlinable @inline(__always) public static func multiply(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_multiply(a, b)
  }
  @inlinable @inline(__always) public static func divide(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_divide(a, b)
  }
  @inlinable @inline(__always) public static func exactAdd(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_exact_add(a, b)
  }
  @inlinable @inline(__always) public static func exactSubtract(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>
  ) -> SIMD4<Float> {
    cvm_float4_exact_subtract(a, b)
  }
  @inlinable @inline(__always) public static func exactMultiply(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>
  ) -> SIMD4<Float> {
    cvm_float4_exact_multiply(a, b)
  }
  @inlinable @inline(__always) public static func minimum(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_minimum(a, b)
  }
  @inlinable @inline(__always) public static func maximum(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_maximum(a, b)
  }
  @inlinable @inline(__always) public static func copysign(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Float>
  {
    cvm_float4_copysign(a, b)
  }
  @inlinable @inline(__always) public static func negate(_ a: SIMD4<Float>) -> SIMD4<Float> {
    cvm_float4_negate(a)
  }
  @inlinable @inline(__always) public static func squareRoot(_ a: SIMD4<Float>) -> SIMD4<Float> {
    cvm_float4_square_root(a)
  }
  @inlinable @inline(__always) public static func absolute(_ a: SIMD4<Float>) -> SIMD4<Float> {
    cvm_float4_absolute(a)
  }
  @inlinable @inline(__always) public static func round(_ a: SIMD4<Float>) -> SIMD4<Float> {
    cvm_float4_round(a)
  }
  @inlinable @inline(__always) public static func floor(_ a: SIMD4<Float>) -> SIMD4<Float> {
    cvm_float4_floor(a)
  }
  @inlinable @inline(__always) public static func fused(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>
  ) -> SIMD4<Float> {
    cvm_float4_fused(a, b, c)
  }
  @inlinable @inline(__always) public static func less(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Int32>
  {
    cvm_float4_less(a, b)
  }
  @inlinable @inline(__always) public static func lessEqual(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Int32>
  {
    cvm_float4_less_equal(a, b)
  }
  @inlinable @inline(__always) public static func equal(_ a: SIMD4<Float>, _ b: SIMD4<Float>)
    -> SIMD4<Int32>
  {
    cvm_float4_equal(a, b)
  }
  @inlinable @inline(__always) public static func select(
    _ mask: SIMD4<Int32>, _ a: SIMD4<Float>, _ b: SIMD4<Float>
  ) -> SIMD4<Float> { cvm_float4_select(mask, a, b) }
  @inlinable @inline(__always) public static func all(_ mask: SIMD4<Int32>) -> Bool {
    cvm_float4_all(mask)
  }
  @inlinable @inline(__always) public static func any(_ mask: SIMD4<Int32>) -> Bool {
    cvm_float4_any(mask)
  }
  @inlinable @inline(__always) public static func load(_ address: UnsafePointer<Float>) -> SIMD4<
    Float
  > {
    cvm_float4_load(address)
  }
  @inlinable @inline(__always) public static func store(
    _ a: SIMD4<Float>, to address: UnsafeMutablePointer<Float>
  ) {
    cvm_float4_store(address, a)
  }

  public typealias Wide = DoubleX2
  @inlinable @inline(__always) public static func lower(_ a: SIMD4<Float>) -> SIMD2<Double> {
    cvm_float4_lower(a)
  }
  @inlinable @inline(__always) public static func upper(_ a: SIMD4<Float>) -> SIMD2<Double> {
    cvm_float4_upper(a)
  }
  @inlinable @inline(__always)
  public static func joined(_ lower: SIMD2<Double>, _ upper: SIMD2<Double>) -> SIMD4<Float> {
    cvm_float4_joined(lower, upper)
  }
}

/// 8 numbers of type `Float` in one vector.
public enum FloatX8: LaneShape {
  public typealias Storage = SIMD8<Float>
  public typealias MaskStorage = SIMD8<Int32>
  @inlinable @inline(__always) public static func add(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_add(a, b)
  }
  @inlinable @inline(__always) public static func subtract(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_subtract(a, b)
  }
  @inlinable @inline(__always) public static func multiply(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_multiply(a, b)
  }
  @inlinable @inline(__always) public static func divide(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_divide(a, b)
  }
  @inlinable @inline(__always) public static func exactAdd(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_exact_add(a, b)
  }
  @inlinable @inline(__always) public static func exactSubtract(
    _ a: SIMD8<Float>, _ b: SIMD8<Float>
  ) -> SIMD8<Float> {
    cvm_float8_exact_subtract(a, b)
  }
  @inlinable @inline(__always) public static func exactMultiply(
    _ a: SIMD8<Float>, _ b: SIMD8<Float>
  ) -> SIMD8<Float> {
    cvm_float8_exact_multiply(a, b)
  }
  @inlinable @inline(__always) public static func minimum(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_minimum(a, b)
  }
  @inlinable @inline(__always) public static func maximum(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_maximum(a, b)
  }
  @inlinable @inline(__always) public static func copysign(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Float>
  {
    cvm_float8_copysign(a, b)
  }
  @inlinable @inline(__always) public static func negate(_ a: SIMD8<Float>) -> SIMD8<Float> {
    cvm_float8_negate(a)
  }
  @inlinable @inline(__always) public static func squareRoot(_ a: SIMD8<Float>) -> SIMD8<Float> {
    cvm_float8_square_root(a)
  }
  @inlinable @inline(__always) public static func absolute(_ a: SIMD8<Float>) -> SIMD8<Float> {
    cvm_float8_absolute(a)
  }
  @inlinable @inline(__always) public static func round(_ a: SIMD8<Float>) -> SIMD8<Float> {
    cvm_float8_round(a)
  }
  @inlinable @inline(__always) public static func floor(_ a: SIMD8<Float>) -> SIMD8<Float> {
    cvm_float8_floor(a)
  }
  @inlinable @inline(__always) public static func fused(
    _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>
  ) -> SIMD8<Float> {
    cvm_float8_fused(a, b, c)
  }
  @inlinable @inline(__always) public static func less(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Int32>
  {
    cvm_float8_less(a, b)
  }
  @inlinable @inline(__always) public static func lessEqual(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Int32>
  {
    cvm_float8_less_equal(a, b)
  }
  @inlinable @inline(__always) public static func equal(_ a: SIMD8<Float>, _ b: SIMD8<Float>)
    -> SIMD8<Int32>
  {
    cvm_float8_equal(a, b)
  }
  @inlinable @inline(__always) public static func select(
    _ mask: SIMD8<Int32>, _ a: SIMD8<Float>, _ b: SIMD8<Float>
  ) -> SIMD8<Float> { cvm_float8_select(mask, a, b) }
  @inlinable @inline(__always) public static func all(_ mask: SIMD8<Int32>) -> Bool {
    cvm_float8_all(mask)
  }
  @inlinable @inline(__always) public static func any(_ mask: SIMD8<Int32>) -> Bool {
    cvm_float8_any(mask)
  }
  @inlinable @inline(__always) public static func load(_ address: UnsafePointer<Float>) -> SIMD8<
    Float
  > {
    cvm_float8_load(address)
  }
  @inlinable @inline(__always) public static func store(
    _ a: SIMD8<Float>, to address: UnsafeMutablePointer<Float>
  ) {
    cvm_float8_store(address, a)
  }

  public typealias Wide = DoubleX4
  @inlinable @inline(__always) public static func lower(_ a: SIMD8<Float>) -> SIMD4<Double> {
    cvm_float8_lower(a)
  }
  @inlinable @inline(__always) public static func upper(_ a: SIMD8<Float>) -> SIMD4<Double> {
    cvm_float8_upper(a)
  }
  @inlinable @inline(__always)
  public static func joined(_ lower: SIMD4<Double>, _ upper: SIMD4<Double>) -> SIMD8<Float> {
    cvm_float8_joined(lower, upper)
  }
}

/// 16 numbers of type `Float` in one vector.
public enum FloatX16: LaneShape {
  public typealias Storage = SIMD16<Float>
  public typealias MaskStorage = SIMD16<Int32>
  @inlinable @inline(__always) public static func add(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_add(a, b)
  }
  @inlinable @inline(__always) public static func subtract(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_subtract(a, b)
  }
  @inlinable @inline(__always) public static func multiply(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_multiply(a, b)
  }
  @inlinable @inline(__always) public static func divide(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_divide(a, b)
  }
  @inlinable @inline(__always) public static func exactAdd(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_exact_add(a, b)
  }
  @inlinable @inline(__always) public static func exactSubtract(
    _ a: SIMD16<Float>, _ b: SIMD16<Float>
  ) -> SIMD16<Float> {
    cvm_float16_exact_subtract(a, b)
  }
  @inlinable @inline(__always) public static func exactMultiply(
    _ a: SIMD16<Float>, _ b: SIMD16<Float>
  ) -> SIMD16<Float> {
    cvm_float16_exact_multiply(a, b)
  }
  @inlinable @inline(__always) public static func minimum(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_minimum(a, b)
  }
  @inlinable @inline(__always) public static func maximum(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_maximum(a, b)
  }
  @inlinable @inline(__always) public static func copysign(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Float>
  {
    cvm_float16_copysign(a, b)
  }
  @inlinable @inline(__always) public static func negate(_ a: SIMD16<Float>) -> SIMD16<Float> {
    cvm_float16_negate(a)
  }
  @inlinable @inline(__always) public static func squareRoot(_ a: SIMD16<Float>) -> SIMD16<Float> {
    cvm_float16_square_root(a)
  }
  @inlinable @inline(__always) public static func absolute(_ a: SIMD16<Float>) -> SIMD16<Float> {
    cvm_float16_absolute(a)
  }
  @inlinable @inline(__always) public static func round(_ a: SIMD16<Float>) -> SIMD16<Float> {
    cvm_float16_round(a)
  }
  @inlinable @inline(__always) public static func floor(_ a: SIMD16<Float>) -> SIMD16<Float> {
    cvm_float16_floor(a)
  }
  @inlinable @inline(__always) public static func fused(
    _ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>
  ) -> SIMD16<Float> {
    cvm_float16_fused(a, b, c)
  }
  @inlinable @inline(__always) public static func less(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Int32>
  {
    cvm_float16_less(a, b)
  }
  @inlinable @inline(__always) public static func lessEqual(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Int32>
  {
    cvm_float16_less_equal(a, b)
  }
  @inlinable @inline(__always) public static func equal(_ a: SIMD16<Float>, _ b: SIMD16<Float>)
    -> SIMD16<Int32>
  {
    cvm_float16_equal(a, b)
  }
  @inlinable @inline(__always) public static func select(
    _ mask: SIMD16<Int32>, _ a: SIMD16<Float>, _ b: SIMD16<Float>
  ) -> SIMD16<Float> { cvm_float16_select(mask, a, b) }
  @inlinable @inline(__always) public static func all(_ mask: SIMD16<Int32>) -> Bool {
    cvm_float16_all(mask)
  }
  @inlinable @inline(__always) public static func any(_ mask: SIMD16<Int32>) -> Bool {
    cvm_float16_any(mask)
  }
  @inlinable @inline(__always) public static func load(_ address: UnsafePointer<Float>) -> SIMD16<
    Float
  > {
    cvm_float16_load(address)
  }
  @inlinable @inline(__always) public static func store(
    _ a: SIMD16<Float>, to address: UnsafeMutablePointer<Float>
  ) {
    cvm_float16_store(address, a)
  }

  public typealias Wide = DoubleX8
  @inlinable @inline(__always) public static func lower(_ a: SIMD16<Float>) -> SIMD8<Double> {
    cvm_float16_lower(a)
  }
  @inlinable @inline(__always) public static func upper(_ a: SIMD16<Float>) -> SIMD8<Double> {
    cvm_float16_upper(a)
  }
  @inlinable @inline(__always)
  public static func joined(_ lower: SIMD8<Double>, _ upper: SIMD8<Double>) -> SIMD16<Float> {
    cvm_float16_joined(lower, upper)
  }
}

/// A SIMD vector type whose number of lanes is also available for `Double`.
public protocol DoubleShaped { associatedtype DoubleShape: LaneShape }
/// A SIMD vector type whose number of lanes is also available for `Float`.
public protocol FloatShaped { associatedtype FloatShape: LaneShape }
extension SIMD2: DoubleShaped { public typealias DoubleShape = DoubleX2 }
extension SIMD4: DoubleShaped, FloatShaped {
  /// Four doubles.
  public typealias DoubleShape = DoubleX4
  /// Four floats.
  public typealias FloatShape = FloatX4
}
extension SIMD8: DoubleShaped, FloatShaped {
  /// Eight doubles.
  public typealias DoubleShape = DoubleX8
  /// Eight floats.
  public typealias FloatShape = FloatX8
}
extension SIMD16: FloatShaped { public typealias FloatShape = FloatX16 }
