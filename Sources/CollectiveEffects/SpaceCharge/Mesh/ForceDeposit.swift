import AutoDiff

/// Adds the contributions of the records' forces to the cotangent of the potential at their nodes:
/// the transpose of ``FieldGather``.
struct ForceDeposit<C: MeshNumber>: ShapeWork {
  let mesh: ParticleMesh<C>
  let particles: SortedParticles<C>
  let range: Range<Int>
  let field: MeshField<C>
  let profile: LongitudinalProfile<C>?

  @inline(__always)
  func callAsFunction<K: ShapeKind>(_: K.Type) {
    let shape = K.shape
    let stride = field.componentStride
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = mesh.setStencil(weights, K.self, particles, record, profile, slopes: false)
      let force = SortedParticles<C>.Field.force
      let sx = particles.load(record, force)
      let sy = particles.load(record, force + 1)
      let sz = particles.load(record, force + 2)
      let (value, difference) = (weights.row(.value, 0), weights.row(.difference, 0))
      let valueBeyond = weights.row(.value, 0, from: 4)
      let differenceBeyond = weights.row(.difference, 0, from: 4)
      for k in 0..<(K.isFlat ? 1 : shape.nodeCount + 2) {
        let wz = weights.number(.value, 2, k)
        let (planeX, planeY) = (wz * sx, wz * sy)
        let planeZ = weights.number(.difference, 2, k) * sz
        for j in shape.rows(ofPlane: K.isFlat ? 1 : k) {
          let wy = weights.number(.value, 1, j)
          let across = (planeX * wy).spread
          let along = (planeY * weights.number(.difference, 1, j) + planeZ * wy).spread
          let address = field.address(fx, fy + j, fz + k)
          (C.Row.load(address, stride: stride) + (across * difference + along * value))
            .store(to: address, stride: stride)
          if shape != .linear {
            (C.Row.load(address + 4, stride: stride)
              + (across * differenceBeyond + along * valueBeyond))
              .store(to: address + 4, stride: stride)
          }
        }
      }
    }
  }
}
