import AutoDiff
import Communication
import SystemLibrary

/// Prepared events: the numbers of each event that a likelihood reads. They do not depend on the
/// parameters and are computed once.
///
/// The numbers are stored in blocks of ``EventBlock/capacity`` events, and within a block column
/// after column: a pass reads memory in one sequence, for any number of columns. The last block is
/// filled up with copies of the last event whose weight is zero.
///
/// Where several processes work together, each holds a range of the events, and sums are those of all.
public struct EventSample: Sendable {
  /// Which column holds what.
  public struct Columns: Sendable, Equatable {
    /// Number of squared masses at which lineshapes are evaluated.
    public var masses: Int
    /// Number of complex factors of terms that do not depend on the parameters.
    public var factors: Int
    /// Whether there is a density of the background.
    public var hasBackground: Bool
    /// Number of wave amplitudes.
    public var waves: Int
    /// Components of a wave amplitude: polarisations that do not interfere.
    public var components: Int

    /// - Parameters:
    ///   - masses: Number of squared masses.
    ///   - factors: Number of complex factors.
    ///   - hasBackground: Whether there is a column for the density of the background.
    ///   - waves: Number of wave amplitudes.
    ///   - components: Components of each wave amplitude.
    public init(
      masses: Int, factors: Int = 0, hasBackground: Bool = false, waves: Int, components: Int
    ) {
      self.masses = masses
      self.factors = factors
      self.hasBackground = hasBackground
      self.waves = waves
      self.components = components
    }

    /// The column of the events' weights.
    public var weight: Int { 0 }
    /// The column of squared mass `i` [GeV²].
    public func mass(_ i: Int) -> Int { 1 + i }
    /// The column of the real part of factor `i`; the imaginary part is the next column.
    public func factor(_ i: Int) -> Int { 1 + masses + 2 * i }
    /// The column of the background's density, if there is one.
    public var background: Int { 1 + masses + 2 * factors }
    /// The column of component `k` of wave `w`.
    public func wave(_ w: Int, _ k: Int) -> Int {
      background + (hasBackground ? 1 : 0) + w * components + k
    }
    /// Number of columns.
    public var count: Int { background + (hasBackground ? 1 : 0) + waves * components }
  }

  /// Where the numbers are, and in which precision.
  enum Storage: Sendable {
    case double(EventMemory<Double>)
    /// Half the memory; every number is rounded to 6e-8 of itself, sums stay double.
    case single(EventMemory<Float>)
    /// Read from the disk whenever they are used.
    case file(BlockFile)
  }

  /// Which events of those of all processes these are.
  public let share: EventShare
  /// Which column holds what.
  public let columns: Columns
  /// Σw of the events of all processes.
  public let totalWeight: Double
  /// Σw² of the events of all processes.
  public let totalSquaredWeight: Double
  let storage: Storage

  /// Number of events of this process.
  public var count: Int { share.count }

  /// Number of blocks of this process.
  var blockCount: Int { (count + EventBlock.capacity - 1) / EventBlock.capacity }
  /// Number of numbers in a block.
  var blockLength: Int { columns.count * EventBlock.capacity }

  /// The blocks of a piece, counted from the first block of this process.
  ///
  /// - Parameter piece: Its number among the pieces of all processes.
  func blocks(ofPiece piece: Int) -> Range<Int> {
    let first = (piece - share.pieces.lowerBound) * EventShare.blocksPerPiece
    return first..<min(first + EventShare.blocksPerPiece, blockCount)
  }

  /// Calls `body` with each block of a piece in order.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read.
  @inline(__always)
  func forEachBlock(
    ofPiece piece: Int, _ scratch: BlockScratch,
    _ body: (_ block: Int, UnsafePointer<Double>) -> Void
  ) throws {
    let range = blocks(ofPiece: piece)
    let length = blockLength
    switch storage {
    case .double(let words):
      withExtendedLifetime(words) {
        for block in range { body(block, words.base + block * length) }
      }
    case .single(let words):
      scratch.reserve(length)
      withExtendedLifetime(words) {
        for block in range {
          let source = words.base + block * length
          for i in 0..<length { scratch.words[i] = Double(source[i]) }
          body(block, scratch.words)
        }
      }
    case .file(let file):
      scratch.reserve(range.count * length)
      try file.read(blocks: range, into: scratch.words)
      for block in range { body(block, scratch.words + (block - range.lowerBound) * length) }
    }
  }
}

/// Memory for blocks that are converted, or read from a file, before they are used. It grows as
/// needed.
final class BlockScratch {
  private(set) var words: UnsafeMutablePointer<Double>
  private var capacity: Int

  init(capacity: Int = 0) {
    self.capacity = capacity
    words = .allocateLines(for: capacity)
  }

  deinit { words.deallocate() }

  func reserve(_ count: Int) {
    guard count > capacity else { return }
    words.deallocate()
    words = .allocateLines(for: count)
    capacity = count
  }
}

extension EventSample {
  /// The numbers of one column, event by event, of the events of this process.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read.
  public func numbers(inColumn column: Int) throws -> [Double] {
    require((0..<columns.count).contains(column), "there is no column \(column)")
    let scratch = BlockScratch()
    var numbers: [Double] = []
    numbers.reserveCapacity(blockCount * EventBlock.capacity)
    for piece in share.pieces {
      try forEachBlock(ofPiece: piece, scratch) { _, block in
        let start = block + column * EventBlock.capacity
        numbers += UnsafeBufferPointer(start: start, count: EventBlock.capacity)
      }
    }
    return Array(numbers.prefix(count))
  }

  /// Σw·B over the events of all processes, with the density B of the background; zero without one.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read; `Interruption`.
  func densityIntegral(_ workers: Workers) throws -> Double {
    guard columns.hasBackground else { return 0 }
    let weights = try numbers(inColumn: columns.weight)
    let densities = try numbers(inColumn: columns.background)
    return try share.sum(workers) { weights[$0] * densities[$0] }
  }

  /// The smallest and the largest weight of the events of all processes; nil without events.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read.
  func weightRange(_ workers: Workers) throws -> (smallest: Double, largest: Double)? {
    try EventShare.extremes(
      workers.communicator, of: try numbers(inColumn: columns.weight))
  }
}
