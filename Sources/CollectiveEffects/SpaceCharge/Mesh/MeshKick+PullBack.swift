import AutoDiff
import BeamTracking
import Communication

extension MeshKick where P.Word == Double {
  /// Propagates cotangents v = Ω⁻¹w backward through the kick, and restores momenta.
  ///
  /// Positions are the same before and after the kick, so that the potential is computed again from
  /// them. Cotangents of momenta are deposited as forces, which gives the cotangent of the
  /// potential. The convolution, which is its own transpose, gives that of the charges, and is made for
  /// charges and cotangents at once. Their correlation, Σ D φ̄ over all pairs at one offset, is
  /// multiplied by the derivatives of the Green's function with respect to the sides of the cells.
  @_specialize(exported:false,where P == Double, C == Double)
  @_specialize(exported:false,where P == Double, C == Float)
  @_specialize(exported:false,where P == Tangent<Double>, C == Tangent<Double>)
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: EffectSlice<T>
  ) throws -> EffectCotangents<T> {
    let (before, tables) = (workers.communicator.traffic, times.greenFunctions)
    guard let mesh = try sort(particles, inputs, keepsPositions: true), let records else {
      return EffectCotangents()
    }
    typealias Field = SortedParticles<C>.Field
    let strength = KickStrength(inputs, mesh)
    try forEachTile(particles) { words, count, places, tile in
      Self.loadForces(
        cotangents.address(ofTile: tile), count, places, records, strength)
    }
    try shareOut(withForces: true)
    guard let onMesh else { return EffectCotangents() }
    try depositCharge()
    try findProfile(on: mesh)
    // Of several processes, the window serves both fields one after the other.
    let cotangentWindow = parts?.window ?? cotangentField
    try times.measure(.deposit) {
      try transfer.depositForces(
        of: onMesh, to: cotangentWindow, profile: profile, parts?.cut, workers)
    }
    try communicate { try $0.collect(cotangentField, workers) }
    let pipeCotangent = profile == nil ? T(0.0) : sum(ofNodesOf: cotangentField)
    try updateKernel(mesh, inputs)
    try times.measure(.convolution) {
      try convolution.convolve(
        field, with: kernel, factor: C(rounding: factor(mesh)), and: cotangentField,
        product: product, workers)
    }
    if let profile {
      addToNodes(of: field, profile.charge * towardsPipe(mesh))
      addToNodes(of: cotangentField, pipeCotangent * towardsPipe(mesh))
    }
    try communicate { try $0.giveOut(field, workers) }
    try times.measure(.gather) {
      try transfer.gatherField(to: onMesh, from: window, profile: profile, workers)
    }
    var profileCotangents: [T]?
    if let profile {
      try transfer.gatherWork(to: onMesh, from: window, workers)
      profileCotangents = try profile.valueCotangents(of: onMesh, rows: rows, workers)
    }
    try communicate { try $0.giveOut(cotangentField, workers) }
    try times.measure(.gather) {
      try transfer.gatherCharge(to: onMesh, from: cotangentWindow, workers)
    }
    if let profile, let profileCotangents {
      try profile.addSlopes(to: onMesh, from: profileCotangents, workers)
    }
    let numbers = Field.field(keepsPosition: true)
    try communicate { try $0.sendBack(numbers..<Field.share + 1, workers) }
    let sums = try restore(particles, cotangents, records, strength, mesh)

    var result = EffectCotangents<T>()
    let work = [
      strength.x * sums.work[0], strength.y * sums.work[1], strength.z * sums.work[2],
    ]
    let force = work[0] + work[1] + work[2]
    // Not force/length, which is undefined for a kick of zero length.
    let perLength = strength.perLength
    result.length =
      perLength.x * sums.work[0] + perLength.y * sums.work[1] + perLength.z * sums.work[2]
    result.charge = sums.charge
    var energy = force * strength.energySlope
    // With respect to the mesh's origin and spacing: from the kick and from the potential per
    // volume; on a flat mesh the potential is not per volume.
    let spacing = [mesh.spacing.x, mesh.spacing.y, mesh.spacing.z]
    let isFlat = mesh.size.isFlat
    var spacingCotangent = (0..<3).map { axis in
      let volume = isFlat ? T(0.0) : force
      return -1.0 * (work[axis] + volume + sums.stretch[axis]) / spacing[axis]
    }
    let originCotangent = (0..<3).map { axis in -1.0 * sums.slope[axis] / spacing[axis] }
    // With respect to the Green's function.
    let offsets = try offsetCotangents()
    if isFlat {
      let (x, y) = try planarKernelPullBack(offsets, mesh)
      spacingCotangent[0] = spacingCotangent[0] + x
      spacingCotangent[1] = spacingCotangent[1] + y
      if let profile, let profileCotangents {
        // With respect to ln(hxhy) in the potential, and to λ̂ per bin.
        let logarithm =
          pipeCotangent * profile.charge / (4 * Double.pi * options.vacuumPermittivity)
        spacingCotangent[0] = spacingCotangent[0] - logarithm / spacing[0]
        spacingCotangent[1] = spacingCotangent[1] - logarithm / spacing[1]
        var sum = T(0.0)
        for (cotangent, value) in zip(profileCotangents, profile.values) {
          sum = sum + cotangent * value
        }
        spacingCotangent[2] = spacingCotangent[2] - sum / spacing[2]
      }
    } else {
      let sidesCotangent = try kernelPullBack(offsets, mesh, inputs)
      let gamma = inputs.reference.gamma
      for axis in 0..<3 {
        spacingCotangent[axis] =
          spacingCotangent[axis] + sidesCotangent[axis] * (axis == 2 ? gamma : T(1.0))
      }
      energy = energy + sidesCotangent[2] * mesh.spacing.z
    }
    result.kineticEnergyOverMass = energy
    countTraffic(particles, since: before) {
      $0.pullBackBytes(computesKernel: times.greenFunctions > tables)
    }
    for axis in 0..<3 {
      guard
        let ends = frame.pullBack(
          axis, origin: originCotangent[axis], spacing: spacingCotangent[axis]),
        let extent
      else { continue }
      add(ends.lower, to: extent.lowerNumbers[axis], axis, cotangents)
      add(ends.upper, to: extent.upperNumbers[axis], axis, cotangents)
    }
    return result
  }

  /// Adds to the cotangent of a coordinate of one particle, if this process has it: w_q is v_p.
  private func add(
    _ cotangent: T, to particle: Int, _ axis: Int, _ particles: ParticleBlocks<Double>
  ) {
    guard particles.share.numbers.contains(particle) else { return }
    let (tile, place) = particles.place(ofParticle: particle)
    let address =
      particles.address(ofTile: tile) + (2 * axis + 1) * Tile<Double>.capacity + place
    let stride = Tile<Double>.componentStride
    let sum = P.load(address, stride: stride).table + cotangent
    P(rounding: sum).store(to: address, stride: stride)
  }

  /// Loads the forces on the field from the kick's cotangents: s = K·Δp̄ per side, with Δp̄ = w_p =
  /// −v_q.
  private static func loadForces(
    _ cotangents: UnsafeMutablePointer<Double>, _ count: Int,
    _ places: UnsafeMutablePointer<Int32>, _ records: SortedParticles<C>,
    _ strength: KickStrength<T>
  ) {
    let stride = Tile<Double>.componentStride
    let pitch = Tile<Double>.capacity
    let factors = (-1.0 * strength.x, -1.0 * strength.y, -1.0 * strength.z)
    let field = SortedParticles<C>.Field.force
    for i in 0..<count where places[i] >= 0 {
      let record = records.record(Int(places[i]))
      let x = P.load(cotangents + i, stride: stride).table
      let y = P.load(cotangents + (2 * pitch + i), stride: stride).table
      let z = P.load(cotangents + (4 * pitch + i), stride: stride).table
      records.store(C(rounding: factors.0 * x), record, field)
      records.store(C(rounding: factors.1 * y), record, field + 1)
      records.store(C(rounding: factors.2 * z), record, field + 2)
    }
  }

  /// Restores momenta, adds the cotangents of positions, and sums the derivatives with respect to
  /// the mesh.
  private func restore(
    _ particles: ParticleBlocks<Double>, _ cotangents: ParticleBlocks<Double>,
    _ records: SortedParticles<C>, _ strength: KickStrength<T>, _ mesh: Mesh<T>
  ) throws -> MeshSums<T> {
    typealias Field = SortedParticles<C>.Field
    let inverse = [1.0 / mesh.spacing.x, 1.0 / mesh.spacing.y, 1.0 / mesh.spacing.z]
    nonisolated(unsafe) let places = records.places
    let chunks = particles.chunks
    let total = try workers.sum(chunks.numbers) { chunk -> MeshSums<T> in
      var sums = MeshSums<T>()
      let stride = Tile<Double>.componentStride
      let pitch = Tile<Double>.capacity
      for tile in chunks.tiles(chunk) {
        let numbers = particles.indices(ofTile: tile)
        let words = particles.address(ofTile: tile)
        let cotangentWords = cotangents.address(ofTile: tile)
        let first = places + numbers.lowerBound
        Self.push(words, numbers.count, first, records, strength, sign: -1)
        for i in 0..<numbers.count where first[i] >= 0 {
          let record = records.record(Int(first[i]))
          for axis in 0..<3 {
            let slope = records.load(record, Field.slope + axis).table
            let address = cotangentWords + ((2 * axis + 1) * pitch + i)
            let cotangent = P.load(address, stride: stride).table + slope * inverse[axis]
            P(rounding: cotangent).store(to: address, stride: stride)
            let field = records.load(record, Field.field(keepsPosition: true) + axis).table
            // Δp̄ = w_p = −v_q
            let push = -1.0 * P.load(cotangentWords + (2 * axis * pitch + i), stride: stride).table
            sums.work[axis] = sums.work[axis] + push * field
            sums.slope[axis] = sums.slope[axis] + slope
            sums.stretch[axis] =
              sums.stretch[axis] + slope * records.load(record, Field.position + axis).table
          }
          let weight = P.load(
            words + (Tile<Double>.weightPlane * pitch + i), stride: stride
          ).table
          sums.charge = sums.charge + weight * records.load(record, Field.share).table
        }
      }
      return sums
    }
    return total ?? MeshSums()
  }

  /// The cotangents of a cell's sides at rest: the sum over offsets of the correlation of charges
  /// and potential's cotangent, times the derivatives of the Green's function.
  ///
  /// The third side follows from Euler's theorem: Σ h_a ∂g/∂h_a = 2g.
  private func kernelPullBack(
    _ product: KernelSpectrum<C>, _ mesh: Mesh<T>, _ inputs: EffectSlice<T>
  ) throws -> [T] {
    let size = frame.size
    let sides = (
      x: mesh.spacing.x, y: mesh.spacing.y, z: inputs.reference.gamma * mesh.spacing.z
    )
    func lift(_ side: T, _ isVaried: Bool) -> Tangent<T> {
      Tangent(side, tangent: isVaried ? T(1.0) : T(0.0))
    }
    func sums(along axis: Int) throws -> (value: T, slope: T) {
      let table = try GreenTable<Tangent<T>>(
        size, sides: (lift(sides.x, axis == 0), lift(sides.y, axis == 1), lift(sides.z, axis == 2)),
        rows: product.rows, workers)
      let total = try workers.sum(product.rows) { y -> PairSum<T> in
        let numbers = GreenRow<Tangent<T>>(size)
        var sum = PairSum<T>()
        for x in 0...size.x {
          table.write(x, y, to: numbers)
          // Each offset represents all its signs.
          let images = (y == 0 || y == size.y ? 1.0 : 2.0) * (x == 0 || x == size.x ? 1.0 : 2.0)
          var row = PairSum<T>()
          for z in 0...size.z {
            let g = numbers[z]
            let share = product[x, y, z].table * (z == 0 || z == size.z ? 1.0 : 2.0)
            row.value = row.value + share * g.value
            row.slope = row.slope + share * g.tangent
          }
          sum.value = sum.value + images * row.value
          sum.slope = sum.slope + images * row.slope
        }
        return sum
      }
      return (total?.value ?? T(0.0), total?.slope ?? T(0.0))
    }
    // The kernel in the convolution may be that of a smaller mesh, times a factor.
    let scale =
      1.0
      / (4 * Double.pi * options.vacuumPermittivity * convolution.period * mesh.cellVolume)
    let (value, x) = try sums(along: 0)
    let (_, y) = try sums(along: 1)
    let z = (2.0 * value - sides.x * x - sides.y * y) / sides.z
    return [scale * x, scale * y, scale * z]
  }
}

extension MeshKick where P.Word == Double {
  /// The sum over the nodes of a flat field.
  private func sum(ofNodesOf field: MeshField<C>) -> T {
    var sum = T(0.0)
    for y in 0...frame.size.y {
      for x in 0...frame.size.x { sum = sum + field[x, y, 0].table }
    }
    return sum
  }

  /// The cotangents of a flat mesh's sides; the Green's function depends on their ratio.
  private func planarKernelPullBack(
    _ product: KernelSpectrum<C>, _ mesh: Mesh<T>
  ) throws -> (x: T, y: T) {
    let size = frame.size
    let ratio = mesh.spacing.x / mesh.spacing.y
    let table = try PlanarGreenTable<Tangent<T>>(
      size, ratio: Tangent(ratio, tangent: T(1.0)), workers)
    var sum = T(0.0)
    for y in 0...size.y {
      for x in 0...size.x {
        // Each offset represents all its signs.
        let images = (y == 0 || y == size.y ? 1.0 : 2.0) * (x == 0 || x == size.x ? 1.0 : 2.0)
        sum = sum + images * (product[x, y, 0].table * table[x, y].tangent)
      }
    }
    let scale = 4 * Double.pi * options.vacuumPermittivity * convolution.period
    let cotangent = (1.0 / scale) * sum
    return (cotangent / mesh.spacing.y, -1.0 * cotangent * ratio / mesh.spacing.y)
  }
}

/// The sums over particles for the derivatives with respect to the mesh.
private struct MeshSums<T: TableNumber>: Mergeable, Packable, Sendable {
  /// Σ Δp̄·e: the cotangent of the kick times half the difference of the potential.
  var work: InlineArray<3, T> = InlineArray(repeating: T(0.0))
  /// Σ ū: cotangents of positions in cells.
  var slope: InlineArray<3, T> = InlineArray(repeating: T(0.0))
  /// Σ ū·u
  var stretch: InlineArray<3, T> = InlineArray(repeating: T(0.0))
  /// The cotangent of the charge of a particle of weight 1.
  var charge = T(0.0)

  mutating func merge(_ later: Self) {
    for axis in 0..<3 {
      work[axis] = work[axis] + later.work[axis]
      slope[axis] = slope[axis] + later.slope[axis]
      stretch[axis] = stretch[axis] + later.stretch[axis]
    }
    charge = charge + later.charge
  }
}

private struct PairSum<T: TableNumber>: Mergeable, Packable, Sendable {
  var value = T(0.0)
  var slope = T(0.0)

  mutating func merge(_ later: Self) {
    value = value + later.value
    slope = slope + later.slope
  }
}
