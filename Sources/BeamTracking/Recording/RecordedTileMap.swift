import AutoDiff
import BeamMaps
import LinearAlgebra
import Recording

/// The map of a slice for tiles of particles with second derivatives along one direction: the
/// recorded formula, applied to blocks of a tile's particles.
///
/// It serves elements that have no compiled map for such numbers. It takes about 1.5 times as long
/// as that, and is compiled once for all kinds of elements.
final class RecordedTileMap: Sendable {
  /// A group of lanes with derivatives along one direction.
  typealias Value = Tangent<Lanes<NativeDoubleShape.Shape>>

  private let formula: BoundFormula<Tangent<Value>>
  private let machines: BlockMachines<Tangent<Value>>

  init(_ formula: BoundFormula<Tangent<Value>>, _ machines: BlockMachines<Tangent<Value>>) {
    self.formula = formula
    self.machines = machines
  }

  /// The map as a kernel.
  var kernel: TangentKernel {
    TangentKernel(
      onTile: { tile in self.machines.withOne { self.move(&tile, by: &$0) } },
      TangentActions(
        project: { tile, points, direction, results, sums in
          self.machines.withOne {
            self.project(tile, points, direction, results, sums, by: &$0)
          }
        }))
  }

  /// Moves the living particles and their tangents.
  private func move(
    _ tile: inout Tile<Double>, by machine: inout BlockMachine<Tangent<Value>>
  ) {
    let (pitch, stride) = (Tile<Double>.capacity, Tile<Double>.componentStride)
    var first = 0
    while first < tile.count {
      machine.load(
        from: tile.base + first, pitch: pitch, stride: stride,
        count: min(machine.capacity, tile.count - first))
      machine.run(formula)
      for group in 0..<machine.groupCount {
        let address = tile.base + (first + group * Value.laneCount)
        let z = PhaseSpace<Tangent<Value>> { machine.output($0, group: group) }
        let isInside = machine.isInsideLast(group: group)
        if tile.isIntact && isInside.all {
          z.store(to: address, stride: stride)
        } else {
          tile.settle(z, isInside, at: address)
        }
      }
      first += machine.capacity
    }
  }

  /// As ``TangentActions/Projection``.
  private func project(
    _ tile: borrowing Tile<Double>, _ points: UnsafeMutablePointer<Double>,
    _ direction: Vector6<Double>, _ results: UnsafeMutablePointer<Double>?,
    _ sums: UnsafeMutablePointer<Double>?, by machine: inout BlockMachine<Tangent<Value>>
  ) {
    let stride = Tile<Double>.componentStride
    let tangent = PhaseSpace<Value> { Value(direction[$0]) }
    var sum = Value.zero
    var first = 0
    while first < tile.count {
      let count = min(machine.capacity, tile.count - first)
      machine.begin(groups: (count + Value.laneCount - 1) / Value.laneCount)
      for group in 0..<machine.groupCount {
        let point = PhaseSpace<Value>(
          loadedFrom: points + (first + group * Value.laneCount), stride: stride)
        for i in 0..<6 { machine[i, group: group] = Tangent(point[i], tangent: tangent[i]) }
      }
      machine.run(formula)
      for group in 0..<machine.groupCount {
        let offset = first + group * Value.laneCount
        let address = tile.base + offset
        let v = PhaseSpace<Value>(
          loadedFrom: address + Value.componentCount * stride, stride: stride)
        let u = PhaseSpace<Value> { machine.output($0, group: group).tangent }
        let counts =
          machine.isInsideLast(group: group) .& Tile<Double>.aliveMask(Value.self, at: address)
        let product = Value.select(counts, v.wedge(u), .zero)
        if let results { product.store(to: results + offset, stride: stride) }
        sum = sum + product
      }
      first += machine.capacity
    }
    if let sums {
      let total = Value.load(sums, stride: Value.laneCount) + sum
      total.store(to: sums, stride: Value.laneCount)
    }
  }
}
