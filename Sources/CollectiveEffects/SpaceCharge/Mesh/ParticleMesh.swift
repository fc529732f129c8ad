import AutoDiff
import BeamTracking
import Communication

/// Deposits charges on a mesh and gathers fields at particles, by B-splines.
///
/// R. W. Hockney and J. W. Eastwood, Computer Simulation Using Particles (1988), chapter 5. Fields
/// at the nodes are central differences of the potential. They are never stored: weights are
/// differenced instead of potentials.
package struct ParticleMesh<C: MeshNumber>: Sendable {
  package let size: MeshSize
  package let deposit: ParticleShape
  package let gather: ParticleShape
  /// What one process has of the mesh: all.
  private let whole: SlabCut
  /// Memory for messages.
  private let pool = WordPool<C.Word>()

  package init(_ size: MeshSize, deposit: ParticleShape, gather: ParticleShape) {
    self.size = size
    self.deposit = deposit
    self.gather = gather
    whole = SlabCut(size)
  }

  /// The first node of a shape, such that it and `ring` nodes around the shape are on the mesh.
  @inline(__always)
  func first(_ shape: ParticleShape, _ u: C, _ axis: Int, ring: Int) -> Int {
    max(ring, min(shape.firstNode(u.plain), size[axis] - shape.rawValue - ring))
  }

  // MARK: To the mesh

  /// Computes the charge per node [C], which replaces the contents of `field`.
  package func depositCharge(
    of particles: SortedParticles<C>, to field: MeshField<C>, _ workers: Workers
  ) throws {
    try depositCharge(of: particles, to: field, nil, workers)
  }

  /// - Parameter cut: What each process has of the mesh, if several share it.
  func depositCharge(
    of particles: SortedParticles<C>, to field: MeshField<C>, _ cut: SlabCut?, _ workers: Workers
  ) throws {
    try clear(field, workers)
    try particles.forEachSlab(
      of: size, cut ?? whole, workers, pass: { try pass(field, cut, $0, workers) }
    ) { range in
      perform(
        ChargeDeposit(mesh: self, particles: particles, range: range, field: field), deposit)
    }
  }

  /// Computes the cotangent of the potential from the forces of the records: the transpose of
  /// ``gatherField(to:from:profile:_:)``. It replaces the contents of `field`.
  func depositForces(
    of particles: SortedParticles<C>, to field: MeshField<C>,
    profile: LongitudinalProfile<C>? = nil, _ cut: SlabCut? = nil, _ workers: Workers
  ) throws {
    try clear(field, workers)
    try particles.forEachSlab(
      of: size, cut ?? whole, workers, pass: { try pass(field, cut, $0, workers) }
    ) { range in
      perform(
        ForceDeposit(
          mesh: self, particles: particles, range: range, field: field, profile: profile), gather)
    }
  }

  private func clear(_ field: MeshField<C>, _ workers: Workers) throws {
    try workers.forEach(field.planes.count) { field.clear(plane: field.planes.lowerBound + $0) }
  }

  /// Passes what was deposited to the processes that continue there.
  private func pass(
    _ field: MeshField<C>, _ cut: SlabCut?, _ step: SlabCut.Step, _ workers: Workers
  ) throws {
    guard let passes = cut?.passes.filter({ $0.step == step }), !passes.isEmpty else { return }
    let own = workers.communicator.rank
    func layers(_ passes: [SlabCut.Pass], by rank: KeyPath<SlabCut.Pass, Int>) -> [[Int]] {
      var layers = [[Int]](repeating: [], count: workers.communicator.size)
      for pass in passes { layers[pass[keyPath: rank]] += pass.layers }
      return layers
    }
    try FieldLayers(field).send(
      layers(passes.filter { $0.from == own }, by: \.to), to: field,
      layers(passes.filter { $0.to == own }, by: \.from), pool, workers)
  }

  // MARK: From the mesh

  /// Computes half the difference of the potential across each particle, along each axis: the field
  /// times the cell's side. The result is written to the records.
  ///
  /// With records that keep positions, the cotangents of positions, which follow from the records'
  /// forces, are also written there.
  func gatherField(
    to particles: SortedParticles<C>, from field: MeshField<C>,
    profile: LongitudinalProfile<C>? = nil, _ workers: Workers
  ) throws {
    try particles.forEachRange(workers) { _, range in
      if particles.keepsPositions {
        perform(
          FieldAndSlopeGather(
            mesh: self, particles: particles, range: range, field: field, profile: profile), gather)
      } else {
        perform(
          FieldGather(
            mesh: self, particles: particles, range: range, field: field, profile: profile), gather)
      }
    }
  }

  /// Computes, from the potential, the contribution of each record's forces to the cotangent of a
  /// profile, and writes it to the records.
  func gatherWork(
    to particles: SortedParticles<C>, from field: MeshField<C>, _ workers: Workers
  ) throws {
    try particles.forEachRange(workers) { _, range in
      perform(WorkGather(mesh: self, particles: particles, range: range, field: field), gather)
    }
  }

  /// Computes, from cotangents of the charge per node, the cotangents of each particle's charge and
  /// position. The latter is added to the slopes in the record.
  package func gatherCharge(
    to particles: SortedParticles<C>, from field: MeshField<C>, _ workers: Workers
  ) throws {
    try particles.forEachRange(workers) { _, range in
      perform(ChargeGather(mesh: self, particles: particles, range: range, field: field), deposit)
    }
  }

  /// Does work for a shape on this mesh.
  @inline(__always)
  private func perform(_ work: some ShapeWork, _ shape: ParticleShape) {
    switch (shape, size.isFlat) {
    case (.linear, false): work(Linear.self)
    case (.quadratic, false): work(Quadratic.self)
    case (.cubic, false): work(Cubic.self)
    case (.linear, true): work(Flat<Linear>.self)
    case (.quadratic, true): work(Flat<Quadratic>.self)
    case (.cubic, true): work(Flat<Cubic>.self)
    }
  }

  // MARK: Weights

  /// Sets a particle's weights for depositing.
  ///
  /// - Returns: The first node along each axis.
  @inline(__always)
  func setShares<K: ShapeKind>(
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

  /// Sets all of a particle's weights for gathering.
  ///
  /// - Returns: The first node along each axis: one before those with charge.
  @inline(__always)
  func setStencil<K: ShapeKind>(
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
  func position(
    _ particles: SortedParticles<C>, _ record: UnsafeMutablePointer<C.Word>
  ) -> (C, C, C) {
    (
      particles.load(record, SortedParticles<C>.Field.position),
      particles.load(record, SortedParticles<C>.Field.position + 1),
      particles.load(record, SortedParticles<C>.Field.position + 2)
    )
  }
}
