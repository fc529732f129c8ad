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
  /// As `TransferMap`'s way with a tile.
  @inline(__always)
  fileprivate mutating func move(_ tile: inout Tile<S.Word>, by formula: BoundFormula<S>) {
    let (pitch, stride) = (Tile<S.Word>.capacity, Tile<S.Word>.componentStride)
    var first = 0
    while first < tile.count {
      let count = min(capacity, tile.count - first)
      load(from: tile.base + first, pitch: pitch, stride: stride, count: count)
      run(formula)
      let (moved, inside) = (MovedPoints(self), insideLast)
      for group in 0..<groupCount {
        let address = tile.base + (first + group * S.laneCount)
        let isInside = inside[group]
        let z = moved[group]
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
        let z = PhaseSpace<S>(point, tangent: tangent)
        for i in 0..<6 { self[i, group: group] = z[i] }
      }
      run(formula)
      let (moved, inside) = (MovedPoints(self), insideLast)
      for group in 0..<groupCount {
        let offset = first + group * V.laneCount
        let address = tile.base + offset
        let v = PhaseSpace<V>(loadedFrom: address + span, stride: stride)
        let u = moved[group].map { $0.tangent }
        let isAlive = inside[group] .& Tile.aliveMask(V.self, at: address)
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
}

/// Where a block's coordinates are after a formula has been run.
private struct MovedPoints<S: InterpretedScalar & ParticleScalar> {
  private let x, px, y, py, t, pt: UnsafePointer<S>

  @inline(__always)
  init(_ machine: borrowing BlockMachine<S>) {
    (x, px) = (machine.outputs(0), machine.outputs(1))
    (y, py) = (machine.outputs(2), machine.outputs(3))
    (t, pt) = (machine.outputs(4), machine.outputs(5))
  }

  @inline(__always)
  subscript(group: Int) -> PhaseSpace<S> {
    PhaseSpace(
      x: x[group], px: px[group], y: y[group], py: py[group], t: t[group], pt: pt[group])
  }
}
