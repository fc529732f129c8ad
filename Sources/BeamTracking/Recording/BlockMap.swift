import AutoDiff
import LinearAlgebra
import Recording
import Synchronization

/// A group of lanes whose numbers carry two nested tangents: what second derivatives of particles are
/// made of.
typealias SecondLanes = Tangent<Tangent<NativeDoubles>>

/// The map of a slice as a program for blocks of particles with second derivatives along one direction.
@usableFromInline
package final class BlockMap: Sendable {
  let formula: BoundFormula<SecondLanes>
  let machines: BlockMachines

  init(_ formula: BoundFormula<SecondLanes>, _ machines: BlockMachines) {
    self.formula = formula
    self.machines = machines
  }
}

/// Machines for blocks of particles, kept from one use to the next: each thread takes a pair, and gives it
/// back.
final class BlockMachines: Sendable {
  /// Two machines, which are used by one thread at a time.
  final class Pair: @unchecked Sendable {
    /// Takes particles along.
    var move = BlockMachine<SecondLanes>(variables: 6)
    /// Takes points, of which only the tangents are looked at.
    var slope = BlockMachine<SecondLanes>(variables: 6)
  }

  private let idle = Mutex<[Pair]>([])

  func with(_ body: (Pair) -> Void) {
    let pair = idle.withLock { $0.popLast() } ?? Pair()
    body(pair)
    idle.withLock { $0.append(pair) }
  }
}

extension TangentKernel {
  /// The same as of a map that is compiled.
  init(_ map: BlockMap) {
    onTile = { tile in BlockChain([.move(map, slopes: [])]).run(on: &tile) }
    var actions = TangentActions<Double>()
    actions.project = { tile, points, direction, results, sums in
      map.machines.with { $0.slope.project(map.formula, tile, points, direction, results, sums) }
    }
    self.actions = actions
    block = map
  }
}

extension BlockMachine where S == SecondLanes {
  /// As that of `TangentActions`.
  fileprivate mutating func project(
    _ formula: BoundFormula<S>, _ tile: borrowing Tile<Double>,
    _ points: UnsafeMutablePointer<Double>, _ direction: Vector6<Double>,
    _ results: UnsafeMutablePointer<Double>?, _ sums: UnsafeMutablePointer<Double>?
  ) {
    typealias V = Tangent<NativeDoubles>
    let stride = Tile<Double>.componentStride
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
      for group in 0..<groupCount {
        let offset = first + group * V.laneCount
        let address = tile.base + offset
        let v = PhaseSpace<V>(
          loadedFrom: address + V.componentCount * stride, stride: stride)
        let isAlive = insideLast[group] .& Tile.aliveMask(V.self, at: address)
        let product = V.select(isAlive, v.wedge(tangents(group)), .zero)
        if let results { product.store(to: results + offset, stride: stride) }
        sum = sum + product
      }
      first += capacity
    }
    if let sums {
      (V.load(sums, stride: V.laneCount) + sum).store(to: sums, stride: V.laneCount)
    }
  }

  /// The tangents of what the formula that was run last gave for a group of particles.
  @inline(__always)
  func tangents(_ group: Int) -> PhaseSpace<Tangent<NativeDoubles>> {
    PhaseSpace { i in outputs(i)[group].tangent }
  }
}
