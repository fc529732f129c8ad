import AutoDiff
import BeamTracking
import CVectorMath
import Communication
import FourierTransform

/// The scalar of a mesh: `Double` or `Float`, or a double with its derivative along a direction.
package protocol MeshNumber: ParticleScalar where Word: FourierWord, Mask == Bool {
  /// The same in double precision, for constants of a mesh and tables of the Green's function.
  associatedtype Table: TableNumber
  /// Four nodes along x in lanes, on any machine: sums over particles must not depend on the
  /// machine's vectors.
  associatedtype Row: ParticleScalar where Row.Word == Word
  /// Several numbers in lanes, without derivatives.
  associatedtype PlainGroup: ParticleScalar where PlainGroup.Word == Word
  /// Several numbers in lanes.
  associatedtype Wide: ParticleScalar where Wide.Word == Word, Wide.Constant == Table
  /// The value without derivatives.
  var plain: Double { get }
  /// This number in double precision.
  var table: Table { get }
  /// A number in double precision with as many derivatives as this type has, rounded to its
  /// precision.
  init(rounding table: Table)
  /// Four numbers, at four nodes.
  static func row(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Row
  /// This number at four nodes.
  var spread: Row { get }
  /// The sum over the four nodes.
  static func sum(_ row: Row) -> Self
}

/// A double, possibly with derivatives.
package protocol TableNumber: ParticleScalar, Packable
where Word == Double, Constant == Self, Mask == Bool {
  /// The same for several nodes in lanes.
  associatedtype Group: ParticleScalar where Group.Word == Double, Group.Constant == Self
  /// The value without derivatives.
  var plain: Double { get }
}

extension Double: MeshNumber, TableNumber {
  package typealias Group = Lanes<cvm_native_doubles.DoubleShape>
  package typealias PlainGroup = Lanes<cvm_native_doubles.DoubleShape>
  package typealias Wide = Lanes<cvm_native_doubles.DoubleShape>
  package typealias Table = Double
  package typealias Row = Lanes<DoubleX4>
  package var plain: Double { self }
  @inline(__always) package var table: Double { self }
  @inline(__always) package init(rounding table: Double) { self = table }
  @inline(__always)
  package static func row(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Row {
    Row(vector: SIMD4(a, b, c, d))
  }
  @inline(__always) package var spread: Row { Row(vector: SIMD4(repeating: self)) }
  @inline(__always) package static func sum(_ row: Row) -> Double {
    let pair = row.vector.evenHalf + row.vector.oddHalf
    return pair[0] + pair[1]
  }
}

extension Float: MeshNumber {
  package typealias PlainGroup = Lanes<cvm_native_floats.FloatShape>
  package typealias Wide = Lanes<cvm_native_floats.FloatShape>
  package typealias Table = Double
  package typealias Row = Lanes<FloatX4>
  package var plain: Double { Double(self) }
  @inline(__always) package var table: Double { Double(self) }
  @inline(__always) package init(rounding table: Double) { self = Float(table) }
  @inline(__always)
  package static func row(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Row {
    Row(vector: SIMD4(Float(a), Float(b), Float(c), Float(d)))
  }
  @inline(__always) package var spread: Row { Row(vector: SIMD4(repeating: self)) }
  @inline(__always) package static func sum(_ row: Row) -> Float {
    let pair = row.vector.evenHalf + row.vector.oddHalf
    return pair[0] + pair[1]
  }
}

extension Tangent: MeshNumber where Value == Double {
  package typealias PlainGroup = Lanes<cvm_native_doubles.DoubleShape>
  package typealias Wide = Tangent<Lanes<cvm_native_doubles.DoubleShape>>
  package typealias Table = Tangent<Double>
  package typealias Row = Tangent<Lanes<DoubleX4>>
  @inline(__always) package var table: Tangent<Double> { self }
  @inline(__always) package init(rounding table: Tangent<Double>) { self = table }
  @inline(__always)
  package static func row(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Row {
    Row(Double.row(a, b, c, d))
  }
  @inline(__always) package var spread: Row {
    Row(value.spread, tangent: tangent.spread)
  }
  @inline(__always) package static func sum(_ row: Row) -> Tangent<Double> {
    Tangent(Double.sum(row.value), tangent: Double.sum(row.tangent))
  }
}

extension Tangent: TableNumber where Value: TableNumber {
  package typealias Group = Tangent<Value.Group>
  package var plain: Double { value.plain }
}
