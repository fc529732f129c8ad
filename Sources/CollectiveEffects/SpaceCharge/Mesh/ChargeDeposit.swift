import AutoDiff

/// Adds the charges of records to their nodes.
struct ChargeDeposit<C: MeshNumber>: ShapeWork {
  let mesh: ParticleMesh<C>
  let particles: SortedParticles<C>
  let range: Range<Int>
  let field: MeshField<C>

  @inline(__always)
  func callAsFunction<K: ShapeKind>(_: K.Type) {
    let shape = K.shape
    let stride = field.componentStride
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = mesh.setShares(weights, K.self, particles, record)
      let charge = particles.charge(record)
      let row = weights.row(.value, 0)
      let (left, right) = (weights.number(.value, 0, 0), weights.number(.value, 0, 1))
      for k in 0..<(K.isFlat ? 1 : shape.nodeCount) {
        let plane = charge * weights.number(.value, 2, k)
        for j in 0..<shape.nodeCount {
          let share = plane * weights.number(.value, 1, j)
          let address = field.address(fx, fy + j, fz + k)
          if shape == .linear {
            (C.load(address, stride: stride) + share * left).store(to: address, stride: stride)
            (C.load(address + 1, stride: stride) + share * right)
              .store(to: address + 1, stride: stride)
          } else {
            (C.Row.load(address, stride: stride) + share.spread * row)
              .store(to: address, stride: stride)
          }
        }
      }
    }
  }
}
