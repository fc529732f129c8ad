import AutoDiff
import BeamTracking
import LinearAlgebra

/// The cotangents of a tile's particles from the cotangents of one observation. With cotangents m̄,
/// Σ̄ of the moments, ζ̄ᵢ += wᵢ/W·(m̄ + 2Σ̄(ζᵢ − m)); densities and averages add their derivatives.
struct ObservationPullBack<C: SweepScalar>: Sendable {
  private let request: ObservationRequest
  private let mean: Vector6<C>
  /// m̄/W
  private let meanCotangent: Vector6<C>
  /// 2Σ̄/W, symmetric.
  private let covarianceCotangent: Matrix6<C>
  private let hasMoments: Bool
  /// Cotangents of densities and averages, divided by the weight that these are relative to.
  private let values: [C]
  private let hasValues: Bool

  /// `initialWeight` is Σw of all initial particles.
  init(
    _ request: ObservationRequest, _ sums: ObservedSums<C>,
    _ cotangent: Cotangent<BeamObservation<C>>, initialWeight: Double
  ) {
    self.request = request
    mean = sums.mean
    let inverse = sums.weight > 0 ? 1 / sums.weight : 0
    meanCotangent = Vector6 { i in cotangent.mean[i] * inverse }
    // Entry (i, j) of the upper triangle is the derivative with respect to both entries: 2Σ̄ has it
    // in both places, and twice on the diagonal.
    covarianceCotangent = Matrix6 { i, j in
      cotangent.covariance[min(i, j), max(i, j)] * ((i == j ? 2 : 1) * inverse)
    }
    let matrix = covarianceCotangent
    let vector = meanCotangent
    hasMoments =
      (0..<36).contains { !matrix.entries[$0].vanishes }
      || (0..<6).contains { !vector[$0].vanishes }
    let scale = initialWeight > 0 ? 1 / initialWeight : 0
    values = (cotangent.densities.flatMap(\.self) + cotangent.averages).map { $0 * scale }
    hasValues = values.contains { !$0.vanishes }
  }

  var isEmpty: Bool { !hasMoments && !hasValues }

  /// Adds Ω⁻¹ζ̄ to the tangents v of the tile's living particles.
  func apply(to tile: borrowing Tile<Double>, hasUniformWeights: Bool) {
    let reader = GroupReader<C>(tile, hasUniformWeights: hasUniformWeights)
    let span = C.componentCount * Tile<Double>.componentStride
    if hasMoments { applyMoments(tile, reader, span) }
    if hasValues { applyValues(tile, reader, span) }
  }

  private func applyMoments(
    _ tile: borrowing Tile<Double>, _ reader: GroupReader<C>, _ span: Int
  ) {
    let stride = Tile<Double>.componentStride
    let m = Vector6<C.Four> { i in C.Four(mean[i]) }
    let linear = Vector6<C.Four> { i in C.Four(meanCotangent[i]) }
    let matrix = InlineArray<36, C.Four> { k in C.Four(covarianceCotangent.entries[k]) }
    for offset in Swift.stride(from: 0, to: tile.count, by: C.Four.laneCount) {
      let w = reader.weight(offset)
      let z = reader.point(offset)
      let d = Vector6<C.Four> { i in z[i] - m[i] }
      let force = Vector6<C.Four> { i in
        var sum = linear[i]
        for j in 0..<6 { sum += matrix[6 * i + j] * d[j] }
        return w * sum
      }
      let address = tile.base + (span + offset)
      var v = PhaseSpace<C.Four>(loadedFrom: address, stride: stride)
      v.addCotangent(force)
      v.store(to: address, stride: stride)
    }
  }

  private func applyValues(
    _ tile: borrowing Tile<Double>, _ reader: GroupReader<C>, _ span: Int
  ) {
    let stride = Tile<Double>.componentStride
    for i in 0..<tile.count {
      let w = reader.particleWeight(i)
      if w == 0 { continue }
      let z = reader.particle(i)
      var force = Vector6<C>(repeating: .zero)
      var first = 0
      for screen in request.screens {
        let slopes = screen.slopes(z, value: { $0.plain }, cotangents: values, from: first)
        for (axis, slope) in zip(screen.axes, slopes) { force[axis.coordinate] += w * slope }
        first += screen.cellCount
      }
      for (k, function) in request.averages.enumerated() {
        let gradient = function.gradient(at: z)
        for j in 0..<6 { force[j] += w * (values[first + k] * gradient[j]) }
      }
      let address = tile.base + (span + i)
      var v = PhaseSpace<C>(loadedFrom: address, stride: stride)
      v.addCotangent(force)
      v.store(to: address, stride: stride)
    }
  }
}

extension PhaseSpace {
  /// v + Ω⁻¹w: v_q −= w_p, v_p += w_q in each plane (q, p).
  @inline(__always)
  mutating func addCotangent(_ w: Vector6<S>) {
    x = x - w[1]
    px = px + w[0]
    y = y - w[3]
    py = py + w[2]
    t = t - w[5]
    pt = pt + w[4]
  }
}

extension ParticleFunction {
  /// The derivatives with respect to the six coordinates.
  func gradient<C: RealScalar>(at z: PhaseSpace<C>) -> Vector6<C> {
    Vector6 { i in
      var point = PhaseSpace<Tangent<C>>.zero
      for j in 0..<6 { point[j] = Tangent(z[j], tangent: i == j ? .one : .zero) }
      return self(point).tangent
    }
  }
}
