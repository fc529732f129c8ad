import Foundation

/// What a reader made of many inputs that are nearly right.
public struct FuzzCount {
  public let tried: Int
  public let read: Int
  public var refused: Int { tried - read }

  /// Gives changed originals, one after the other, to a reader.
  ///
  /// - Parameters:
  ///   - least: How many inputs; BEAMTRACK_FUZZ asks for more.
  ///   - changed: An original with random changes.
  ///   - reads: Whether the reader takes an input.
  public init(
    atLeast least: Int, of originals: [[UInt8]], seed: UInt64,
    changed: ([UInt8], inout SeededGenerator) -> [UInt8], reads: ([UInt8]) -> Bool
  ) {
    let wanted = ProcessInfo.processInfo.environment["BEAMTRACK_FUZZ"].flatMap(Int.init) ?? 0
    tried = max(wanted, least)
    var generator = SeededGenerator(seed: seed)
    var read = 0
    for i in 0..<tried where reads(changed(originals[i % originals.count], &generator)) {
      read += 1
    }
    self.read = read
  }
}
