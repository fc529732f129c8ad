import AutoDiff
import BeamDynamics
import Communication

/// Takes charges to a mesh and fields back to particles, by B-splines.
///
/// R. W. Hockney and J. W. Eastwood, Computer Simulation Using Particles (1988), chapter 5. Fields at the
/// nodes are central differences of the potential; they are never stored: a difference of shares is
/// taken instead of a difference of potentials.
package struct ParticleMesh<C: MeshNumber>: Sendable {
  package let size: MeshSize
  package let deposit: ParticleShape
  package let gather: ParticleShape

  package init(_ size: MeshSize, deposit: ParticleShape, gather: ParticleShape) {
    self.size = size
    self.deposit = deposit
    self.gather = gather
  }

  /// The first node of a shape, such that it and `ring` nodes around it are on the mesh.
  @inline(__always)
  private func first(_ shape: ParticleShape, _ u: C, _ axis: Int, ring: Int) -> Int {
    max(ring, min(shape.firstNode(u.plain), size[axis] - shape.rawValue - ring))
  }

  // MARK: To the mesh

  /// Charge per node [C], in the place of what `field` holds.
  package func depositCharge(
    of particles: SortedParticles<C>, to field: MeshField<C>, _ workers: Workers
  ) throws {
    try workers.forEach(size.z + 1) { field.clear(plane: $0) }
    try particles.forEachSlab(of: size, workers) { range in
      switch (self.deposit, self.size.isFlat) {
      case (.linear, false): self.addCharge(particles, range, Linear.self, field)
      case (.quadratic, false): self.addCharge(particles, range, Quadratic.self, field)
      case (.cubic, false): self.addCharge(particles, range, Cubic.self, field)
      case (.linear, true): self.addCharge(particles, range, Flat<Linear>.self, field)
      case (.quadratic, true): self.addCharge(particles, range, Flat<Quadratic>.self, field)
      case (.cubic, true): self.addCharge(particles, range, Flat<Cubic>.self, field)
      }
    }
  }

  private func addCharge<K: ShapeKind>(
    _ particles: SortedParticles<C>, _ range: Range<Int>, _: K.Type, _ field: MeshField<C>
  ) {
    let shape = K.shape
    let stride = field.componentStride
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = setShares(weights, K.self, particles, record)
      let charge = particles.load(record, SortedParticles<C>.Field.charge)
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

  /// What the forces of the records give to the potential: the transpose of ``gatherField(to:from:_:)``
  /// in the place of what `field` holds.
  func depositForces(
    of particles: SortedParticles<C>, to field: MeshField<C>,
    profile: LongitudinalProfile<C>? = nil, _ workers: Workers
  ) throws {
    try workers.forEach(size.z + 1) { field.clear(plane: $0) }
    try particles.forEachSlab(of: size, workers) { range in
      switch (self.gather, self.size.isFlat) {
      case (.linear, false): self.addForces(particles, range, Linear.self, field, profile)
      case (.quadratic, false): self.addForces(particles, range, Quadratic.self, field, profile)
      case (.cubic, false): self.addForces(particles, range, Cubic.self, field, profile)
      case (.linear, true): self.addForces(particles, range, Flat<Linear>.self, field, profile)
      case (.quadratic, true):
        self.addForces(particles, range, Flat<Quadratic>.self, field, profile)
      case (.cubic, true): self.addForces(particles, range, Flat<Cubic>.self, field, profile)
      }
    }
  }

  private func addForces<K: ShapeKind>(
    _ particles: SortedParticles<C>, _ range: Range<Int>, _: K.Type, _ field: MeshField<C>,
    _ profile: LongitudinalProfile<C>?
  ) {
    let shape = K.shape
    let stride = field.componentStride
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = setStencil(weights, K.self, particles, record, profile, slopes: false)
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

  // MARK: From the mesh

  /// Half the difference of the potential across each particle, along each axis: the field times
  /// the cell's side. It is left in the records.
  ///
  /// With records that keep positions, the cotangents of these follow from the records' forces: they
  /// are left there too.
  func gatherField(
    to particles: SortedParticles<C>, from field: MeshField<C>,
    profile: LongitudinalProfile<C>? = nil, _ workers: Workers
  ) throws {
    try particles.forEachRange(workers) { _, range in
      if particles.width > 4 {
        switch (self.gather, self.size.isFlat) {
        case (.linear, false):
          self.takeFieldAndSlopes(particles, range, Linear.self, field, profile)
        case (.quadratic, false):
          self.takeFieldAndSlopes(particles, range, Quadratic.self, field, profile)
        case (.cubic, false): self.takeFieldAndSlopes(particles, range, Cubic.self, field, profile)
        case (.linear, true):
          self.takeFieldAndSlopes(particles, range, Flat<Linear>.self, field, profile)
        case (.quadratic, true):
          self.takeFieldAndSlopes(particles, range, Flat<Quadratic>.self, field, profile)
        case (.cubic, true):
          self.takeFieldAndSlopes(particles, range, Flat<Cubic>.self, field, profile)
        }
      } else {
        switch (self.gather, self.size.isFlat) {
        case (.linear, false): self.takeField(particles, range, Linear.self, field, profile)
        case (.quadratic, false): self.takeField(particles, range, Quadratic.self, field, profile)
        case (.cubic, false): self.takeField(particles, range, Cubic.self, field, profile)
        case (.linear, true): self.takeField(particles, range, Flat<Linear>.self, field, profile)
        case (.quadratic, true):
          self.takeField(particles, range, Flat<Quadratic>.self, field, profile)
        case (.cubic, true): self.takeField(particles, range, Flat<Cubic>.self, field, profile)
        }
      }
    }
  }

  private func takeField<K: ShapeKind>(
    _ particles: SortedParticles<C>, _ range: Range<Int>, _: K.Type, _ field: MeshField<C>,
    _ profile: LongitudinalProfile<C>?
  ) {
    let shape = K.shape
    let stride = field.componentStride
    let isWide = shape != .linear
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = setStencil(weights, K.self, particles, record, profile, slopes: false)
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

  private func takeFieldAndSlopes<K: ShapeKind>(
    _ particles: SortedParticles<C>, _ range: Range<Int>, _: K.Type, _ field: MeshField<C>,
    _ profile: LongitudinalProfile<C>?
  ) {
    let shape = K.shape
    typealias Field = SortedParticles<C>.Field
    let stride = field.componentStride
    let isWide = shape != .linear
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = setStencil(weights, K.self, particles, record, profile)
      let sx = particles.load(record, Field.force)
      let sy = particles.load(record, Field.force + 1)
      let sz = particles.load(record, Field.force + 2)
      // Sums over y and z: of the potential, of its differences along y and along z.
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

  /// What the forces of the records give to a profile, from the potential: it is left in the records.
  func gatherWork(
    to particles: SortedParticles<C>, from field: MeshField<C>, _ workers: Workers
  ) throws {
    try particles.forEachRange(workers) { _, range in
      switch self.gather {
      case .linear: self.takeWork(particles, range, Flat<Linear>.self, field)
      case .quadratic: self.takeWork(particles, range, Flat<Quadratic>.self, field)
      case .cubic: self.takeWork(particles, range, Flat<Cubic>.self, field)
      }
    }
  }

  private func takeWork<K: ShapeKind>(
    _ particles: SortedParticles<C>, _ range: Range<Int>, _: K.Type, _ field: MeshField<C>
  ) {
    let shape = K.shape
    typealias Field = SortedParticles<C>.Field
    let stride = field.componentStride
    let isWide = shape != .linear
    let weights = StencilWeights<C>()
    weights.setOnePlane()
    for i in range {
      let record = particles.record(i)
      let (fx, fy, _) = setStencil(weights, K.self, particles, record, nil, slopes: false)
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

  /// What a mesh of cotangents of the charge per node gives back: that of each particle's charge, and
  /// of its position, added to the slopes that are there.
  package func gatherCharge(
    to particles: SortedParticles<C>, from field: MeshField<C>, _ workers: Workers
  ) throws {
    try particles.forEachRange(workers) { _, range in
      switch (self.deposit, self.size.isFlat) {
      case (.linear, false): self.takeCharge(particles, range, Linear.self, field)
      case (.quadratic, false): self.takeCharge(particles, range, Quadratic.self, field)
      case (.cubic, false): self.takeCharge(particles, range, Cubic.self, field)
      case (.linear, true): self.takeCharge(particles, range, Flat<Linear>.self, field)
      case (.quadratic, true): self.takeCharge(particles, range, Flat<Quadratic>.self, field)
      case (.cubic, true): self.takeCharge(particles, range, Flat<Cubic>.self, field)
      }
    }
  }

  private func takeCharge<K: ShapeKind>(
    _ particles: SortedParticles<C>, _ range: Range<Int>, _: K.Type, _ field: MeshField<C>
  ) {
    let shape = K.shape
    typealias Field = SortedParticles<C>.Field
    let stride = field.componentStride
    let weights = StencilWeights<C>()
    if K.isFlat { weights.setOnePlane() }
    for i in range {
      let record = particles.record(i)
      let (fx, fy, fz) = setShares(weights, K.self, particles, record)
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
      let charge = particles.load(record, Field.charge)
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

  /// Puts a particle's shares into `weights`.
  ///
  /// - Returns: The first node along each axis.
  @inline(__always)
  private func setShares<K: ShapeKind>(
    _ weights: borrowing StencilWeights<C>, _: K.Type,
    _ particles: SortedParticles<C>, _ record: UnsafeMutablePointer<C.Word>
  ) -> (Int, Int, Int) {
    let shape = K.shape
    let u = position(particles, record)
    let (x, y) = (first(shape, u.0, 0, ring: 0), first(shape, u.1, 1, ring: 0))
    weights.setShares(shape, 0, u.0, first: x)
    weights.setShares(shape, 1, u.1, first: y)
    if K.isFlat { return (x, y, 0) }
    let z = first(shape, u.2, 2, ring: 0)
    weights.setShares(shape, 2, u.2, first: z)
    return (x, y, z)
  }

  /// Puts all of a particle's weights into `weights`.
  ///
  /// - Returns: The first node along each axis: one before those that it touches.
  @inline(__always)
  private func setStencil<K: ShapeKind>(
    _ weights: borrowing StencilWeights<C>, _: K.Type,
    _ particles: SortedParticles<C>, _ record: UnsafeMutablePointer<C.Word>,
    _ profile: LongitudinalProfile<C>?, slopes: Bool = true
  ) -> (Int, Int, Int) {
    let shape = K.shape
    let u = position(particles, record)
    let (x, y) = (first(shape, u.0, 0, ring: 1), first(shape, u.1, 1, ring: 1))
    weights.setStencil(shape, 0, u.0, first: x, slopes: slopes)
    weights.setStencil(shape, 1, u.1, first: y, slopes: slopes)
    if K.isFlat {
      profile?.set(weights, at: u.2)
      return (x - 1, y - 1, 0)
    }
    let z = first(shape, u.2, 2, ring: 1)
    weights.setStencil(shape, 2, u.2, first: z, slopes: slopes)
    return (x - 1, y - 1, z - 1)
  }

  @inline(__always)
  private func position(
    _ particles: SortedParticles<C>, _ record: UnsafeMutablePointer<C.Word>
  ) -> (C, C, C) {
    (
      particles.load(record, SortedParticles<C>.Field.position),
      particles.load(record, SortedParticles<C>.Field.position + 1),
      particles.load(record, SortedParticles<C>.Field.position + 2)
    )
  }
}
