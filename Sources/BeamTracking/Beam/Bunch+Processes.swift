import AutoDiff
import BeamMaps
import Communication
import SystemLibrary

// The particles of one bunch in several processes.

extension Bunch {
  /// The particles of this process, of a bunch that has them all.
  public func shared(in communicator: any Communicator) -> Self {
    let part = BunchShare(of: share.total, in: communicator)
    if part == share { return self }
    require(share.isWhole, "a bunch is shared out once")
    let tiles = (part.count + Tile<Word>.capacity - 1) / Tile<Word>.capacity
    let words = TileStorage<Word>(uninitialized: tiles * Tile<Word>.wordCount) { target in
      let first = part.first / Tile<Word>.capacity * Tile<Word>.wordCount
      storage.withUnsafeBufferPointer { source in
        _ = target.initialize(fromContentsOf: source[first..<first + target.count])
      }
    }
    var bunch = Self(reference: reference, share: part, storage: words)
    bunch.hasUniformWeights = hasUniformWeights
    return bunch
  }

  /// The particles of a bunch as a part of a larger one.
  package init(_ part: Self, as share: BunchShare) {
    require(part.count == share.count, "a share has as many particles as it says")
    self.init(reference: part.reference, share: share, storage: part.storage)
    hasUniformWeights = part.hasUniformWeights
  }

  /// Stops the program if the particles are not those of this process.
  package func requireShare(in communicator: any Communicator) {
    require(
      share == BunchShare(of: share.total, in: communicator),
      "the bunch has the particles \(share.numbers) of \(share.total), which are not those of process "
        + "\(communicator.rank) of \(communicator.size); see `Bunch.shared(in:)`")
  }

  /// Σw of all particles, living or lost, in all processes [real particles].
  ///
  /// - Throws: What the processes throw if they cannot communicate.
  package func totalWeight(_ communicator: any Communicator) throws -> Double {
    if share.total == 0 { return 0 }
    if hasUniformWeights {
      // The first process has particles if there are any.
      let one = count > 0 ? weight(of: 0) : 0
      return Double(share.total) * (try communicator.broadcast(value: one))
    }
    let chunks = TileChunks(share)
    var sum = TreeSum<Double>(from: chunks.numbers.lowerBound)
    for chunk in chunks.numbers {
      var part = 0.0
      for tile in chunks.tiles(chunk) {
        let first = tile * Tile<Word>.capacity
        for i in first..<min(first + Tile<Word>.capacity, count) { part += weight(of: i) }
      }
      sum.append(part)
    }
    return try communicator.total(sum) ?? 0
  }

  /// The number of living particles in all processes, in every process.
  ///
  /// - Throws: What the processes throw if they cannot communicate.
  package func totalAlive(_ communicator: any Communicator) throws -> Int {
    let own = (0..<count).count { isAlive($0) }
    return try communicator.allGather(values: own).reduce(0, +)
  }

  /// Some particles, which several processes have, in the first one.
  ///
  /// - Parameter numbers: The numbers of the particles, in any order; those of the first process count.
  /// - Returns: The particles in the same order; none in the other processes.
  /// - Throws: What the processes throw if they cannot communicate.
  package func collect(
    _ numbers: [Int], _ communicator: any Communicator
  ) throws -> [SingleParticle] {
    func own(_ numbers: [Int]) -> [SingleParticle] {
      numbers.map { SingleParticle(self[$0 - share.first], weight: weight(of: $0 - share.first)) }
    }
    if communicator.size == 1 { return own(numbers) }
    let ends = (0..<communicator.size).map {
      BunchShare(of: share.total, in: communicator, rank: $0).numbers.upperBound
    }
    var asked = [[Int]](repeating: [], count: communicator.size)
    var owners: [Int] = []
    if communicator.isFirst {
      owners = numbers.map { number in ends.firstIndex { number < $0 } ?? 0 }
      for (owner, number) in zip(owners, numbers) { asked[owner].append(number) }
    }
    let mine = [Int](packed: try communicator.scatter(asked.map(\.packed)))
    let found = try communicator.gather(values: own(mine))
    var next = [Int](repeating: 0, count: communicator.size)
    return owners.map { owner in
      defer { next[owner] += 1 }
      return found[owner][next[owner]]
    }
  }
}

/// One particle of a bunch.
package struct SingleParticle: Sendable, Packable {
  package let coordinates: PhaseSpace<Double>
  /// How many real particles it stands for.
  package let weight: Double

  init(_ coordinates: PhaseSpace<Double>, weight: Double) {
    self.coordinates = coordinates
    self.weight = weight
  }
}
