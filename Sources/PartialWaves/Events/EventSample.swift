import AutoDiff
import Communication
import SystemLibrary

/// Prepared events: the numbers of each event that a likelihood reads. They do not depend on the
/// parameters and are computed once.
///
/// The numbers are stored in blocks of ``EventBlock/capacity`` events, and within a block column
/// after column: a pass reads memory in one sequence, for any number of columns. The last block is
/// filled up with copies of the last event whose weight is zero.
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

  /// Number of events.
  public let count: Int
  /// Which column holds what.
  public let columns: Columns
  /// Σw.
  public let totalWeight: Double
  /// Σw².
  public let totalSquaredWeight: Double
  let storage: Storage

  /// Number of blocks.
  var blockCount: Int { (count + EventBlock.capacity - 1) / EventBlock.capacity }
  /// Number of numbers in a block.
  var blockLength: Int { columns.count * EventBlock.capacity }

  /// Number of blocks in a piece, the unit of parallel work: sums are made over each piece, then
  /// over the pieces in a fixed tree.
  static let blocksPerPiece = 16

  var pieceCount: Int { (blockCount + Self.blocksPerPiece - 1) / Self.blocksPerPiece }

  /// The blocks of piece `piece`.
  func blocks(ofPiece piece: Int) -> Range<Int> {
    let first = piece * Self.blocksPerPiece
    return first..<min(first + Self.blocksPerPiece, blockCount)
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
  /// The numbers of one column, event by event.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read.
  public func numbers(inColumn column: Int) throws -> [Double] {
    require((0..<columns.count).contains(column), "there is no column \(column)")
    let scratch = BlockScratch()
    var numbers: [Double] = []
    numbers.reserveCapacity(blockCount * EventBlock.capacity)
    for piece in 0..<pieceCount {
      try forEachBlock(ofPiece: piece, scratch) { _, block in
        let start = block + column * EventBlock.capacity
        numbers += UnsafeBufferPointer(start: start, count: EventBlock.capacity)
      }
    }
    return Array(numbers.prefix(count))
  }

  /// Σw·B, with the density B of the background; zero without one.
  ///
  /// - Throws: `DataFileError` if the events are on the disk and cannot be read.
  var densityIntegral: Double {
    get throws {
      guard columns.hasBackground else { return 0 }
      var sum = TreeSum<Double>()
      for (weight, density) in zip(
        try numbers(inColumn: columns.weight), try numbers(inColumn: columns.background))
      { sum.append(weight * density) }
      return sum.total ?? 0
    }
  }
}
