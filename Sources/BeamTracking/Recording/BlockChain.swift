import AutoDiff
import Recording

/// What happens to particles with second derivatives one after the other, with nobody looking in between:
/// a block of them is read from its tile once, and written back behind the last link.
package struct BlockChain {
  package enum Link {
    /// A map; for each slope, a map whose constants alone carry a tangent: v ∧ u is added to the sum of
    /// this number, where u is the tangent of its image of the points before, and v are the particles'
    /// tangents behind.
    case move(BlockMap, slopes: [(map: BlockMap, sum: Int)])
    /// The tangents are multiplied.
    case scale(Tangent<Double>)
  }

  private let links: [Link]

  package init(_ links: [Link]) { self.links = links }

  /// - Parameter sums: Where each sum stands: a group of lanes.
  package func run(
    on tile: inout Tile<Double>,
    sums: (Int) -> UnsafeMutablePointer<Double> = { _ in preconditionFailure("there are no slopes") }
  ) {
    let machines = links.lazy.compactMap { link in
      if case .move(let map, _) = link { map.machines } else { nil }
    }.first
    machines?.with { machines in
      var first = 0
      while first < tile.count {
        let count = min(machines.move.capacity, tile.count - first)
        machines.load(first, count, of: tile)
        for link in links { machines.pass(link, sums) }
        machines.store(first, to: &tile)
        first += count
      }
    }
  }
}

extension BlockMachines.Pair {
  private typealias Value = Tangent<NativeDoubles>

  fileprivate func load(_ first: Int, _ count: Int, of tile: borrowing Tile<Double>) {
    move.load(
      from: tile.base + first, pitch: Tile<Double>.capacity, stride: Tile<Double>.componentStride,
      count: count)
    if tile.isIntact { return }
    for group in 0..<move.groupCount {
      move.keepOut(
        .!Tile<Double>.aliveMask(
          SecondLanes.self, at: tile.base + (first + group * NativeDoubles.laneCount)),
        group: group)
    }
  }

  /// Writes the block back, and marks those that were outside the domain of a map as lost.
  fileprivate func store(_ first: Int, to tile: inout Tile<Double>) {
    for group in 0..<move.groupCount {
      let address = tile.base + (first + group * NativeDoubles.laneCount)
      let z = PhaseSpace<SecondLanes> { move[$0, group: group] }
      z.store(to: address, stride: Tile<Double>.componentStride)
      let isInside = move.isInside(group: group)
      if !(tile.isIntact && isInside.all) { tile.settle(z, isInside, at: address) }
    }
  }

  fileprivate func pass(_ link: BlockChain.Link, _ sums: (Int) -> UnsafeMutablePointer<Double>) {
    switch link {
    case .move(let map, let slopes):
      if !slopes.isEmpty { takePoints() }
      move.run(map.formula)
      move.accept()
      for slope in slopes { add(slope.map.formula, to: sums(slope.sum)) }
    case .scale(let factor):
      let factor = Value(factor)
      for i in 0..<6 {
        for group in 0..<move.groupCount { move[i, group: group].tangent *= factor }
      }
    }
  }

  /// The points where the particles are, without tangents.
  private func takePoints() {
    slope.begin(groups: move.groupCount)
    for i in 0..<6 {
      for group in 0..<move.groupCount {
        slope[i, group: group] = SecondLanes(move[i, group: group].value)
      }
    }
  }

  private func add(
    _ formula: BoundFormula<SecondLanes>, to sum: UnsafeMutablePointer<Double>
  ) {
    slope.run(formula)
    var total = Value.load(sum, stride: NativeDoubles.laneCount)
    for group in 0..<move.groupCount {
      let v = PhaseSpace<Value> { move[$0, group: group].tangent }
      let counts = move.isInside(group: group) .& slope.insideLast[group]
      total = total + Value.select(counts, v.wedge(slope.tangents(group)), .zero)
    }
    total.store(to: sum, stride: NativeDoubles.laneCount)
  }
}
