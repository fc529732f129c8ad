import AutoDiff
import BeamMaps
import LinearAlgebra
import Recording

/// The map of a slice with two tangents, of which each carries the derivative along one direction:
/// the recorded formula, applied to blocks of a tile's particles.
///
/// A Hessian-vector product goes backward by it through elements of which one number varies. It
/// serves those that have no compiled map for such numbers, and is compiled once for all kinds.
final class RecordedPullBack: Sendable {
  typealias Value = RecordedTileMap.Value
  typealias Pair = TangentPair<Value>

  private let formula: BoundFormula<Pair>
  private let machines: BlockMachines<Pair>

  init(_ formula: BoundFormula<Pair>, _ machines: BlockMachines<Pair>) {
    self.formula = formula
    self.machines = machines
  }

  /// The map as a kernel, which moves no tiles.
  var kernel: TangentKernel {
    TangentKernel(
      onTile: nil,
      TangentActions(
        pullBack: { tile, sums in
          self.machines.withOne { self.pullBack(&tile, sums, by: &$0) }
        }))
  }

  /// As ``TangentActions/PullBack``.
  private func pullBack(
    _ tile: inout Tile<Double>, _ sums: UnsafeMutablePointer<Double>,
    by machine: inout BlockMachine<Pair>
  ) {
    let stride = Tile<Double>.componentStride
    let span = Value.componentCount * stride
    var sum = Value.load(sums, stride: Value.laneCount)
    var first = 0
    while first < tile.count {
      let count = min(machine.capacity, tile.count - first)
      machine.begin(groups: (count + Value.laneCount - 1) / Value.laneCount)
      for group in 0..<machine.groupCount {
        let address = tile.base + (first + group * Value.laneCount)
        let point = PhaseSpace<Value>(loadedFrom: address, stride: stride)
        let v = PhaseSpace<Value>(loadedFrom: address + span, stride: stride)
        for i in 0..<6 { machine[i, group: group] = TangentPair(point[i], v[i], .zero) }
      }
      machine.run(formula)
      for group in 0..<machine.groupCount {
        let address = tile.base + (first + group * Value.laneCount)
        let z = PhaseSpace<Pair> { machine.output($0, group: group) }
        sum =
          sum + tile.pullBack(z, machine.isInsideLast(group: group), at: address)
      }
      first += machine.capacity
    }
    sum.store(to: sums, stride: Value.laneCount)
  }
}
