/// How sums over pieces that several processes share are sent: by the nodes of one binary tree.
public enum TreeNodes {
  /// The number of nodes that a process has: the least number of aligned ranges of 2ᵏ pieces that make up its
  /// pieces.
  public static func count(_ pieces: Range<Int>) -> Int {
    var (count, first) = (0, pieces.lowerBound)
    while first < pieces.upperBound {
      var length = 1
      while first.isMultiple(of: 2 * length), first + 2 * length <= pieces.upperBound {
        length *= 2
      }
      first += length
      count += 1
    }
    return count
  }

  /// The pieces of a process, of `all` pieces that `size` processes share: as evenly as possible, the first ones
  /// with one more.
  public static func pieces(of all: Int, rank: Int, size: Int) -> Range<Int> {
    func first(_ rank: Int) -> Int { rank * (all / size) + min(rank, all % size) }
    return first(rank)..<first(rank + 1)
  }
}
