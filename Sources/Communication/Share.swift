extension Communicator {
  /// The range of numbered things that one process has, of `total` things: as many as the others, or one more.
  public func share(of total: Int, rank: Int) -> Range<Int> {
    share(total, rank)..<share(total, rank + 1)
  }

  /// The range of numbered things that this process has, of `total` things.
  public func share(of total: Int) -> Range<Int> { share(of: total, rank: rank) }

  private func share(_ total: Int, _ rank: Int) -> Int {
    let (each, more) = total.quotientAndRemainder(dividingBy: size)
    return rank * each + min(rank, more)
  }
}

/// The error of processes that have come to different states: they could not decide alike any more.
public struct ProcessesDiffer: Error, Equatable, CustomStringConvertible {
  /// What differs: "the variables of the optimizer".
  public let subject: String

  /// An error that names what differs.
  public init(_ subject: String) { self.subject = subject }

  public var description: String {
    "\(subject) are not the same in all processes: they run different programs, read different files, or one has "
      + "a faulty memory"
  }
}

extension Communicator {
  /// Makes sure that all processes have the same numbers, to the last bit.
  ///
  /// Fingerprints of 8 bytes are compared (FNV-1a, G. Fowler, L. C. Noll, K.-P. Vo, RFC 9923).
  ///
  /// - Throws: ``ProcessesDiffer`` in all processes, with this subject; what ``allGather(_:)`` throws.
  public func requireSame(_ numbers: [Double], _ subject: String) throws {
    if size == 1 { return }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for number in numbers {
      for byte in 0..<8 {
        hash = (hash ^ (number.bitPattern >> UInt64(8 * byte)) & 0xff) &* 0x100_0000_01b3
      }
    }
    let hashes = try allGather(values: hash)
    if hashes.contains(where: { $0 != hashes[0] }) { throw ProcessesDiffer(subject) }
  }
}
