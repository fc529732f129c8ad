import AutoDiff
import BeamTracking
import LinearAlgebra

/// The state of a backward pass of an envelope: the derivatives of an objective with respect to the
/// envelope at the present position, and those already accumulated.
struct AdjointState<C: SweepScalar> {
  /// For each map, whether it depends on a varied number.
  let isActive: [Bool]
  /// The derivatives with respect to the numbers of each kick.
  private(set) var kicks: [KickCotangent<C>]
  /// The derivatives with respect to each ``ReferenceNumber`` after each passage; the first entry
  /// is for the start.
  private(set) var references: [InlineArray<4, C>]
  private(set) var hasVectors = false
  private(set) var mean = Vector6<C>(repeating: .zero)
  private(set) var matrix = Matrix6<C>.zero
  /// Σ̄, in the layout of ``MatrixColumn``.
  private var present: [Double]
  /// R̄ of each map, in the same layout.
  private var matrices: [Double]
  /// d̄ of each map.
  private var offsets: [Vector6<C>]

  init(isActive: [Bool], kickCount: Int, passageCount: Int) {
    let size = MatrixColumn<C>.matrixSize
    self.isActive = isActive
    kicks = Array(repeating: .zero, count: kickCount)
    references = Array(repeating: InlineArray(repeating: .zero), count: passageCount + 1)
    present = Array(repeating: 0, count: size)
    matrices = Array(repeating: 0, count: isActive.count * size)
    offsets = Array(repeating: Vector6(repeating: .zero), count: isActive.count)
  }

  mutating func begin(hasVectors: Bool) { self.hasVectors = hasVectors }

  var covariance: Matrix6<C> {
    let sum = present.withUnsafeBufferPointer { words in
      words.baseAddress.map { Matrix6<C>(at: $0) } ?? .zero
    }
    // Symmetric up to rounding.
    return Matrix6 { i, j in 0.5 * (sum[i, j] + sum[j, i]) }
  }

  /// Adds the derivatives of an observation.
  mutating func add(_ cotangent: EnvelopeCotangent<C>) {
    let sum = covariance + cotangent.covariance
    present.withUnsafeMutableBufferPointer { words in
      if let base = words.baseAddress { sum.store(to: base) }
    }
    for i in 0..<6 { mean[i] += cotangent.mean[i] }
    if let transfer = cotangent.transferMatrix { matrix = matrix + transfer }
  }

  /// Sets the derivatives after the backward pass of a linear effect.
  mutating func replace(covariance: Matrix6<C>, mean: Vector6<C>) {
    present.withUnsafeMutableBufferPointer { words in
      if let base = words.baseAddress { covariance.store(to: base) }
    }
    self.mean = mean
  }

  mutating func add(_ value: C, to number: ReferenceNumber, afterPassage passage: Int) {
    references[passage + 1][number.rawValue] += value
  }

  /// Propagates Σ̄ backward through `steps`.
  @inline(never)
  mutating func goBack(
    _ number: Int, _ blocks: EnvelopeSteps.Blocks, isUncoupled: Bool, _ r: UnsafePointer<Double>,
    _ kickNumber: Int?, _ kick: EnvelopeKick<C>?
  ) {
    var cotangent = KickCotangent<C>.zero
    let isMapActive = isActive[number]
    present.withUnsafeMutableBufferPointer { present in
      matrices.withUnsafeMutableBufferPointer { matrices in
        guard let sigmaCotangent = present.baseAddress, let base = matrices.baseAddress else {
          return
        }
        let rCotangent = isMapActive ? base + number * MatrixColumn<C>.matrixSize : nil
        if isUncoupled && UncoupledMoments<C>.areAll(of: sigmaCotangent) {
          UncoupledSteps.goBack(blocks, r, kick, sigmaCotangent, rCotangent, &cotangent)
        } else {
          EnvelopeSteps.goBack(blocks, r, kick, sigmaCotangent, rCotangent, &cotangent)
        }
      }
    }
    if let kickNumber {
      kicks[kickNumber].strength += cotangent.strength
      kicks[kickNumber].betaGamma += cotangent.betaGamma
    }
  }

  /// Propagates the derivatives with respect to the mean and the transfer matrix backward through a
  /// map. `mean` and `matrix` are their values before the map.
  mutating func goBack(
    _ number: Int, _ r: Matrix6<C>, mean before: Vector6<C>, matrix m: Matrix6<C>?
  ) {
    if isActive[number] {
      let mean = mean
      add(to: number) { i, j in mean[i] * before[j] }
      for i in 0..<6 { offsets[number][i] += mean[i] }
      if let m {
        let product = matrix * m.transpose
        add(to: number) { i, j in product[i, j] }
      }
    }
    mean = r.transpose * mean
    if m != nil { matrix = r.transpose * matrix }
  }

  /// Propagates derivatives with respect to R² and Rd + d to R and d.
  mutating func pullBackSquare(
    _ number: Int, _ root: Int, _ r: Matrix6<C>, _ offset: Vector6<C>
  ) {
    let cotangent = matrixCotangent(number)
    let transpose = r.transpose
    let sum = cotangent * transpose + transpose * cotangent
    let offsetCotangent = offsets[number]
    add(to: root) { i, j in sum[i, j] + offsetCotangent[i] * offset[j] }
    let back = transpose * offsetCotangent
    for i in 0..<6 { offsets[root][i] += back[i] + offsetCotangent[i] }
  }

  /// The change of the objective for a change of map `number`.
  @inline(__always)
  func dot(_ number: Int, _ map: AffineMap<Tangent<C>>) -> C {
    let cotangent = matrixCotangent(number)
    let (matrix, offset) = (map.matrix, map.offset)
    var sum = C.zero
    for i in 0..<6 {
      for j in 0..<6 { sum += cotangent[i, j] * matrix[i, j].tangent }
      sum += offsets[number][i] * offset[i].tangent
    }
    return sum
  }

  private func matrixCotangent(_ number: Int) -> Matrix6<C> {
    matrices.withUnsafeBufferPointer { words in
      words.baseAddress.map { Matrix6<C>(at: $0 + number * MatrixColumn<C>.matrixSize) } ?? .zero
    }
  }

  private mutating func add(to number: Int, _ value: (Int, Int) -> C) {
    let old = matrixCotangent(number)
    let sum = Matrix6 { i, j in old[i, j] + value(i, j) }
    matrices.withUnsafeMutableBufferPointer { words in
      if let base = words.baseAddress {
        sum.store(to: base + number * MatrixColumn<C>.matrixSize)
      }
    }
  }
}
