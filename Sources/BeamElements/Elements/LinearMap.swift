import AutoDiff
import BeamMaps
import LinearAlgebra
import ParameterTables

/// A linear map by its matrix: what is known of a section whose elements are not.
public struct LinearMap: Element {
  /// The 36 entries of the matrix R, row after row, in the order x, px, y, py, t, pt; in units of
  /// metres and of the reference momentum.
  public var matrix: [Double]
  /// Length by which the reference particle moves straight ahead [m]; particles do not see it.
  public var length: Double

  /// The map z ↦ Rz with the `matrix` row after row, of a section of `length` [m].
  public init(matrix: [Double], length: Double = 0) {
    self.matrix = matrix
    self.length = length
  }

  public init() {
    self.init(matrix: (0..<36).map { $0 % 7 == 0 ? 1 : 0 })
  }

  public static let kind = "LinearMap"
  public static let summary = "A linear map by its matrix."
  public static let modelChoice = ModelChoice<Self>.only(.linear)
  public static let orbitLength = OrbitLength<Self>.along(\.length)
  public static let parameters = ParameterTable<Self>([
    .matrix(
      "matrix", \.matrix, side: 6, required: true,
      "Rows of the matrix, for x, px, y, py, t, pt in metres and reference momenta."),
    .real("length", \.length, unit: "m", "Length by which the reference particle moves."),
  ])

  /// The matrix is that of the whole section.
  public static var isDivisible: Bool { false }

  public var equivalentSlices: EquivalentSlices { .all }

  public var mistakes: [String] {
    matrix.count == 36 ? [] : ["the matrix has \(matrix.count) numbers; it needs 6 rows of 6"]
  }

  public var warnings: [String] {
    guard let worst = symplecticDeviation else { return [] }
    let names = PhaseSpace<Double>.names
    let expected = worst.row / 2 == worst.column / 2 ? 1 : 0
    return [
      "the matrix is not symplectic: its columns \(names[worst.row]) and \(names[worst.column]) "
        + "have the bracket \(worst.bracket), which should be \(expected)"
    ]
  }

  /// Derivatives go backward through the backward slice only where the map is symplectic.
  public var inversion: Inversion {
    symplecticDeviation == nil ? .backwardSlice : .localJacobian
  }

  public func map<S: ParticleScalar>(
    _ q: Lifted<Self, S.Constant>, _ slice: Slice, _ reference: ReferenceParticle<S.Constant>
  ) -> TransferMap<S> {
    let r = Self.square(q.matrix)
    return TransferMap(MatrixMotion<S>(slice.isBackward ? Self.inverse(of: r) : r))
  }

  private static func square<C: RealScalar>(_ entries: [C]) -> Matrix6<C> {
    Matrix6 { i, j in entries[6 * i + j] }
  }

  /// −J·Rᵀ·J, the inverse of a symplectic matrix.
  private static func conjugate<C: RealScalar>(of r: Matrix6<C>) -> Matrix6<C> {
    Matrix6 { i, j in
      // J exchanges the coordinates of a pair, with a sign.
      let entry = r[j ^ 1, i ^ 1]
      return (i + j) % 2 == 0 ? entry : -entry
    }
  }

  /// The inverse of a symplectic matrix, and its derivatives along all directions, also those in
  /// which the matrix does not stay symplectic.
  ///
  /// −J·Rᵀ·J has the value only. Steps of Newton's method (G. Schulz, Z. Angew. Math. Mech. 13, 57
  /// (1933)), X ← X + X(1 − RX), square the error: the first makes the first derivatives right, the
  /// second those up to the third.
  private static func inverse<C: RealScalar>(of r: Matrix6<C>) -> Matrix6<C> {
    var inverse = conjugate(of: r)
    for _ in 0..<2 { inverse = inverse + inverse * (Matrix6.identity - r * inverse) }
    return inverse
  }

  /// The entry (RᵀJR)ᵢⱼ that is farthest from that of J; nil where all agree but for the roundings
  /// of the matrix, 1e-12 of the terms.
  private var symplecticDeviation: (row: Int, column: Int, bracket: Double)? {
    let r = Self.square(matrix)
    var worst: (row: Int, column: Int, bracket: Double)?
    var largest = 1e-12
    for i in 0..<6 {
      for j in 0..<6 where i < j {
        var bracket = 0.0
        var size = 1.0
        for pair in 0..<3 {
          let (a, b) = (r[2 * pair, i] * r[2 * pair + 1, j], r[2 * pair + 1, i] * r[2 * pair, j])
          bracket += a - b
          size += a.magnitude + b.magnitude
        }
        let expected = i / 2 == j / 2 ? 1.0 : 0.0
        let deviation = (bracket - expected).magnitude / size
        if deviation > largest { (largest, worst) = (deviation, (i, j, bracket)) }
      }
    }
    return worst
  }
}
