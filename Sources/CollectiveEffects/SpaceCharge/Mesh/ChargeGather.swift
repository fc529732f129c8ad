import AutoDiff

/// Computes the cotangents of charges and positions from those of the charge per node: the
/// transpose of ``ChargeDeposit``.
struct ChargeGather<C: MeshNumber>: ShapeWork {
  let mesh: ParticleMesh<C>
  let particles: SortedParticles<C>
  let range: Range<Int>
  let field: MeshField<C>

  @inline(__always)
  func callAsFunction<K: ShapeKind>(_: K.Type) {
    let shape = K.shape
    typealias Field = SortedParticles<C>.Field
    let stride = field.componentStride
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = mesh.setShares(weights, K.self, particles, record)
      var (sum, alongY, alongZ) = (C.Row.zero, C.Row.zero, C.Row.zero)
      for k in 0..<(K.isFlat ? 1 : shape.nodeCount) {
        var (plane, planeY) = (C.Row.zero, C.Row.zero)
        for j in 0..<shape.nodeCount {
          let row = C.Row.load(field.address(fx, fy + j, fz + k), stride: stride)
          plane = plane + row * weights.number(.value, 1, j).spread
          planeY = planeY + row * weights.number(.slope, 1, j).spread
        }
        sum = sum + plane * weights.number(.value, 2, k).spread
        alongY = alongY + planeY * weights.number(.value, 2, k).spread
        alongZ = alongZ + plane * weights.number(.slope, 2, k).spread
      }
      let (values, slopes) = (weights.row(.value, 0), weights.row(.slope, 0))
      let charge = particles.charge(record)
      particles.store(C.sum(sum * values), record, Field.share)
      func add(_ slope: C, _ axis: Int) {
        let before = particles.load(record, Field.slope + axis)
        particles.store(before + charge * slope, record, Field.slope + axis)
      }
      add(C.sum(sum * slopes), 0)
      add(C.sum(alongY * values), 1)
      add(C.sum(alongZ * values), 2)
    }
  }
}
