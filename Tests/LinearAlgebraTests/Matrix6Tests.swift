import AutoDiff
import Foundation
import Testing

@testable import LinearAlgebra

/// A small reproducible generator for matrices (the multiplier of Knuth's MMIX generator).
struct TestNumbers {
  var state: UInt64
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }
  mutating func matrix() -> Matrix6<Double> { Matrix6 { _, _ in next() } }
}

func distance(_ a: Matrix6<Double>, _ b: Matrix6<Double>) -> Double {
  (0..<36).map { abs(a.entries[$0] - b.entries[$0]) }.max() ?? 0
}

struct Matrix6Tests {
  @Test func entriesAreStoredRowAfterRow() {
    let a = Matrix6 { i, j in Double(10 * i + j) }
    #expect(a.entries[8] == 12)
    #expect(a[1, 2] == 12)
    #expect(a.transpose[2, 1] == 12)
  }

  @Test func theIdentityLeavesMatricesAndVectorsAlone() {
    var numbers = TestNumbers(state: 1)
    let a = numbers.matrix()
    #expect(Matrix6.identity * a == a)
    #expect(a * Matrix6.identity == a)
    let v = Matrix6.identity * Vector6 { Double($0) }
    #expect((0..<6).allSatisfy { v[$0] == Double($0) })
  }

  @Test func productsAreThoseOfTheDefinition() {
    var numbers = TestNumbers(state: 2)
    let (a, b) = (numbers.matrix(), numbers.matrix())
    let product = a * b
    for i in 0..<6 {
      for j in 0..<6 {
        let expected = (0..<6).reduce(0.0) { $0 + a[i, $1] * b[$1, j] }
        // Six products below 1 in another order: at most 6 roundings of numbers below 6.
        #expect(abs(product[i, j] - expected) <= 36 * 0x1p-53)
      }
    }
    let v = a * Vector6 { b[$0, 3] }
    #expect((0..<6).allSatisfy { v[$0] == product[$0, 3] })
  }

  @Test func transposingReversesAProduct() {
    var numbers = TestNumbers(state: 3)
    let (a, b) = (numbers.matrix(), numbers.matrix())
    #expect((a * b).transpose == b.transpose * a.transpose)
  }

  @Test func theSymplecticFormPairsEachCoordinateWithItsMomentum() {
    let j = Matrix6<Double>.symplecticForm
    #expect(j * j == -1.0 * Matrix6<Double>.identity)
    #expect(j[4, 5] == 1 && j[5, 4] == -1 && j[1, 2] == 0)
  }

  @Test func matricesOfDualNumbersCarryDerivatives() {
    // d/dk of (1 + kN)² = 2N + 2kN², here N nilpotent: 2N.
    let k = Dual<1, Double>(0.3) { _ in 1 }
    let shear = Matrix6 { i, j in i == j ? .one : (i == 1 && j == 0 ? k : .zero) }
    #expect((shear * shear)[1, 0].tangent[0] == 2)
    #expect((shear * shear)[1, 0].value == 0.6)
  }
}

struct CholeskyTests {
  @Test func theFactorTimesItsTransposeIsTheMatrix() throws {
    var numbers = TestNumbers(state: 4)
    for _ in 0..<50 {
      let root = numbers.matrix()
      let matrix = root * root.transpose
      let factor = try matrix.choleskyFactor()
      // Backward stable: 7 roundings of sums of squares that do not exceed a diagonal entry, which
      // is below 6.
      #expect(distance(factor * factor.transpose, matrix) <= 7 * 6 * 0x1p-52)
      for i in 0..<6 {
        for j in i + 1..<6 { #expect(factor[i, j] == 0) }
      }
    }
  }

  @Test func aSingularCovarianceGetsAZeroColumn() throws {
    var numbers = TestNumbers(state: 5)
    var root = numbers.matrix()
    // Rank 4: x and px are combinations of nothing else than two directions; py has no spread at
    // all.
    for j in 0..<6 { root[3, j] = 0 }
    for j in 0..<6 { root[1, j] = -2 * root[0, j] }
    let matrix = root * root.transpose
    let factor = try matrix.choleskyFactor()
    #expect((0..<6).allSatisfy { factor[$0, 1] == 0 && factor[$0, 3] == 0 })
    // What the dropped column leaves out is at most √(10⁻¹⁴ΣᵢᵢΣⱼⱼ); here it is rounding.
    #expect(distance(factor * factor.transpose, matrix) <= 1e-13)
  }

  @Test func theZeroMatrixHasTheZeroFactor() throws {
    #expect(try Matrix6<Double>.zero.choleskyFactor() == .zero)
  }

  @Test func anImpossibleCovarianceIsRejected() {
    var matrix = Matrix6<Double>.identity
    matrix[1, 0] = 1.1
    matrix[0, 1] = 1.1
    #expect(throws: NotPositiveSemidefinite(row: 1)) { try matrix.choleskyFactor() }
    var negative = Matrix6<Double>.identity
    negative[4, 4] = -1e-3
    #expect(throws: NotPositiveSemidefinite(row: 4)) { try negative.choleskyFactor() }
    var hanging = Matrix6<Double>.identity
    hanging[2, 2] = 0
    hanging[5, 2] = 0.1
    #expect(throws: NotPositiveSemidefinite(row: 5)) { try hanging.choleskyFactor() }
    var unknown = Matrix6<Double>.identity
    unknown[3, 3] = .nan
    #expect(throws: NotPositiveSemidefinite(row: 3)) { try unknown.choleskyFactor() }
  }

  /// Products of many symplectic-like matrices round singular covariances: cold planes, coupled and
  /// mixed. Their correlation matrix has eigenvalues of −1e-15 and so; they are factored to the
  /// rounding of their entries, and keep their rank. Small first pivots do not amplify it.
  @Test func singularCovariancesThatWereRoundedAreFactored() throws {
    var numbers = TestNumbers(state: 9)
    for trial in 0..<200 {
      let rank = 1 + trial % 5
      var root = Matrix6<Double> { i, j in j < rank ? numbers.matrix()[i, j] : 0 }
      // Coordinates of all sizes, and two that nearly agree.
      for i in 0..<6 { for j in 0..<6 { root[i, j] *= pow(10, Double((trial * (i + 3)) % 9 - 6)) } }
      if trial % 2 == 0 { for j in 0..<6 { root[1, j] = root[0, j] * (1 + 1e-7 * Double(j)) } }
      var matrix = root * root.transpose
      for i in 0..<6 {
        for j in 0..<i {
          matrix[i, j] *= 1 + (Double((trial + i + j) % 3) - 1) * 0x1p-51
          matrix[j, i] = matrix[i, j]
        }
      }
      let factor = try CovarianceFactor(matrix)
      let product = factor.matrix * factor.matrix.transpose
      for i in 0..<6 {
        for j in 0..<6 {
          let scale = (matrix[i, i] * matrix[j, j]).squareRoot()
          // The rounding above, and pivots of 1e-14 that were left out.
          #expect((product[i, j] - matrix[i, j]).magnitude <= 1e-13 * scale, "trial \(trial)")
        }
      }
      #expect(factor.determinant == 0)
    }
  }

  /// An eigenvalue of the correlation matrix of −1e-9 is no rounding, of −1e-13 it is.
  @Test func whatIsNegativeBeyondRoundingIsRejected() throws {
    for (excess, isRounding) in [(1e-9, false), (1e-11, false), (1e-13, true), (1e-15, true)] {
      var matrix = Matrix6<Double>.identity
      for i in 0..<6 { matrix[i, i] = pow(10, Double(-2 * i)) }
      let product = (matrix[2, 2] * matrix[4, 4]).squareRoot()
      matrix[4, 2] = product * (1 + excess)
      matrix[2, 4] = matrix[4, 2]
      if isRounding {
        let factor = try matrix.choleskyFactor()
        #expect(factor[4, 4] == 0)
      } else {
        #expect(throws: NotPositiveSemidefinite.self) { try matrix.choleskyFactor() }
      }
    }
  }

  /// Along a direction that keeps the rank, the derivative is that of the factor's product.
  @Test func theFactorOfASingularMatrixIsDifferentiated() throws {
    var numbers = TestNumbers(state: 7)
    let (root, change) = (numbers.matrix(), numbers.matrix())
    func entry(_ i: Int, _ j: Int, _ h: Double) -> Double {
      (0..<3).reduce(0) { sum, k in
        sum + (root[i, k] + h * change[i, k]) * (root[j, k] + h * change[j, k])
      }
    }
    let dual = Matrix6<Dual<1, Double>> { i, j in
      let slope = (0..<3).reduce(0.0) { sum, k in
        sum + change[i, k] * root[j, k] + root[i, k] * change[j, k]
      }
      return Dual(entry(i, j, 0)) { _ in slope }
    }
    let factor = try dual.choleskyFactor()
    let product = factor * factor.transpose
    for i in 0..<6 {
      for j in 0..<6 {
        // Roundings of entries of order one, over pivots of a tenth and a hundredth.
        #expect(abs(product[i, j].tangent[0] - dual[i, j].tangent[0]) <= 1e-12)
      }
    }
  }

  @Test func theFactorOfDualNumbersIsDifferentiated() throws {
    var numbers = TestNumbers(state: 6)
    let root = numbers.matrix()
    let matrix = root * root.transpose + Matrix6<Double>.identity
    let direction = numbers.matrix()
    let symmetric = direction + direction.transpose
    let dual = Matrix6<Dual<1, Double>> { i, j in
      Dual(matrix[i, j]) { _ in symmetric[i, j] }
    }
    let factor = try dual.choleskyFactor()
    // (LLᵀ)˙ = L̇Lᵀ + LL̇ᵀ must be the direction itself.
    let value = factor.map(\.value)
    let tangent = factor.map { $0.tangent[0] }
    let half = tangent * value.transpose
    #expect(distance(half + half.transpose, symmetric) <= 1e-13)
  }
}

struct SingularValueTests {
  @Test func theValuesOfADiagonalMatrixAreItsMagnitudes() throws {
    let values = try #require(singularValues(of: [3, 0, 0, 0, -5, 0], rows: 2))
    #expect(values == [5, 3])
  }

  @Test func theValuesOfATallMatrixAreThoseOfItsTranspose() throws {
    let tall = try #require(singularValues(of: [1, 2, 3, 4, 5, 6], rows: 3))
    let wide = try #require(singularValues(of: [1, 3, 5, 2, 4, 6], rows: 2))
    // s₁² + s₂² = 91 and s₁s₂ = √det(AᵀA) = √(35·56 − 44²) = √24.
    for values in [tall, wide] {
      #expect(abs(values[0] * values[0] + values[1] * values[1] - 91) <= 91 * 1e-15)
      #expect(abs(values[0] * values[1] - 24.0.squareRoot()) <= 1e-14)
    }
  }

  @Test func aSkewMatrixHasItsValuesInPairs() throws {
    var numbers = TestNumbers(state: 7)
    let a = numbers.matrix()
    let skew = a - a.transpose
    let values = try #require(singularValues(of: (0..<36).map { skew.entries[$0] }, rows: 6))
    for k in [0, 2, 4] { #expect(abs(values[k] - values[k + 1]) <= 10 * values[0] * 0x1p-52) }
  }

  @Test func anEmptyMatrixHasNoValuesAndNaNHasNoAnswer() {
    #expect(singularValues(of: [], rows: 0) == [])
    #expect(singularValues(of: [.nan, 1, 2, 3], rows: 2) == nil)
    #expect(singularValues(of: [.infinity], rows: 1) == nil)
  }
}
