import AutoDiff

/// Computes the contributions of the records' forces to the cotangents of a longitudinal profile.
struct WorkGather<C: MeshNumber>: ShapeWork {
  let mesh: ParticleMesh<C>
  let particles: SortedParticles<C>
  let range: Range<Int>
  let field: MeshField<C>

  @inline(__always)
  func callAsFunction<K: ShapeKind>(_: K.Type) {
    let shape = K.shape
    typealias Field = SortedParticles<C>.Field
    let stride = field.componentStride
    let isWide = shape != .linear
    let weights = StencilWeights<C>()
    weights.setOnePlane()
    for i in range {
      let record = particles.record(i)
      let (fx, fy, _) = mesh.setStencil(weights, K.self, particles, record, nil, slopes: false)
      var (sum, sumY) = (NodeRows<C>(), NodeRows<C>())
      for j in 0..<shape.nodeCount + 2 {
        let row = NodeRows<C>(field.address(fx, fy + j, 0), stride, isWide: isWide)
        sum.add(row, weights.number(.value, 1, j), isWide: isWide)
        sumY.add(row, weights.number(.difference, 1, j), isWide: isWide)
      }
      let alongX =
        particles.load(record, Field.force) * sum.dot(weights, .difference, isWide: isWide)
      let alongY =
        particles.load(record, Field.force + 1) * sumY.dot(weights, .value, isWide: isWide)
      let alongZ =
        particles.load(record, Field.force + 2) * sum.dot(weights, .value, isWide: isWide)
      particles.store(alongX + alongY, record, Field.workAcross)
      particles.store(alongZ, record, Field.workAlong)
    }
  }
}
