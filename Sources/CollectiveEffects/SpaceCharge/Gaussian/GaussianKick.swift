import AutoDiff
import BeamTracking
import Communication

/// The kick of a bunch on itself, approximated by a Gaussian with its centroid and sizes, for
/// scalars `P`.
struct GaussianKick<P: MeshNumber>: Sendable {
  typealias T = P.Table
  typealias Wide = P.Wide

  let vacuumPermittivity: Double
  let workers: Workers

  /// Changes the momenta of particles at fixed time.
  func apply(
    to particles: ParticleBlocks<P.Word>, _ inputs: EffectSlice<T>, _ times: inout KickTimes
  ) throws {
    let sizes = try times.measure(.extent) { try BunchSizes<T>(particles, as: P.self, workers) }
    guard let sizes else { return }
    let scale = GaussianScale(inputs, sizes, vacuumPermittivity)
    let field = GaussianField<Wide>(
      variances: scale.variances, plain: scale.variances.map(\.plain))
    try times.measure(.push) {
      try forEachTile(particles) { tile in
        Self.push(
          particles.address(ofTile: tile), particles.indices(ofTile: tile).count, scale, field)
      }
    }
    times.kicks += 1
  }

  private func forEachTile(
    _ particles: ParticleBlocks<P.Word>, _ body: @Sendable (Int) -> Void
  ) throws {
    let perChunk = 4
    try workers.forEach((particles.tileCount + perChunk - 1) / perChunk) { chunk in
      for tile in chunk * perChunk..<min((chunk + 1) * perChunk, particles.tileCount) { body(tile) }
    }
  }

  private static func push(
    _ words: UnsafeMutablePointer<P.Word>, _ count: Int, _ scale: GaussianScale<T>,
    _ field: GaussianField<Wide>
  ) {
    let group = GaussianGroup<Wide>(words: words, scale)
    let (across, along) = (Wide(scale.total), Wide(scale.total * scale.gamma))
    for i in Swift.stride(from: 0, to: count, by: Wide.laneCount) {
      let isAlive = group.isAlive(i)
      let (x, y, z) = group.position(i, isAlive)
      let e = field(x, y, z)
      group.kick(i, isAlive, (across * e.x, across * e.y, along * e.z))
    }
  }
}

extension GaussianKick where P.Word == Double {
  /// Propagates cotangents v = Ω⁻¹w backward through the kick, and restores momenta.
  ///
  /// As E = −∇ψ, the derivatives of Σ f·E with respect to positions and variances are those of E
  /// and of −∂ψ/∂V along f, which one tangent gives. The derivatives of the variances and the
  /// centroid with respect to positions follow.
  func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: EffectSlice<T>
  ) throws -> EffectCotangents<T> {
    guard let sizes = try BunchSizes<T>(particles, as: P.self, workers) else {
      return EffectCotangents()
    }
    let scale = GaussianScale(inputs, sizes, vacuumPermittivity)
    let field = GaussianField<Tangent<Wide>>(
      variances: scale.variances.map { Tangent($0) }, plain: scale.variances.map(\.plain))
    let chunks = particles.chunks
    let total = try workers.sum(chunks.numbers) { chunk -> GaussianSums<T> in
      var sums = GaussianSums<T>()
      for tile in chunks.tiles(chunk) {
        Self.pullBack(
          cotangents.address(ofTile: tile), particles.address(ofTile: tile),
          particles.indices(ofTile: tile).count, scale, field, &sums)
      }
      return sums
    }
    let sums = total ?? GaussianSums()

    // The cotangents of centroid and variances in the laboratory, per Σ of the weights.
    let gamma = scale.gamma
    let share = scale.total / sizes.weight
    let mean = (-share * sums.slope.0, -share * sums.slope.1, -share * (gamma * sums.slope.2))
    let variance = (
      share * sums.spread.0, share * sums.spread.1, share * (gamma * gamma * sums.spread.2)
    )
    try forEachTile(particles) { tile in
      let group = GaussianGroup<Wide>(words: particles.address(ofTile: tile), scale)
      let cotangentGroup = GaussianGroup<Wide>(words: cotangents.address(ofTile: tile), scale)
      let means = (Wide(mean.0), Wide(mean.1), Wide(mean.2))
      let slopes = (Wide(2.0 * variance.0), Wide(2.0 * variance.1), Wide(2.0 * variance.2))
      let count = particles.indices(ofTile: tile).count
      for i in Swift.stride(from: 0, to: count, by: Wide.laneCount) {
        let isAlive = group.isAlive(i)
        let weight = group.load(i, Tile<Double>.weightPlane)
        func cotangent(_ axis: Int, _ mean: Wide, _ slope: Wide) -> Wide {
          let distance = Wide.select(isAlive, group.distance(i, axis), .zero)
          return weight * (mean + slope * distance)
        }
        cotangentGroup.kick(
          i, isAlive,
          (
            cotangent(0, means.0, slopes.0), cotangent(1, means.1, slopes.1),
            cotangent(2, means.2, slopes.2)
          ))
      }
    }

    var result = EffectCotangents<T>()
    let work = sums.across + sums.along
    result.length = work * scale.perLength
    result.charge = work * scale.perCharge
    var energy: T = work * scale.energySlope + sums.along / gamma
    energy = energy + sums.stretch / gamma
    energy = energy + 2.0 * gamma * (sizes.variance[2] * sums.spread.2)
    result.kineticEnergyOverMass = scale.total * energy
    return result
  }

  private static func pullBack(
    _ cotangents: UnsafeMutablePointer<Double>, _ words: UnsafeMutablePointer<Double>,
    _ count: Int, _ scale: GaussianScale<T>, _ field: GaussianField<Tangent<Wide>>,
    _ sums: inout GaussianSums<T>
  ) {
    let group = GaussianGroup<Wide>(words: words, scale)
    let cotangentGroup = GaussianGroup<Wide>(words: cotangents, scale)
    let gamma = Wide(scale.gamma)
    let (across, along) = (Wide(scale.total), Wide(scale.total * scale.gamma))
    for i in Swift.stride(from: 0, to: count, by: Wide.laneCount) {
      let isAlive = group.isAlive(i)
      let (x, y, z) = group.position(i, isAlive)
      // Δp̄ = w_p = −v_q
      func force(_ axis: Int) -> Wide {
        Wide.select(isAlive, -cotangentGroup.load(i, 2 * axis), .zero)
      }
      let (fx, fy, fz) = (force(0), force(1), gamma * force(2))
      let (e, u) = field.withSpread(
        Tangent(x, tangent: fx), Tangent(y, tangent: fy), Tangent(z, tangent: fz))
      group.kick(
        i, isAlive, (-(across * e.x.value), -(across * e.y.value), -(along * e.z.value)))
      cotangentGroup.kick(
        i, isAlive, (across * e.x.tangent, across * e.y.tangent, along * e.z.tangent))
      sums.across = sums.across + group.sum(fx * e.x.value + fy * e.y.value)
      sums.along = sums.along + group.sum(fz * e.z.value)
      sums.stretch = sums.stretch + group.sum(e.z.tangent * z)
      sums.slope.0 = sums.slope.0 + group.sum(e.x.tangent)
      sums.slope.1 = sums.slope.1 + group.sum(e.y.tangent)
      sums.slope.2 = sums.slope.2 + group.sum(e.z.tangent)
      sums.spread.0 = sums.spread.0 - group.sum(u.x.tangent)
      sums.spread.1 = sums.spread.1 - group.sum(u.y.tangent)
      sums.spread.2 = sums.spread.2 - group.sum(u.z.tangent)
    }
  }
}

/// The factors from the field of the bunch at rest to changes of momenta in units of p0.
///
/// Let E be the field at rest of a charge with Q/4πε0 = 1 [m⁻²]. In the laboratory, the electric and
/// the magnetic force across the motion add up to qE/γ0, and the force along it is qE, both with the
/// factor Q/4πε0 (J. D. Jackson, Classical Electrodynamics, 3rd ed. (1999), eq. (11.149), for the
/// fields of a frame in motion). They act for the time Δs/(β0c) on momenta in units of p0 = β0γ0mc:
///
///     Δpx = F·Ex,  Δpy = F·Ey,  Δpz = γ0·F·Ez,   F = qΔs/(β0²γ0²mc²) · Q/4πε0.
struct GaussianScale<T: TableNumber>: Sendable {
  /// F [m²].
  var total: T
  /// F/Δs [m]; it does not depend on Δs.
  var perLength: T
  /// F over the charge of a particle of weight 1 [m²/C]; it does not depend on that charge.
  var perCharge: T
  /// d(ln F)/dγ0 = −2γ0/(β0γ0)², as F depends on the energy by 1/(γ0² − 1).
  var energySlope: T
  /// γ0 of the reference particle.
  var gamma: T
  /// The bunch's centroid [m].
  var mean: (x: T, y: T, z: T)
  /// The variances at rest [m²]: those across as in the laboratory, that along times γ0².
  var variances: [T]

  /// The factors for the charge of all particles, Q = `inputs.charge` times the sum of weights, over
  /// the length Δs = `inputs.length`.
  init(_ inputs: EffectSlice<T>, _ sizes: BunchSizes<T>, _ vacuumPermittivity: Double) {
    let species = inputs.reference.species
    let volts = species.mass * 1e6 / species.chargeNumber
    gamma = inputs.reference.gamma
    let momentum = inputs.reference.betaGamma
    let square = momentum * momentum
    let unit = (4 * Double.pi * vacuumPermittivity) * volts
    let strength = sizes.weight / (unit * square)
    perLength = strength * inputs.charge
    perCharge = strength * inputs.length
    total = perLength * inputs.length
    energySlope = -2.0 * gamma / square
    mean = (sizes.mean[0], sizes.mean[1], sizes.mean[2])
    variances = [sizes.variance[0], sizes.variance[1], gamma * gamma * sizes.variance[2]]
  }
}

/// A group of particles of a tile in lanes, with coordinates in the rest frame of the bunch.
private struct GaussianGroup<S: ParticleScalar> {
  private let words: UnsafeMutablePointer<S.Word>
  private let mean: (S, S, S)
  private let gamma: S
  @inline(__always) private var stride: Int { Tile<S.Word>.componentStride }
  @inline(__always) private var pitch: Int { Tile<S.Word>.capacity }

  init<T: TableNumber>(words: UnsafeMutablePointer<S.Word>, _ scale: GaussianScale<T>)
  where S.Constant == T {
    self.words = words
    mean = (S(scale.mean.x), S(scale.mean.y), S(scale.mean.z))
    gamma = S(scale.gamma)
  }

  @inline(__always)
  func load(_ i: Int, _ plane: Int) -> S { S.load(words + (plane &* pitch &+ i), stride: stride) }

  /// Storage after the last particle is marked as lost.
  @inline(__always)
  func isAlive(_ i: Int) -> S.Mask { S.zero < load(i, Tile<S.Word>.alivePlane) }

  /// The distance from the centroid [m], in the laboratory.
  @inline(__always)
  func distance(_ i: Int, _ axis: Int) -> S {
    load(i, 2 &* axis) - (axis == 0 ? mean.0 : axis == 1 ? mean.1 : mean.2)
  }

  /// The distance from the centroid [m], at rest; 0 for lost particles.
  @inline(__always)
  func position(_ i: Int, _ isAlive: S.Mask) -> (x: S, y: S, z: S) {
    (
      S.select(isAlive, distance(i, 0), .zero), S.select(isAlive, distance(i, 1), .zero),
      S.select(isAlive, gamma * distance(i, 2), .zero)
    )
  }

  /// Adds to the momenta of the living particles.
  @inline(__always)
  func kick(_ i: Int, _ isAlive: S.Mask, _ change: (S, S, S)) {
    func add(_ plane: Int, _ change: S) {
      let before = load(i, plane)
      S.select(isAlive, before + change, before)
        .store(to: words + (plane &* pitch &+ i), stride: stride)
    }
    add(1, change.0)
    add(3, change.1)
    add(5, change.2)
  }
}

extension GaussianGroup where S.Word == Double, S.Constant: TableNumber {
  /// The sum over lanes in their order, for any number of lanes.
  @inline(__always)
  func sum(_ number: S) -> S.Constant {
    var memory = InlineArray<64, Double>(repeating: 0)
    var sum = S.Constant(0.0)
    var span = memory.mutableSpan
    span.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      number.store(to: base, stride: 16)
      for lane in 0..<S.laneCount { sum = sum + S.Constant.load(base + lane, stride: 16) }
    }
    return sum
  }
}

/// The sums over particles for the derivatives with respect to the bunch's properties; f is the
/// cotangent of a kick, at rest.
private struct GaussianSums<T: TableNumber>: Mergeable, Packable, Sendable {
  /// Σ f·E, across and along.
  var across = T(0.0)
  var along = T(0.0)
  /// Σ z ∂(f·E)/∂z
  var stretch = T(0.0)
  /// Σ ∂(f·E)/∂x and so on.
  var slope = (T(0.0), T(0.0), T(0.0))
  /// Σ ∂(f·E)/∂V
  var spread = (T(0.0), T(0.0), T(0.0))

  mutating func merge(_ later: Self) {
    across = across + later.across
    along = along + later.along
    stretch = stretch + later.stretch
    slope.0 = slope.0 + later.slope.0
    slope.1 = slope.1 + later.slope.1
    slope.2 = slope.2 + later.slope.2
    spread.0 = spread.0 + later.spread.0
    spread.1 = spread.1 + later.spread.1
    spread.2 = spread.2 + later.spread.2
  }
}
