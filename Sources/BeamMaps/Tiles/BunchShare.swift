import Communication

/// The particles of a bunch that one process has: a range of their numbers.
///
/// Ranges begin where the chunks of tiles begin over which sums are made, so that a sum over the particles of all
/// processes has the same bits for any number of them.
public struct BunchShare: Sendable, Equatable {
  /// The number of the first particle.
  public let first: Int
  /// The number of particles in this process.
  public let count: Int
  /// The number of particles in all processes.
  public let total: Int

  /// All of `total` particles.
  public init(allOf total: Int) {
    first = 0
    count = total
    self.total = total
  }

  /// The particles of this process, of `total` particles of the processes of `communicator`. A process may
  /// have none.
  public init(of total: Int, in communicator: any Communicator) {
    self.init(of: total, in: communicator, rank: communicator.rank)
  }

  /// The particles of the process of this rank.
  public init(of total: Int, in communicator: any Communicator, rank: Int) {
    let size = Self.chunkSize(of: total)
    let chunks = communicator.share(of: (total + size - 1) / size, rank: rank)
    first = min(chunks.lowerBound * size, total)
    count = min(chunks.upperBound * size, total) - first
    self.total = total
  }

  /// Whether these are all particles.
  public var isWhole: Bool { count == total }

  /// The numbers of the particles.
  public var numbers: Range<Int> { first..<first + count }

  /// The number of particles in a chunk of tiles, of all but the last.
  private static func chunkSize(of total: Int) -> Int {
    TileChunks.tilesPerChunk(of: total) * Tile<Double>.capacity
  }
}

/// The chunks of tiles over which sums over particles are made: powers of two of tiles, at most 256 chunks of
/// all particles, or of 64 tiles each where that are more.
///
/// Threads take one chunk at a time, and sums over chunks are added in one fixed tree.
@usableFromInline
package struct TileChunks: Sendable {
  /// The number of tiles in this process.
  @usableFromInline let tileCount: Int
  /// The number of tiles in a chunk.
  @usableFromInline let size: Int
  /// The number of the first chunk of this process.
  @usableFromInline package let first: Int

  @inlinable
  package init(_ share: BunchShare) {
    let capacity = Tile<Double>.capacity
    tileCount = (share.count + capacity - 1) / capacity
    size = Self.tilesPerChunk(of: share.total)
    first = share.first / (size * capacity)
  }

  @inlinable
  static func tilesPerChunk(of particles: Int) -> Int {
    let tiles = (particles + Tile<Double>.capacity - 1) / Tile<Double>.capacity
    var size = 1
    while size < 64, tiles > 256 * size { size *= 2 }
    return size
  }

  /// The number of chunks in this process.
  @inlinable package var count: Int { (tileCount + size - 1) / size }

  /// The numbers of the chunks of this process, among those of all processes.
  @inlinable package var numbers: Range<Int> { first..<first + count }

  /// The tiles of the chunk of this number, counted from the first tile of this process.
  @inlinable
  package func tiles(_ chunk: Int) -> Range<Int> {
    (chunk - first) * size..<min((chunk - first + 1) * size, tileCount)
  }
}
