/// The width and the precision of ``Lanes``, as a type: ``DoubleX4`` is four doubles.
///
/// The requirements are lane by lane, and single instructions where the machine has them. `add`,
/// `subtract` and `multiply` may be contracted to fused multiply-adds; the `exact` forms never are.
public protocol LaneShape: Sendable {
  associatedtype Storage: SIMD & Sendable where Storage.Scalar: BinaryFloatingPoint & Sendable
  /// Truth values: all bits of a lane are set for true, none for false.
  associatedtype MaskStorage: SIMD & Sendable
  where MaskStorage.Scalar: FixedWidthInteger & SignedInteger

  static func add(_ a: Storage, _ b: Storage) -> Storage
  static func subtract(_ a: Storage, _ b: Storage) -> Storage
  static func multiply(_ a: Storage, _ b: Storage) -> Storage
  static func divide(_ a: Storage, _ b: Storage) -> Storage
  static func negate(_ a: Storage) -> Storage
  static func exactAdd(_ a: Storage, _ b: Storage) -> Storage
  static func exactSubtract(_ a: Storage, _ b: Storage) -> Storage
  static func exactMultiply(_ a: Storage, _ b: Storage) -> Storage
  /// a·b + c with one rounding.
  static func fused(_ a: Storage, _ b: Storage, _ c: Storage) -> Storage
  static func squareRoot(_ a: Storage) -> Storage
  static func absolute(_ a: Storage) -> Storage
  static func minimum(_ a: Storage, _ b: Storage) -> Storage
  static func maximum(_ a: Storage, _ b: Storage) -> Storage
  static func copysign(_ magnitude: Storage, _ sign: Storage) -> Storage
  /// To the nearest integer, ties to even.
  static func round(_ a: Storage) -> Storage
  static func floor(_ a: Storage) -> Storage
  static func less(_ a: Storage, _ b: Storage) -> MaskStorage
  static func lessEqual(_ a: Storage, _ b: Storage) -> MaskStorage
  static func equal(_ a: Storage, _ b: Storage) -> MaskStorage
  static func select(_ mask: MaskStorage, _ a: Storage, _ b: Storage) -> Storage
  static func all(_ mask: MaskStorage) -> Bool
  static func any(_ mask: MaskStorage) -> Bool
  /// `scalarCount` consecutive numbers; the address is aligned for one number, not for the vector.
  static func load(_ address: UnsafePointer<Storage.Scalar>) -> Storage
  static func store(_ a: Storage, to address: UnsafeMutablePointer<Storage.Scalar>)

  /// The double-precision shape in which elementary functions are evaluated: itself for doubles,
  /// half as many lanes for floats.
  associatedtype Wide: DoubleLaneShape where Wide.Wide == Wide
  /// The first half of the lanes, in double precision; of doubles, all lanes.
  static func lower(_ a: Storage) -> Wide.Storage
  /// The second half of the lanes, in double precision; of doubles, all lanes.
  static func upper(_ a: Storage) -> Wide.Storage
  /// Both halves, rounded to this precision; of doubles, `lower`.
  static func joined(_ lower: Wide.Storage, _ upper: Wide.Storage) -> Storage
}

/// A shape of doubles, whose fields (exponent and significand) can be taken apart.
public protocol DoubleLaneShape: LaneShape
where Storage.Scalar == Double, MaskStorage.Scalar == Int64, Wide == Self {
  /// 2ⁿ for an integer n from −1022 to 1023.
  static func powerOfTwo(_ n: Storage) -> Storage
  /// The n of a = 2ⁿ·m with 1 ≤ m < 2, for a positive normal a.
  static func exponent(_ a: Storage) -> Storage
  /// The m of a = 2ⁿ·m with 1 ≤ m < 2, for a positive normal a.
  static func significand(_ a: Storage) -> Storage
  /// True where the given bit of the significand, counted from its lowest, is set.
  static func significandBit(_ a: Storage, _ bit: Int32) -> MaskStorage
}

/// Several particles' numbers side by side, one in each lane of a vector register.
///
/// Arithmetic is lane by lane and may contract a product and a sum to one fused multiply-add.
@frozen
public struct Lanes<Shape: LaneShape> {
  /// The numbers, one in each lane.
  public var vector: Shape.Storage

  /// The numbers in the lanes of a SIMD vector.
  @inlinable @inline(__always) public init(vector: Shape.Storage) { self.vector = vector }

  /// The number of lanes.
  @inlinable @inline(__always) public static var count: Int { Shape.Storage.scalarCount }

  /// The number in lane `i`.
  @inlinable public subscript(i: Int) -> Shape.Storage.Scalar {
    get { vector[i] }
    set { vector[i] = newValue }
  }
}

/// The truth values that comparing ``Lanes`` gives.
@frozen
public struct LaneMask<Shape: LaneShape>: ScalarMask {
  /// An integer in each lane: −1, all bits set, for true; 0 for false.
  public var vector: Shape.MaskStorage

  /// The truth values from the lanes of a SIMD vector: −1 for true, 0 for false.
  @inlinable @inline(__always) public init(vector: Shape.MaskStorage) { self.vector = vector }
  @inlinable @inline(__always) public init(repeating value: Bool) {
    vector = .init(repeating: value ? -1 : 0)
  }
  @inlinable @inline(__always) public var all: Bool { Shape.all(vector) }
  @inlinable @inline(__always) public var any: Bool { Shape.any(vector) }
  @inlinable @inline(__always) public static func .& (a: Self, b: Self) -> Self {
    Self(vector: a.vector & b.vector)
  }
  @inlinable @inline(__always) public static func .| (a: Self, b: Self) -> Self {
    Self(vector: a.vector | b.vector)
  }
  @inlinable @inline(__always) public static prefix func .! (a: Self) -> Self {
    Self(vector: ~a.vector)
  }
  /// The truth value of lane `i`.
  @inlinable public subscript(i: Int) -> Bool { vector[i] != 0 }
}

extension Lanes: RealScalar {
  public typealias Mask = LaneMask<Shape>
  public typealias Constant = Double

  @inlinable @inline(__always) public init(_ value: Double) {
    vector = Shape.Storage(repeating: Shape.Storage.Scalar(value))
  }
  @inlinable @inline(__always) public static var epsilon: Double {
    Double(Shape.Storage.Scalar.ulpOfOne)
  }

  @inlinable @inline(__always) public static prefix func - (x: Self) -> Self {
    Self(vector: Shape.negate(x.vector))
  }
  @inlinable @inline(__always) public static func + (a: Self, b: Self) -> Self {
    Self(vector: Shape.add(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func - (a: Self, b: Self) -> Self {
    Self(vector: Shape.subtract(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func * (a: Self, b: Self) -> Self {
    Self(vector: Shape.multiply(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func / (a: Self, b: Self) -> Self {
    Self(vector: Shape.divide(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func < (a: Self, b: Self) -> Mask {
    Mask(vector: Shape.less(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func <= (a: Self, b: Self) -> Mask {
    Mask(vector: Shape.lessEqual(a.vector, b.vector))
  }
  @inlinable @inline(__always)
  public static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self {
    Self(vector: Shape.select(mask.vector, a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func abs(_ x: Self) -> Self {
    Self(vector: Shape.absolute(x.vector))
  }
  @inlinable @inline(__always) public static func minimum(_ a: Self, _ b: Self) -> Self {
    Self(vector: Shape.minimum(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func maximum(_ a: Self, _ b: Self) -> Self {
    Self(vector: Shape.maximum(a.vector, b.vector))
  }
  @inlinable @inline(__always) public static func sqrt(_ x: Self) -> Self {
    Self(vector: Shape.squareRoot(x.vector))
  }
}
