import Communication
public struct Moments: Mergeable, Sendable {
  public init() {}
  init<W: ParticleWord>(of tile: borrowing Tile<W>, hasUniformWeights: Bool) {}
  public mutating func merge(_ later: Self) {}
}
