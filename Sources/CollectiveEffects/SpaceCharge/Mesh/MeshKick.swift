import AutoDiff
import BeamTracking
import Communication
import FourierTransform

/// Space charge on a mesh with open boundaries, for particles of the scalar `P` and a mesh of
/// numbers `C`.
///
/// Each step is linear in the charges: deposit them, convolve with the integrated Green's function,
/// take differences at the particles, change momenta. The backward pass consists of the transposed
/// steps; the convolution with an even kernel is its own transpose.
///
/// Of several processes, each has its particles by number, and consecutive slabs of the mesh (``MeshParts``). Records
/// of particles go to the process with their slab, which deposits and gathers, and come back with the field.
final class MeshKick<P: MeshNumber, C: MeshNumber>: MeshEngine where P.Table == C.Table {
  typealias T = C.Table

  let options: SpaceChargeOptions
  let frame: MeshFrame
  private(set) var workers: Workers
  var times = KickTimes()
  /// The mesh of the last kick, and the extent of the particles that it follows.
  private(set) var mesh: Mesh<T>?
  private(set) var extent: BunchExtent<T>?
  let transfer: ParticleMesh<C>
  let convolution: OpenConvolution<C>
  /// What this process has of the mesh.
  let share: MeshShare
  /// Charges, then potentials, of the planes that this process transforms.
  let field: MeshField<C>
  /// The same at the nodes around the records on this process's part of the mesh.
  var window: MeshField<C> { parts?.window ?? field }
  let kernel: KernelSpectrum<C>
  /// The sides for which the kernel was computed, in the rest frame; 1 along z for a flat mesh.
  private var kernelSides: (x: T, y: T, z: T)?
  /// Whether the kernel has been computed for these sides; not yet in a run that goes on from a memory.
  private var hasKernel = false
  /// The factor by which the kernel must be multiplied.
  private var kernelScale = T(1.0)
  /// The particles of this process in the last kick, in the order of the mesh.
  private(set) var records: SortedParticles<C>?
  /// How several processes share the mesh of the last kick; nil if there is one.
  private(set) var parts: MeshParts<C>?
  /// The particles on this process's part of the mesh.
  var onMesh: SortedParticles<C>? { parts?.records ?? records }
  /// The profile of the last kick, if the model has one.
  private(set) var profile: LongitudinalProfile<C>?
  /// The records of kicks without and with stored positions.
  private var recordsOfKind: [Bool: SortedParticles<C>] = [:]
  /// What several processes need besides, kept from run to run as the meshes are.
  private let partsMemory = PartsMemory<C>()
  /// For the backward pass: cotangents of the potential, then of the charges, in the planes of this process.
  private(set) lazy var cotangentField = MeshField<C>(
    frame.size, planes: share.planes, isPadded: share.isWhole)
  private(set) lazy var product = KernelSpectrum<C>(frame.size, columns: share.columns)
  /// The rows of this process of a kernel in the space of offsets; nil in one process, which has it in place.
  private lazy var kernelRows =
    share.isWhole ? nil : KernelSpectrum<C>(frame.size, rows: share.rows)

  init(_ options: SpaceChargeOptions, _ workers: Workers) {
    self.options = options
    self.workers = workers
    frame = MeshFrame(options)
    transfer = ParticleMesh(
      frame.size, deposit: options.shape, gather: options.gather ?? options.shape)
    share = MeshShare(frame.size, workers.communicator)
    convolution = OpenConvolution(share, options.planning)
    field = MeshField(frame.size, planes: share.planes, isPadded: share.isWhole)
    kernel = KernelSpectrum(frame.size, columns: share.columns)
  }

  func begin(_ workers: Workers) {
    self.workers = workers
    times = KickTimes()
    kernelSides = nil
    kernelScale = T(1.0)
    mesh = nil
    extent = nil
    records = nil
    parts = nil
    profile = nil
  }

  /// Changes the momenta of particles at fixed time.
  @_specialize(exported:false,where P == Double, C == Double)
  @_specialize(exported:false,where P == Double, C == Float)
  @_specialize(exported:false,where P == Tangent<Double>, C == Tangent<Double>)
  func apply(to particles: ParticleBlocks<P.Word>, _ inputs: EffectSlice<T>) throws {
    let (before, tables) = (workers.communicator.traffic, times.greenFunctions)
    guard let mesh = try potential(of: particles, inputs) else { return }
    guard let records, let onMesh else { return }
    try times.measure(.gather) {
      try transfer.gatherField(to: onMesh, from: window, profile: profile, workers)
    }
    let numbers = SortedParticles<C>.Field.field(keepsPosition: records.keepsPositions)
    try communicate { try $0.sendBack(numbers..<numbers + 3, workers) }
    countTraffic(particles, since: before) {
      $0.bytes(computesKernel: times.greenFunctions > tables)
    }
    let strength = KickStrength(inputs, mesh)
    try times.measure(.push) {
      try forEachTile(particles) { words, count, places, _ in
        Self.push(words, count, places, records, strength, sign: 1)
      }
    }
    times.kicks += 1
  }

  /// Counts what has been sent, and what the formulas say.
  func countTraffic(
    _ particles: ParticleBlocks<P.Word>, since before: Traffic, _ formula: (KickTraffic<C>) -> Int
  ) {
    guard let parts else { return }
    times.traffic.sent += (workers.communicator.traffic - before).bytes
    times.traffic.formula += formula(
      KickTraffic(
        share: share, cut: parts.cut, hasParticles: hasLiving(particles),
        travellers: parts.travellers, profile: profile.map { (rows, $0.bins) },
        chunks: particles.chunks.numbers))
  }

  /// Whether one of the particles of this process lives.
  private func hasLiving(_ particles: ParticleBlocks<P.Word>) -> Bool {
    (0..<particles.tileCount).contains { tile in
      let alive = particles.address(ofTile: tile) + Tile<P.Word>.alivePlane * Tile<P.Word>.capacity
      return P.Word.countNonzero(alive, particles.indices(ofTile: tile).count) > 0
    }
  }

  /// Computes the potential and leaves it in ``field``, and the particles in ``records``.
  ///
  /// - Returns: The mesh; nil if there is no charge, or fewer than two particles.
  func potential(
    of particles: ParticleBlocks<P.Word>, _ inputs: EffectSlice<T>
  ) throws -> Mesh<T>? {
    guard let mesh = try charge(of: particles, inputs) else { return nil }
    try updateKernel(mesh, inputs)
    try times.measure(.convolution) {
      try convolution.convolve(field, with: kernel, factor: C(rounding: factor(mesh)), workers)
    }
    try findProfile(on: mesh)
    if let profile { addToNodes(of: field, profile.charge * towardsPipe(mesh)) }
    try communicate { try $0.giveOut(field, workers) }
    return mesh
  }

  /// Sums the records' weights along the bunch, if the model has a profile.
  func findProfile(on mesh: Mesh<T>) throws {
    guard let bins = mesh.bins, let onMesh else { return }
    profile = try times.measure(.sort) {
      try LongitudinalProfile(of: onMesh, rows: rows, bins: bins, width: mesh.spacing.z, workers)
    }
  }

  /// The rows of cells of a flat mesh that this process has.
  var rows: Range<Int> { parts?.layers ?? 0..<frame.size.y }

  /// Deposits the charge of the records on the mesh, and leaves it in ``field``.
  func depositCharge() throws {
    guard let onMesh else { return }
    try times.measure(.deposit) {
      try transfer.depositCharge(of: onMesh, to: window, parts?.cut, workers)
    }
    try communicate { try $0.collect(field, workers) }
  }

  /// Lets several processes send each other something.
  func communicate(_ body: (MeshParts<C>) throws -> Void) throws {
    guard let parts else { return }
    try times.measure(.messages) { try body(parts) }
  }

  /// The constant to add to the potential at all nodes per charge, so that it is relative to the
  /// pipe [V·m/C]: the difference between the kernels −ln(r²/a²) and −ln(r²/hxhy).
  func towardsPipe(_ mesh: Mesh<T>) -> T {
    let radius = options.pipeRadius ?? 1
    return (1 / (4 * Double.pi * options.vacuumPermittivity))
      * T.log((radius * radius) / (mesh.spacing.x * mesh.spacing.y))
  }

  /// Adds a number to all nodes of a flat field.
  func addToNodes(of field: MeshField<C>, _ number: T) {
    let constant = C(rounding: number)
    for y in 0...frame.size.y {
      for x in 0...frame.size.x { field[x, y, 0] = field[x, y, 0] + constant }
    }
  }

  /// The fields on the mesh of a kick for particles in its frame, which do not change.
  ///
  /// - Returns: nil if there are fewer than two particles.
  func fields(
    of particles: ParticleBlocks<P.Word>, _ inputs: EffectSlice<T>
  ) throws -> MeshFields? {
    // The time is not part of the kicks' times.
    let before = times
    defer { times = before }
    guard try potential(of: particles, inputs) != nil else { return nil }
    let potential = try nodes()
    guard let mesh = try charge(of: particles, inputs) else { return nil }
    return MeshFields(
      mesh, inputs, charges: try nodes(), potential: potential,
      profile: profile?.values.map(\.plain))
  }

  /// The numbers in ``field``; those of its one plane for a flat field. Of several processes, the first gets
  /// those of all planes, and the others none.
  private func nodes() throws -> [Double] {
    let size = frame.size
    let own = (size.isFlat ? 0..<1 : field.planes).flatMap { z in
      (0...size.y).flatMap { y in (0...size.x).map { x in field[x, y, z].plain } }
    }
    if share.isWhole { return own }
    return try workers.communicator.gather(values: own).flatMap(\.self)
  }

  /// Computes the bunch's charge per node [C], and leaves it in ``field``.
  func charge(
    of particles: ParticleBlocks<P.Word>, _ inputs: EffectSlice<T>
  ) throws -> Mesh<T>? {
    guard let mesh = try sort(particles, inputs, keepsPositions: false) else { return nil }
    try shareOut()
    try depositCharge()
    return mesh
  }

  /// Determines the mesh and sorts the particles.
  ///
  /// - Returns: The mesh; nil if there are fewer than two particles.
  func sort(
    _ particles: ParticleBlocks<P.Word>, _ inputs: EffectSlice<T>, keepsPositions: Bool
  ) throws -> Mesh<T>? {
    let extent = try times.measure(.extent) {
      try BunchExtent<T>(particles, as: P.self, workers)
    }
    self.extent = extent
    guard let extent else { return nil }
    let mesh = try frame.mesh(around: extent)
    self.mesh = mesh
    if recordsOfKind[keepsPositions]?.particleCount != particles.count {
      recordsOfKind[keepsPositions] = nil
      recordsOfKind[keepsPositions] = SortedParticles(
        particleCount: particles.count, keepsPositions: keepsPositions)
    }
    records = recordsOfKind[keepsPositions]
    parts = nil
    try times.measure(.sort) {
      try records?.sort(
        particles, as: P.self, on: mesh, margin: frame.margin, unit: inputs.charge, workers)
    }
    return mesh
  }

  /// Brings the sorted records' positions and weights, and if wanted their forces, to the process with their part of
  /// the mesh.
  func shareOut(withForces: Bool = false) throws {
    guard let records else { return }
    if workers.communicator.size > 1 {
      typealias Field = SortedParticles<C>.Field
      let fields = Field.position..<(withForces ? Field.force + 3 : Field.weight + 1)
      parts = try times.measure(.messages) {
        try MeshParts(of: records, fields, share, workers, in: partsMemory)
      }
    }
    times.outside = max(times.outside, parts?.outsideCount ?? records.outsideCount)
  }

  /// The factor from the convolution of charges [C] with the kernel [m²] to volts; on a flat mesh,
  /// where the kernel has no unit, to V·m.
  func factor(_ mesh: Mesh<T>) -> T {
    let scale = 4 * Double.pi * options.vacuumPermittivity * convolution.period
    return mesh.size.isFlat ? T(1 / scale) : kernelScale / (scale * mesh.cellVolume)
  }

  /// Computes the kernel for a mesh, if it must be computed anew, and notes cells that are too long for it.
  func updateKernel(_ mesh: Mesh<T>, _ inputs: EffectSlice<T>) throws {
    noteLongCells(mesh, inputs)
    if try times.measure(.green, { try renewKernel(mesh, inputs) }) { times.greenFunctions += 1 }
  }

  /// Computes the kernel's spectrum, unless the present one can be used: for the same sides, or for
  /// sides that have all grown by one factor, as the kernel is homogeneous of degree 2 (of degree 0
  /// for a flat mesh).
  ///
  /// - Returns: Whether it was computed.
  private func renewKernel(_ mesh: Mesh<T>, _ inputs: EffectSlice<T>) throws -> Bool {
    let isFlat = mesh.size.isFlat
    let sides = (
      x: mesh.spacing.x, y: mesh.spacing.y,
      z: isFlat ? T(1.0) : inputs.reference.gamma * mesh.spacing.z
    )
    if let kept = kernelSides {
      var ratios = [sides.x / kept.x, sides.y / kept.y]
      if !isFlat { ratios.append(sides.z / kept.z) }
      if zip(ratios, ratios.dropFirst()).allSatisfy({ Self.areEqual($0, $1) }) {
        if !hasKernel { try computeKernel(kept) }
        kernelScale = ratios[0] * ratios[0]
        return false
      }
    }
    kernelSides = nil
    try computeKernel(sides)
    kernelSides = sides
    kernelScale = T(1.0)
    return true
  }

  private func computeKernel(_ sides: (x: T, y: T, z: T)) throws {
    let table = kernelRows ?? kernel
    if frame.size.isFlat {
      try PlanarGreenTable<T>(frame.size, ratio: sides.x / sides.y, workers).fill(table, workers)
    } else {
      try GreenTable<T>(frame.size, sides: sides, rows: table.rows, workers).fill(table, workers)
    }
    try convolution.transform(table, to: kernel, workers)
    hasKernel = true
  }

  /// The cotangents of the kernel's values at the offsets of this process, from those of its spectrum in ``product``.
  func offsetCotangents() throws -> KernelSpectrum<C> {
    let table = kernelRows ?? product
    try convolution.transformBack(product, to: table, workers)
    return table
  }

  /// What later kicks depend on: the sides for which the kernel was computed, as a scaled kernel has
  /// other roundings than one computed anew, and the longest cells.
  var memory: [Double] {
    get {
      var numbers = [Double](repeating: 0, count: 5)
      if let kernelSides {
        numbers[0] = kernelSides.x.plain
        numbers[1] = kernelSides.y.plain
        numbers[2] = kernelSides.z.plain
      }
      if let cells = times.longCells {
        numbers[3] = cells.length
        numbers[4] = cells.perWidth
      }
      return numbers
    }
    set {
      guard newValue.count == 5 else { return }
      if newValue[0] > 0 {
        kernelSides = (T(newValue[0]), T(newValue[1]), T(newValue[2]))
        hasKernel = false
      }
      if newValue[3] > 0 {
        times.longCells = LongCells(length: newValue[3], perWidth: newValue[4])
      }
    }
  }

  /// Records the longest cells of the run, if they are above the limit.
  private func noteLongCells(_ mesh: Mesh<T>, _ inputs: EffectSlice<T>) {
    if mesh.size.isFlat { return }
    let length = inputs.reference.gamma.plain * mesh.spacing.z.plain
    let width = max(
      Double(mesh.size.x) * mesh.spacing.x.plain, Double(mesh.size.y) * mesh.spacing.y.plain)
    if let cells = LongCells(length: length, width: width),
      times.longCells.map({ $0.perWidth < cells.perWidth }) ?? true
    {
      times.longCells = cells
    }
  }

  /// Whether two ratios of sides are equal within rounding, including their derivatives.
  private static func areEqual(_ a: T, _ b: T) -> Bool {
    let difference = a - b
    // The comparison includes derivatives: these must agree, too.
    return withUnsafeBytes(of: difference) { bytes in
      bytes.bindMemory(to: Double.self).allSatisfy { abs($0) <= 4e-15 * abs(a.plain) }
    }
  }

  func forEachTile(
    _ particles: ParticleBlocks<P.Word>,
    _ body: @Sendable (UnsafeMutablePointer<P.Word>, Int, UnsafeMutablePointer<Int32>, Int) -> Void
  ) throws {
    guard let records else { return }
    nonisolated(unsafe) let places = records.places
    let perChunk = 16
    try workers.forEach((particles.tileCount + perChunk - 1) / perChunk) { chunk in
      for tile in chunk * perChunk..<min((chunk + 1) * perChunk, particles.tileCount) {
        let indices = particles.indices(ofTile: tile)
        body(particles.address(ofTile: tile), indices.count, places + indices.lowerBound, tile)
      }
    }
  }

  /// Adds `sign` times each particle's kick to its momenta.
  static func push(
    _ words: UnsafeMutablePointer<P.Word>, _ count: Int, _ places: UnsafeMutablePointer<Int32>,
    _ records: SortedParticles<C>, _ strength: KickStrength<T>, sign: Double
  ) {
    let stride = Tile<P.Word>.componentStride
    let pitch = Tile<P.Word>.capacity
    let field = SortedParticles<C>.Field.field(keepsPosition: records.keepsPositions)
    let factors = (sign * strength.x, sign * strength.y, sign * strength.z)
    for i in 0..<count where places[i] >= 0 {
      let record = records.record(Int(places[i]))
      func kick(_ plane: Int, _ factor: T, _ difference: C) {
        let address = words + (plane * pitch + i)
        let momentum = P.load(address, stride: stride).table + factor * difference.table
        P(rounding: momentum).store(to: address, stride: stride)
      }
      kick(1, factors.0, records.load(record, field))
      kick(3, factors.1, records.load(record, field + 1))
      kick(5, factors.2, records.load(record, field + 2))
    }
  }
}
