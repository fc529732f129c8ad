import AutoDiff
import BeamDynamics
import Communication
import Foundation

@testable import CollectiveEffects

/// Particles at fixed time, with derivatives if `C` has them, and cotangents of the same layout.
final class TestBunch<C: MeshNumber>: @unchecked Sendable where C.Word == Double {
  let count: Int
  /// Which particles of a greater bunch these are.
  private(set) lazy var share = BunchShare(allOf: count)
  let words: UnsafeMutablePointer<Double>
  private let total: Int

  init(count: Int, _ number: (_ particle: Int, _ coordinate: Int) -> C) {
    self.count = count
    let tiles = (count + Tile<Double>.capacity - 1) / Tile<Double>.capacity
    total = tiles * C.componentCount * Tile<Double>.wordCount
    words = .allocate(capacity: max(total, 1))
    words.initialize(repeating: 0, count: total)
    for i in 0..<count {
      for coordinate in 0..<6 { self[i, coordinate] = number(i, coordinate) }
      self[i, 6] = C(1.0)
      self[i, 7] = C(1.0)
    }
  }

  deinit { words.deallocate() }

  var blocks: ParticleBlocks<Double> {
    ParticleBlocks(base: words, share: share, blockCount: C.componentCount)
  }

  /// Coordinates x, px, y, py, z, pz, weight, alive.
  subscript(i: Int, plane: Int) -> C {
    get { C.load(address(i, plane), stride: Tile<Double>.componentStride) }
    set { newValue.store(to: address(i, plane), stride: Tile<Double>.componentStride) }
  }

  private func address(_ i: Int, _ plane: Int) -> UnsafeMutablePointer<Double> {
    let (tile, place) = i.quotientAndRemainder(dividingBy: Tile<Double>.capacity)
    return words + tile * C.componentCount * Tile<Double>.wordCount
      + plane * Tile<Double>.capacity + place
  }

  /// The particles of a process.
  func part(_ share: BunchShare) -> TestBunch<C> {
    let part = TestBunch<C>(count: share.count) { self[share.first + $0, $1] }
    part.share = share
    for i in 0..<share.count {
      part[i, 6] = self[share.first + i, 6]
      part[i, 7] = self[share.first + i, 7]
    }
    return part
  }

  func copy() -> TestBunch<C> {
    let result = TestBunch<C>(count: count) { self[$0, $1] }
    for i in 0..<count {
      result[i, 6] = self[i, 6]
      result[i, 7] = self[i, 7]
    }
    return result
  }
}

/// Numbers that look random and are the same on every machine.
struct Sequence64 {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Uniform in (−1, 1).
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 11) + 0.5) * 0x1p-52 - 1
  }

  /// About normal: a sum of twelve.
  mutating func normal() -> Double {
    (0..<12).reduce(0) { sum, _ in sum + next() } / 2
  }
}

func kickInputs<T: TableNumber>(
  _ length: T = T(0.01), energy: T = T(0.00714), charge: T = T(2e-14)
) -> EffectSlice<T> {
  EffectSlice(
    length: length,
    reference: ReferenceParticle(species: .proton, kineticEnergyOverMass: energy), charge: charge)
}

extension CollectiveEffect {
  /// A run with derivatives: all space charge has them.
  func start(_ workers: Workers) -> any DifferentiableEffectRun {
    guard let run = begin(workers) as? any DifferentiableEffectRun else {
      preconditionFailure("space charge is differentiable")
    }
    return run
  }
}
