import COpenBLAS
import Foundation
import LinearAlgebra
import Testing

extension TestNumbers {
  mutating func dense(_ rows: Int, _ columns: Int) -> DenseMatrix {
    DenseMatrix(rows: rows, columns: columns) { _, _ in next() }
  }
}

private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, abs($1.0 - $1.1)) }
}

struct DenseMatrixTests {
  // Sizes up to 12 and entries below 1: sums of at most 12 products, a few roundings each. Where a
  // system is solved, times its condition, which is below 10³ for these seeds.

  @Test func productsAreThoseOfTheDefinition() {
    let a = DenseMatrix(rows: 2, columns: 3, entries: [1, 2, 3, 4, 5, 6])
    #expect(a * [1, 0, -1] == [-2, -2])
    #expect(a.transposeTimes([1, 1]) == [5, 7, 9])
    #expect((a * a.transpose).entries == [14, 32, 32, 77])
    #expect(a.row(1) == [4, 5, 6] && a[1, 2] == 6)
  }

  @Test func theCholeskyFactorSolvesAndInverts() throws {
    var numbers = TestNumbers(state: 11)
    for n in [0, 1, 2, 7, 12] {
      let root = numbers.dense(n, n)
      var matrix = root * root.transpose
      for i in 0..<n { matrix[i, i] += 0.1 }
      let factor = try #require(CholeskyFactor(matrix))
      let x = (0..<n).map { _ in numbers.next() }
      // Of these seeds the condition is below 200; sums of n = 12 terms round at 1.3e-15.
      #expect(largestDifference(factor.solve(matrix * x), x) <= 1e-11)
      let identity = matrix * factor.inverse
      #expect(largestDifference(identity.entries, DenseMatrix.identity(n).entries) <= 1e-11)
    }
  }

  @Test func anIndefiniteMatrixHasNoCholeskyFactor() {
    #expect(CholeskyFactor(DenseMatrix(rows: 2, columns: 2, entries: [1, 2, 2, 1])) == nil)
    #expect(CholeskyFactor(.diagonal([1, .nan])) == nil)
    #expect(CholeskyFactor(.diagonal([1, 0])) == nil)
  }

  @Test func exchangesOfRowsSolveWhatHasZerosOnItsDiagonal() throws {
    let factors = try #require(
      LUFactors(DenseMatrix(rows: 2, columns: 2, entries: [0, 2, 3, 0])))
    #expect(factors.solve([4, 9]) == [3, 2])
    var numbers = TestNumbers(state: 12)
    for n in [1, 5, 12] {
      let matrix = numbers.dense(n, n)
      let x = (0..<n).map { _ in numbers.next() }
      let solution = try #require(LUFactors(matrix)).solve(matrix * x)
      // Of these seeds the condition is below 100; sums of n = 12 terms round at 1.3e-15.
      #expect(largestDifference(solution, x) <= 1e-11)
    }
    #expect(LUFactors(.zero(rows: 2, columns: 2)) == nil)
    #expect(LUFactors(.diagonal([1, .infinity])) == nil)
  }

  @Test func theFactorsQAndRReproduceTheMatrix() {
    var numbers = TestNumbers(state: 13)
    for (m, n) in [(1, 1), (6, 4), (4, 6), (12, 12), (0, 3), (3, 0)] {
      let matrix = numbers.dense(m, n)
      let factors = PivotedQR(matrix)
      for j in 0..<n {
        // QᵀA, column by column, is R in the order of the pivots.
        let column = factors.transposeTimes((0..<m).map { matrix[$0, factors.order[j]] })
        for i in 0..<m {
          let expected = i < factors.upper.rows ? factors.upper[i, j] : 0
          #expect(abs(column[i] - expected) <= 1e-14)
        }
      }
      let diagonal = (0..<min(m, n)).map { abs(factors.upper[$0, $0]) }
      #expect(zip(diagonal, diagonal.dropFirst()).allSatisfy { $0 >= $1 - 1e-14 })
    }
  }

  @Test func theRankShowsOnTheDiagonal() {
    var numbers = TestNumbers(state: 14)
    let matrix = numbers.dense(8, 3) * numbers.dense(3, 6)
    // What is left of the other columns are roundings, 8·1.1e-16; the three have diagonals near 1.
    #expect(PivotedQR(matrix).rank(tolerance: 1e-12) == 3)
    #expect(PivotedQR(.zero(rows: 3, columns: 2)).rank(tolerance: 1e-12) == 0)
  }

  @Test func squaresThatOverflowDoNotSpoilR() {
    let factors = PivotedQR(DenseMatrix(rows: 2, columns: 1, entries: [3e200, 4e200]))
    #expect(abs(factors.upper[0, 0] + 5e200) <= 1e185)
    // (1, 1, 1, 1) is twice as long as each, and half of the greatest double is 8.98e307.
    let huge = PivotedQR(DenseMatrix(rows: 4, columns: 2) { _, _ in 8e307 })
    #expect(abs(huge.upper[0, 0] / 1.6e308 + 1) <= 1e-15 && huge.rank(tolerance: 1e-12) == 1)
  }

  @Test func whatIsNotFiniteHasNoFactorsQAndR() {
    for number in [Double.nan, .infinity] {
      let factors = PivotedQR(DenseMatrix(rows: 3, columns: 2, entries: [1, 2, number, 4, 5, 6]))
      #expect(factors.upper.entries.allSatisfy { $0.isNaN } && factors.order == [0, 1])
      #expect(factors.rank(tolerance: 1e-12) == 0)
      #expect(factors.transposeTimes([1, 2, 3]).allSatisfy { $0.isNaN })
    }
  }

  #if os(Linux)
    @Test func theLibraryAsksTheProgramForItsThreads() throws {
      #expect(openblas_get_num_threads() == 1)
      typealias Count = @convention(c) () -> Int32
      let address = try #require(dlsym(nil, "openblas_num_threads_env"))
      let count = unsafeBitCast(address, to: Count.self)
      #expect(count() == 1)
    }
  #endif

  @Test func eigenvaluesAndVectorsRebuildTheMatrix() throws {
    var numbers = TestNumbers(state: 15)
    for n in [0, 1, 2, 9] {
      let root = numbers.dense(n, n)
      let matrix = DenseMatrix(rows: n, columns: n) { i, j in root[i, j] + root[j, i] }
      let spectrum = try #require(SymmetricEigenvalues(matrix))
      #expect(spectrum.values == spectrum.values.sorted())
      for (value, vector) in zip(spectrum.values, spectrum.vectors) {
        // Rotations are stable: some n·1.1e-16 of the largest eigenvalue, which is below 5.
        #expect(largestDifference(matrix * vector, vector.map { value * $0 }) <= 1e-13)
      }
    }
    #expect(SymmetricEigenvalues(.diagonal([.nan])) == nil)
  }

  @Test func aTwoByTwoMatrixHasTheEigenvaluesOfTheTextbook() throws {
    let spectrum = try #require(
      SymmetricEigenvalues(DenseMatrix(rows: 2, columns: 2, entries: [2, 1, 1, 2])))
    // One rotation by 45°: two units of 3, which are 4.4e-16.
    #expect(largestDifference(spectrum.values, [1, 3]) <= 1e-15)
  }

  @Test func bothAlgorithmsAgreeOnEigenvalues() throws {
    var numbers = TestNumbers(state: 21)
    for n in [0, 1, 2, 3, 12, 40] {
      let matrix = DenseMatrix(rows: n, columns: n) { i, j in i < j ? 9 : numbers.next() }
      let symmetric = DenseMatrix(rows: n, columns: n) { i, j in matrix[max(i, j), min(i, j)] }
      let fast = try #require(SymmetricEigenvalues(matrix, by: .tridiagonal))
      let slow = try #require(SymmetricEigenvalues(matrix, by: .jacobi))
      // Some n roundings of the largest, which is below 2√n.
      #expect(largestDifference(fast.values, slow.values) <= 1e-13)
      for (value, vector) in zip(fast.values, fast.vectors) {
        #expect(largestDifference(symmetric * vector, vector.map { value * $0 }) <= 1e-13)
      }
      for i in 0..<n {
        for j in 0..<n {
          let product = zip(fast.vectors[i], fast.vectors[j]).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(abs(product - (i == j ? 1 : 0)) <= 1e-13)
        }
      }
    }
    #expect(SymmetricEigenvalues(.diagonal([.infinity]), by: .tridiagonal) == nil)
  }

  @Test func manyEqualEigenvaluesAndHugeOnesAreFound() throws {
    // 1 + vvᵀ with v = (1, …, 1): 1 many times, and n + 1.
    let matrix = DenseMatrix(rows: 20, columns: 20) { i, j in i == j ? 2 : 1 }
    let spectrum = try #require(SymmetricEigenvalues(matrix, by: .tridiagonal))
    let expected = [Double](repeating: 1, count: 19) + [21]
    #expect(largestDifference(spectrum.values, expected) <= 1e-13)
    for scale in [1e-200, 1e200] {
      let other = DenseMatrix(rows: 3, columns: 3) { i, j in scale * (i == j ? 2 : 1) }
      let values = try #require(SymmetricEigenvalues(other, by: .tridiagonal)).values
      #expect(largestDifference(values.map { $0 / scale }, [1, 1, 4]) <= 1e-14)
    }
  }
}
