import AutoDiff

/// Computes the same as ``FieldGather``, and the cotangents of positions that follow from the
/// forces.
struct FieldAndSlopeGather<C: MeshNumber>: ShapeWork {
  let mesh: ParticleMesh<C>
  let particles: SortedParticles<C>
  let range: Range<Int>
  let field: MeshField<C>
  let profile: LongitudinalProfile<C>?

  @inline(__always)
  func callAsFunction<K: ShapeKind>(_: K.Type) {
    let shape = K.shape
    typealias Field = SortedParticles<C>.Field
    let stride = field.componentStride
    let isWide = shape != .linear
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = mesh.setStencil(weights, K.self, particles, record, profile)
      let sx = particles.load(record, Field.force)
      let sy = particles.load(record, Field.force + 1)
      let sz = particles.load(record, Field.force + 2)
      // Sums over y and z: of the potential, and of its differences along y and along z.
      var (sum, sumY, sumZ) = (NodeRows<C>(), NodeRows<C>(), NodeRows<C>())
      // Their slopes along y and along z: of the potential, and of the differences times the forces.
      var (slopeY, slopeZ) = (NodeRows<C>(), NodeRows<C>())
      var (forceY, forceZ) = (NodeRows<C>(), NodeRows<C>())
      for k in 0..<(K.isFlat ? 1 : shape.nodeCount + 2) {
        var (plane, planeD) = (NodeRows<C>(), NodeRows<C>())
        var (planeS, planeDS) = (NodeRows<C>(), NodeRows<C>())
        for j in shape.rows(ofPlane: K.isFlat ? 1 : k) {
          let row = NodeRows<C>(field.address(fx, fy + j, fz + k), stride, isWide: isWide)
          plane.add(row, weights.number(.value, 1, j), isWide: isWide)
          planeD.add(row, weights.number(.difference, 1, j), isWide: isWide)
          planeS.add(row, weights.number(.slope, 1, j), isWide: isWide)
          planeDS.add(row, weights.number(.differenceSlope, 1, j), isWide: isWide)
        }
        let w = weights.number(.value, 2, k)
        let d = weights.number(.difference, 2, k)
        let s = weights.number(.slope, 2, k)
        sum.add(plane, w, isWide: isWide)
        sumY.add(planeD, w, isWide: isWide)
        sumZ.add(plane, d, isWide: isWide)
        slopeY.add(planeS, w, isWide: isWide)
        slopeZ.add(plane, s, isWide: isWide)
        forceY.add(planeDS, w * sy, isWide: isWide)
        forceY.add(planeS, d * sz, isWide: isWide)
        forceZ.add(planeD, s * sy, isWide: isWide)
        forceZ.add(plane, weights.number(.differenceSlope, 2, k) * sz, isWide: isWide)
      }
      func dot(_ rows: NodeRows<C>, _ kind: StencilWeights<C>.Kind) -> C {
        rows.dot(weights, kind, isWide: isWide)
      }
      let place = Field.field(keepsPosition: true)
      particles.store(dot(sum, .difference), record, place)
      particles.store(dot(sumY, .value), record, place + 1)
      particles.store(dot(sumZ, .value), record, place + 2)
      let along = sx * dot(sum, .differenceSlope)
      particles.store(
        along + sy * dot(sumY, .slope) + sz * dot(sumZ, .slope), record, Field.slope)
      particles.store(
        sx * dot(slopeY, .difference) + dot(forceY, .value), record, Field.slope + 1)
      particles.store(
        sx * dot(slopeZ, .difference) + dot(forceZ, .value), record, Field.slope + 2)
    }
  }
}
