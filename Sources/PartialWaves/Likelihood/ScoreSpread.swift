import Communication
import LinearAlgebra
import Optimization
import SystemLibrary

extension Likelihood {
  /// The covariance of the free parameters at a minimum, H⁻¹DH⁻¹: H is the Hessian, and D the
  /// covariance of the gradient of −log L over repetitions of the experiment.
  ///
  /// Without weights D is H, and the covariance is H⁻¹. Events with weights w contribute Σw²·s·sᵀ
  /// to D, where s is the gradient of log I less that of the logarithm of the integral; with equal
  /// weights this is w times their part of H. Pulls and constraints on fractions contribute the
  /// same to D as to H: they are other measurements, which the weights of events do not affect. The
  /// integration events and the weights themselves are taken as exact.
  ///
  /// C. Langenbruch, Eur. Phys. J. C 82, 393 (2022), doi:10.1140/epjc/s10052-022-10254-8, eq. 18.
  ///
  /// Parameters at an end of their range (``ParameterSet/borders(at:_:)``) have no error: the
  /// covariance is that of the others, and zero for them.
  ///
  /// - Parameters:
  ///   - hessian: At `x`.
  ///   - x: Values of the free parameters at the minimum.
  /// - Throws: `Covariance.Indefinite` where the Hessian has no inverse.
  public func covariance(_ hessian: DenseMatrix, at x: [Double]) throws -> Covariance {
    let inverse = try inverse(of: hessian, at: x)
    var spread = hessian
    var hasWeights = false
    for channel in channels where channel.correctsForWeights {
      guard let difference = try difference(of: channel, at: x) else { continue }
      hasWeights = true
      for i in spread.entries.indices { spread.entries[i] += difference.entries[i] }
    }
    return hasWeights ? inverse.sandwiching(spread) : inverse
  }

  /// H⁻¹ of the parameters that are not at an end of their range; zero for the others.
  ///
  /// - Throws: `Covariance.Indefinite` where the Hessian is not positive definite.
  public func inverse(of hessian: DenseMatrix, at x: [Double]) throws -> Covariance {
    let borders = parameters.borders(at: x, hessian)
    return try Covariance(
      hessian: hessian, holding: Set(borders.indices.filter { borders[$0] != nil }))
  }

  /// By how much the weights of a channel change D; nil if there are none.
  private func difference(of channel: Channel, at x: [Double]) throws -> DenseMatrix? {
    guard let range = try channel.data.weightRange(workers), range != (1, 1) else { return nil }
    var bare = channel
    bare.pulls = []
    bare.fractionConstraint = nil
    let alone = Likelihood(channels: [bare], parameters: parameters, workers: workers)
    let hessian = try alone.hessian(at: x)
    if range.smallest == range.largest {
      return DenseMatrix(rows: dimension, columns: dimension) {
        (range.smallest - 1) * hessian[$0, $1]
      }
    }
    let spread = reduced(
      try channel.scoreSpread(parameters.values(at: x), parameters.isVaried, workers))
    return DenseMatrix(rows: dimension, columns: dimension) { spread[$0, $1] - hessian[$0, $1] }
  }

  /// A matrix with respect to the free parameters from one with respect to all.
  func reduced(_ full: DenseMatrix) -> DenseMatrix {
    var matrix = DenseMatrix.zero(rows: dimension, columns: dimension)
    for i in 0..<full.rows {
      guard let row = parameters.freePlace(of: i) else { continue }
      for j in 0..<full.columns {
        if let column = parameters.freePlace(of: j) { matrix[row, column] += full[i, j] }
      }
    }
    return DenseMatrix(rows: dimension, columns: dimension) { i, j in
      i >= j ? matrix[i, j] : matrix[j, i]
    }
  }
}

extension Channel {
  /// Σw²·s·sᵀ over the data, with respect to all parameters.
  fileprivate func scoreSpread(
    _ parameters: [Double], _ isVaried: [Bool], _ workers: Workers
  ) throws -> DenseMatrix {
    let weights = try data.numbers(inColumn: data.columns.weight)
    let physical = PhysicalParameters(amplitude)
    let known = try integralBeforeData(parameters, isVaried, workers)
    let values = physical.values(of: parameters, strength: known?.strength)
    let isActive = physical.isActive(free: isVaried)
    let intensities = try intensities(of: data, parameters, workers: workers)
    func sum(_ function: EventFunction, _ sample: EventSample) throws -> CurvatureSum {
      let kernel = CurvatureKernel(
        amplitude, sample.columns, function, amplitude.coherent, values: values, isActive: isActive)
      let sum = try EventSums(workers: workers)([.init(kernel: kernel, sample: sample)])[0]
      return known?.pulledBack(sum) ?? sum
    }
    // (log I)″ = I″/I − I′⊗I′/I². Summed with w², the first term is the second derivative of the
    // sum of I with weights w²/I; the difference of both is the wanted sum of products.
    let squares = weights.map { $0 * $0 }
    let second = try sum(.intensity, data.reweighted(zip(squares, intensities).map { $0 / $1 }))
    let logarithm = try sum(.logarithm, data.reweighted(squares))
    let places = logarithm.places
    let n = parameters.count
    var products = DenseMatrix.zero(rows: n, columns: n)
    physical.addHessian(
      DenseMatrix(rows: places.count, columns: places.count) {
        second.hessian[$0, $1] - logarithm.hessian[$0, $1]
      }, places.map { _ in 0 }, places, at: parameters, to: &products)
    // The gradient of log I, summed with w², and that of the logarithm of the integral.
    var slopes = [Double](repeating: 0, count: n)
    physical.pullBack(logarithm.gradient, at: parameters, to: &slopes)
    let integral = try known?.whole ?? sum(.intensity, integration)
    var common = [Double](repeating: 0, count: n)
    physical.pullBack(integral.gradient.map { $0 / integral.value }, at: parameters, to: &common)
    if let yield { common[yield] -= 1 / parameters[yield] }
    let total = data.totalSquaredWeight
    return DenseMatrix(rows: n, columns: n) { i, j in
      products[i, j] - slopes[i] * common[j] - common[i] * slopes[j] + total * common[i] * common[j]
    }
  }
}

extension EventSample {
  /// The same events in memory with other weights; the sums of weights are not those of these.
  fileprivate func reweighted(_ weights: [Double]) throws -> Self {
    require(weights.count == count, "one weight for each event")
    let memory = EventMemory<Double>(count: blockCount * blockLength)
    let scratch = BlockScratch()
    for piece in share.pieces {
      try forEachBlock(ofPiece: piece, scratch) { block, words in
        let copy = memory.base + block * blockLength
        copy.update(from: words, count: blockLength)
        for i in 0..<EventBlock.capacity {
          let event = block * EventBlock.capacity + i
          copy[columns.weight * EventBlock.capacity + i] = event < count ? weights[event] : 0
        }
      }
    }
    return EventSample(
      share: share, columns: columns, totalWeight: totalWeight,
      totalSquaredWeight: totalSquaredWeight, storage: .double(memory))
  }
}
