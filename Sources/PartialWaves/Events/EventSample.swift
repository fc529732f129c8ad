import AutoDiff
import Communication

/// Events as a likelihood sees them: all that does not depend on the parameters, computed once.
///
/// The numbers stand in blocks of ``EventBlock/capacity`` events, each block column after column:
/// one stream of memory, whatever the number of columns. The last block is filled up with copies of
/// the last event whose weight is zero.
public struct EventSample: Sendable {
  /// Which column holds what.
  public struct Columns: Sendable, Equatable {
    /// How many squared masses lineshapes are evaluated at.
    public var masses: Int
    /// How many complex factors are the same for all values of the parameters.
    public var factors: Int
    /// Whether there is a density of the background.
    public var hasBackground: Bool
    /// How many wave amplitudes there are.
    public var waves: Int
    /// Components of a wave amplitude: polarisations that are told apart.
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

    /// Of the events' weights.
    public var weight: Int { 0 }
    /// Of squared mass `i` [GeV²].
    public func mass(_ i: Int) -> Int { 1 + i }
    /// Of the real part of factor `i`; the imaginary part comes next.
    public func factor(_ i: Int) -> Int { 1 + masses + 2 * i }
    /// Of the background's density.
    public var background: Int { 1 + masses + 2 * factors }
    /// Of component `k` of wave `w`.
    public func wave(_ w: Int, _ k: Int) -> Int {
      background + (hasBackground ? 1 : 0) + w * components + k
    }
    /// How many there are in all.
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

  /// How many events there are.
  public let count: Int
  /// Which column holds what.
  public let columns: Columns
  /// Σw.
  public let totalWeight: Double
  /// Σw².
  public let totalSquaredWeight: Double
  let storage: Storage

  /// How many blocks there are.
  var blockCount: Int { (count + EventBlock.capacity - 1) / EventBlock.capacity }
  /// How many numbers a block has.
  var blockLength: Int { columns.count * EventBlock.capacity }

  /// How many blocks make one piece of work: sums are made over a piece, then over the pieces in a
  /// fixed tree.
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

/// Memory for blocks that are converted or read before they are used; grows, and is freed with its
/// last user.
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
    precondition((0..<columns.count).contains(column), "there is no column \(column)")
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
