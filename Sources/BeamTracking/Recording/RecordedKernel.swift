import AutoDiff
import LinearAlgebra
import Recording
import Synchronization

/// Machines for blocks of particles, kept from one use to the next: each thread takes one, and gives it
/// back.
final class BlockMachines<S: InterpretedScalar & ParticleScalar>: Sendable {
  /// A machine, which is used by one thread at a time.
  private final class Holder: @unchecked Sendable {
    var machine = BlockMachine<S>(variables: 6)
  }

  private let idle = Mutex<[Holder]>([])

  func with(_ body: (inout BlockMachine<S>) -> Void) {
    let holder = idle.withLock { $0.popLast() } ?? Holder()
    body(&holder.machine)
    idle.withLock { $0.append(holder) }
  }
}

extension BlockMachine where S: ParticleScalar {
  /// The coordinates that the formula that was run last gives for a group.
  @inline(__always)
  fileprivate func point(group: Int) -> PhaseSpace<S> {
    PhaseSpace(
      x: output(0, group: group), px: output(1, group: group), y: output(2, group: group),
      py: output(3, group: group), t: output(4, group: group), pt: output(5, group: group))
  }

  @inline(__always)
  fileprivate mutating func set(_ z: PhaseSpace<S>, group: Int) {
    self[0, group: group] = z.x
    self[1, group: group] = z.px
    self[2, group: group] = z.y
    self[3, group: group] = z.py
    self[4, group: group] = z.t
    self[5, group: group] = z.pt
  }

  /// As `TransferMap`'s way with a tile.
  @inline(__always)
  fileprivate mutating func move(_ tile: inout Tile<S.Word>, by formula: BoundFormula<S>) {
    let (pitch, stride) = (Tile<S.Word>.capacity, Tile<S.Word>.componentStride)
    var first = 0
    while first < tile.count {
      let count = min(capacity, tile.count - first)
      load(from: tile.base + first, pitch: pitch, stride: stride, count: count)
      run(formula)
      for group in 0..<groupCount {
        let address = tile.base + (first + group * S.laneCount)
        let isInside = isInsideLast(group: group)
        let z = point(group: group)
        if tile.isIntact && isInside.all {
          z.store(to: address, stride: stride)
        } else {
          tile.settle(z, isInside, at: address)
        }
      }
      first += count
    }
  }
}

extension TangentKernel {
  /// Second derivatives along one direction, from a recording: the same as of a map that is compiled.
  init<V: InterpretedScalar & ParticleScalar>(
    _ formula: BoundFormula<Tangent<V>>, _ machines: BlockMachines<Tangent<V>>
  ) where V.Word == Double {
    onTile = { tile in machines.with { $0.move(&tile, by: formula) } }
    var actions = TangentActions<Double>()
    actions.project = { tile, points, direction, results, sums in
      machines.with { $0.project(formula, &tile, points, direction, results, sums) }
    }
    self.actions = actions
  }

  /// A pair of tangents, whose numbers may carry derivatives themselves, from a recording.
  init<V: InterpretedScalar & ParticleScalar>(
    _ formula: BoundFormula<TangentPair<V>>, _ machines: BlockMachines<TangentPair<V>>
  ) where V.Word == Double {
    onTile = { _ in preconditionFailure("pairs of tangents take cotangents back only") }
    var actions = TangentActions<Double>()
    actions.pullBack = { tile, sums in machines.with { $0.pullBack(formula, &tile, sums) } }
    self.actions = actions
  }
}

extension BlockMachine where S: ParticleScalar {
  /// As that of `TangentActions`.
  @inline(__always)
  fileprivate mutating func project<V: ParticleScalar>(
    _ formula: BoundFormula<S>, _ tile: inout Tile<Double>,
    _ points: UnsafeMutablePointer<Double>, _ direction: Vector6<Double>,
    _ results: UnsafeMutablePointer<Double>?, _ sums: UnsafeMutablePointer<Double>?
  ) where S == Tangent<V>, V.Word == Double {
    let stride = Tile<Double>.componentStride
    let span = V.componentCount * stride
    var tangent = PhaseSpace<V>.zero
    for i in 0..<6 { tangent[i] = V(direction[i]) }
    var sum = V.zero
    var first = 0
    while first < tile.count {
      begin(groups: (min(capacity, tile.count - first) + V.laneCount - 1) / V.laneCount)
      for group in 0..<groupCount {
        let point = PhaseSpace<V>(
          loadedFrom: points + (first + group * V.laneCount), stride: stride)
        set(PhaseSpace(point, tangent: tangent), group: group)
      }
      run(formula)
      for group in 0..<groupCount {
        let offset = first + group * V.laneCount
        let address = tile.base + offset
        let v = PhaseSpace<V>(loadedFrom: address + span, stride: stride)
        let u = point(group: group).map { $0.tangent }
        let isAlive = isInsideLast(group: group) .& Tile.aliveMask(V.self, at: address)
        let product = V.select(isAlive, v.wedge(u), .zero)
        if let results { product.store(to: results + offset, stride: stride) }
        sum = sum + product
      }
      first += capacity
    }
    if let sums {
      (V.load(sums, stride: V.laneCount) + sum).store(to: sums, stride: V.laneCount)
    }
  }

  /// As that of `TangentActions`.
  @inline(__always)
  fileprivate mutating func pullBack<V: ParticleScalar>(
    _ formula: BoundFormula<S>, _ tile: inout Tile<Double>, _ sums: UnsafeMutablePointer<Double>
  ) where S == TangentPair<V>, V.Word == Double {
    let stride = Tile<Double>.componentStride
    let span = V.componentCount * stride
    var sum = V.load(sums, stride: V.laneCount)
    var first = 0
    while first < tile.count {
      begin(groups: (min(capacity, tile.count - first) + V.laneCount - 1) / V.laneCount)
      for group in 0..<groupCount {
        let address = tile.base + (first + group * V.laneCount)
        set(
          PhaseSpace(
            PhaseSpace<V>(loadedFrom: address, stride: stride),
            PhaseSpace<V>(loadedFrom: address + span, stride: stride)), group: group)
      }
      run(formula)
      for group in 0..<groupCount {
        let address = tile.base + (first + group * V.laneCount)
        let z = point(group: group)
        let (after, moved) = (z.map { $0.value }, z.map { $0.first })
        let product = moved.wedge(z.map { $0.second })
        let isInside = isInsideLast(group: group)
        if tile.isIntact && isInside.all {
          after.store(to: address, stride: stride)
          moved.store(to: address + span, stride: stride)
          sum = sum + product
        } else {
          let before = PhaseSpace<V>(loadedFrom: address, stride: stride)
          let v = PhaseSpace<V>(loadedFrom: address + span, stride: stride)
          let isAlive = isInside .& Tile.aliveMask(V.self, at: address)
          PhaseSpace.select(isAlive, after, before).store(to: address, stride: stride)
          PhaseSpace.select(isAlive, moved, v).store(to: address + span, stride: stride)
          sum = sum + V.select(isAlive, product, .zero)
        }
      }
      first += capacity
    }
    sum.store(to: sums, stride: V.laneCount)
  }
}
