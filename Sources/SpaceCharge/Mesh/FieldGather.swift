import AutoDiff

/// Takes half the difference of the potential across records, along each axis.
struct FieldGather<C: MeshNumber>: ShapeWork {
  let mesh: ParticleMesh<C>
  let particles: SortedParticles<C>
  let range: Range<Int>
  let field: MeshField<C>
  let profile: LongitudinalProfile<C>?

  @inline(__always)
  func callAsFunction<K: ShapeKind>(_: K.Type) {
    let shape = K.shape
    let stride = field.componentStride
    let isWide = shape != .linear
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = mesh.setStencil(weights, K.self, particles, record, profile, slopes: false)
      var (sum, sumY, sumZ) = (NodeRows<C>(), NodeRows<C>(), NodeRows<C>())
      for k in 0..<(K.isFlat ? 1 : shape.nodeCount + 2) {
        var (plane, planeY) = (NodeRows<C>(), NodeRows<C>())
        for j in shape.rows(ofPlane: K.isFlat ? 1 : k) {
          let row = NodeRows<C>(field.address(fx, fy + j, fz + k), stride, isWide: isWide)
          plane.add(row, weights.number(.value, 1, j), isWide: isWide)
          planeY.add(row, weights.number(.difference, 1, j), isWide: isWide)
        }
        let value = weights.number(.value, 2, k)
        sum.add(plane, value, isWide: isWide)
        sumY.add(planeY, value, isWide: isWide)
        sumZ.add(plane, weights.number(.difference, 2, k), isWide: isWide)
      }
      let place = SortedParticles<C>.Field.field(keepsPosition: false)
      particles.store(sum.dot(weights, .difference, isWide: isWide), record, place)
      particles.store(sumY.dot(weights, .value, isWide: isWide), record, place + 1)
      particles.store(sumZ.dot(weights, .value, isWide: isWide), record, place + 2)
    }
  }
}
