import AutoDiff
import BeamTracking
import Communication
import FourierTransform
import Synchronization
import SystemLibrary

/// Space charge in three dimensions: the charge on a mesh around the bunch, and its potential with
/// open boundaries by the integrated Green's function, in the rest frame of the bunch.
///
/// J. Qiang et al., Phys. Rev. ST Accel. Beams 9, 044204 (2006), doi:10.1103/PhysRevSTAB.9.044204.
public struct MeshSpaceCharge: SpaceChargeModel {
  public static let name = "3D"
  public static let summary =
    "Charge on a mesh in the rest frame; potential by the integrated Green's function."

  /// The options.
  public var options: SpaceChargeOptions { pool.options }
  private let pool: MeshPool

  public var frame: EffectFrame { .fixedTime }
  public var slicing: EffectSlicing { options.slicing }

  /// - Throws: ``SpaceChargeError`` if the mesh has too few cells, or needs more than the available
  ///   memory.
  public init(_ options: SpaceChargeOptions) throws {
    pool = try MeshPool(options, dimensions: Self.meshDimensions)
  }

  /// The memory of the mesh and the Green's function [bytes].
  public static func byteCount(_ options: SpaceChargeOptions) -> Int {
    // Beyond this limit, sizes would overflow; no machine has the memory for them.
    if options.cells.contains(where: { $0 > 1 << 20 }) { return .max }
    let size = MeshFrame(options).size
    let (sum, isTooLarge) =
      options.precision == .single
      ? MeshField<Float>.byteCount(size).addingReportingOverflow(
        KernelSpectrum<Float>.byteCount(size))
      : MeshField<Double>.byteCount(size).addingReportingOverflow(
        KernelSpectrum<Double>.byteCount(size))
    return isTooLarge ? .max : sum
  }

  public func begin(_ workers: Workers) -> any EffectRun {
    MeshSpaceChargeRun(pool, workers)
  }
}

/// The meshes of one run: made at the first use, or taken over from a run that has ended.
public final class MeshSpaceChargeRun: DifferentiableEffectRun, @unchecked Sendable {
  // Unchecked: a run makes one kick at a time.
  private let pool: MeshPool
  private let engines: MeshEngines
  private let workers: Workers
  private var options: SpaceChargeOptions { pool.options }
  /// The precisions of the kicks so far; nil before the first.
  private var pair: PrecisionPair?
  /// The computing times of the kicks without derivatives.
  public private(set) var times = KickTimes()

  init(_ pool: MeshPool, _ workers: Workers) {
    self.pool = pool
    self.workers = workers
    engines = pool.take()
    engines.begin(workers)
  }

  deinit { pool.giveBack(engines) }

  public func apply(to particles: ParticleBlocks<Double>, _ inputs: EffectSlice<Double>) throws {
    pair = options.precision == .single ? .doubleOnSingle : .double
    if options.precision == .single {
      try engines.doubleOnSingle.apply(to: particles, inputs)
      times = engines.doubleOnSingle.times
    } else {
      try engines.double.apply(to: particles, inputs)
      times = engines.double.times
    }
  }

  public func apply(to particles: ParticleBlocks<Float>, _ inputs: EffectSlice<Double>) throws {
    pair = options.precision == .double ? .singleOnDouble : .single
    if options.precision == .double {
      try engines.singleOnDouble.apply(to: particles, inputs)
      times = engines.singleOnDouble.times
    } else {
      try engines.single.apply(to: particles, inputs)
      times = engines.single.times
    }
  }

  public func apply(
    to particles: ParticleBlocks<Double>, _ inputs: EffectSlice<Tangent<Double>>
  ) throws {
    try engines.tangent.apply(to: particles, inputs)
  }

  public func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: EffectSlice<Double>
  ) throws -> EffectCotangents<Double> {
    try engines.double.pullBack(cotangents, particles, inputs)
  }

  public func pullBack(
    _ cotangents: ParticleBlocks<Double>, _ particles: ParticleBlocks<Double>,
    _ inputs: EffectSlice<Tangent<Double>>
  ) throws -> EffectCotangents<Tangent<Double>> {
    let gather = options.gather ?? options.shape
    for shape in [options.shape, gather] where shape != .cubic {
      throw SpaceChargeError.shapeHasNoSecondDerivative(shape)
    }
    return try engines.tangent.pullBack(cotangents, particles, inputs)
  }

  /// The fields on the mesh of a kick for particles in its frame, always in double precision; the
  /// particles do not change.
  ///
  /// - Returns: nil if fewer than two particles live.
  /// - Throws: ``SpaceChargeError`` if all particles have the same coordinate on an axis,
  ///   `Interruption` if the workers were stopped.
  public func fields<Word: ParticleWord>(
    of particles: ParticleBlocks<Word>, _ inputs: EffectSlice<Double>
  ) throws -> MeshFields? {
    if let particles = particles as? ParticleBlocks<Float> {
      return try engines.singleOnDouble.fields(of: particles, inputs)
    }
    guard let particles = particles as? ParticleBlocks<Double> else { return nil }
    return try engines.double.fields(of: particles, inputs)
  }

  /// The pair of precisions, and what the mesh of this pair keeps.
  public var memory: [Double] {
    get { pair.map { [Double($0.rawValue)] + engines[$0].memory } ?? [] }
    set {
      guard let first = newValue.first, let pair = PrecisionPair(rawValue: Int(first)) else {
        return
      }
      self.pair = pair
      engines[pair].memory = Array(newValue.dropFirst())
      times = engines[pair].times
    }
  }

  public var seconds: [(part: String, seconds: Double)] { times.table }
  public var remarks: [String] { times.longCells.map { [$0.remark] } ?? [] }
}

/// The precisions of particles and of a mesh.
enum PrecisionPair: Int {
  case double, doubleOnSingle, singleOnDouble, single
}

/// The memory of kicks for all scalars; each is made at its first use.
final class MeshEngines: @unchecked Sendable {
  // Unchecked: used by one run at a time.
  private let options: SpaceChargeOptions
  private var workers = Workers.one
  private var kept: [ObjectIdentifier: any MeshEngine] = [:]

  init(_ options: SpaceChargeOptions) { self.options = options }

  /// Begins a run, which must not depend on earlier runs.
  func begin(_ workers: Workers) {
    let (before, now) = (self.workers.communicator, workers.communicator)
    // The memory of a mesh is that of one process of so many.
    if (before.rank, before.size) != (now.rank, now.size) { kept = [:] }
    self.workers = workers
    for engine in kept.values { engine.begin(workers) }
  }

  var double: MeshKick<Double, Double> { engine() }
  var doubleOnSingle: MeshKick<Double, Float> { engine() }
  var singleOnDouble: MeshKick<Float, Double> { engine() }
  var single: MeshKick<Float, Float> { engine() }
  var tangent: MeshKick<Tangent<Double>, Tangent<Double>> { engine() }

  subscript(pair: PrecisionPair) -> any MeshEngine {
    switch pair {
    case .double: double
    case .doubleOnSingle: doubleOnSingle
    case .singleOnDouble: singleOnDouble
    case .single: single
    }
  }

  private func engine<E: MeshEngine>() -> E {
    if let engine = kept[ObjectIdentifier(E.self)] as? E { return engine }
    let engine = E(options, workers)
    kept[ObjectIdentifier(E.self)] = engine
    return engine
  }
}

/// A mesh that several runs may use one after the other.
protocol MeshEngine: AnyObject {
  init(_ options: SpaceChargeOptions, _ workers: Workers)
  /// Discards all contents, but keeps the memory.
  func begin(_ workers: Workers)
  /// The numbers that continue a run; see `EffectRun.memory`.
  var memory: [Double] { get set }
  /// The computing times of the kicks so far.
  var times: KickTimes { get }
}

/// Meshes that are not in use: the next run does not need to request memory again.
final class MeshPool: Sendable {
  let options: SpaceChargeOptions
  private let idle = Mutex<[MeshEngines]>([])

  /// - Throws: ``SpaceChargeError`` if the mesh has too few cells, or needs more than the available
  ///   memory.
  init(_ options: SpaceChargeOptions, dimensions: Int, hasProfile: Bool = false) throws {
    var options = options
    options.hasProfile = hasProfile
    if hasProfile {
      if options.bins < 2 { throw SpaceChargeError.tooFewBins(options.bins) }
      guard let radius = options.pipeRadius, radius > 0 else { throw SpaceChargeError.noPipe }
    }
    options.cells = Array(options.cells.prefix(dimensions))
    guard options.cells.count == dimensions, options.cells.allSatisfy({ $0 >= 2 }) else {
      throw SpaceChargeError.tooFewCells(options.cells)
    }
    self.options = options
    let needed = MeshSpaceCharge.byteCount(options)
    let available = Int(clamping: Host.physicalMemory)
    if needed > available {
      throw SpaceChargeError.meshTooLarge(
        cells: options.cells, bytes: needed, available: available)
    }
  }

  func take() -> MeshEngines {
    idle.withLock { $0.popLast() } ?? MeshEngines(options)
  }

  func giveBack(_ engines: MeshEngines) { idle.withLock { $0.append(engines) } }
}
