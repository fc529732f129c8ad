/// A restriction of the invariant mass of two particles.
public struct MassWindow: Sendable, Equatable {
  /// Indices of the two particles among the products of the decay, from 0.
  public var first, second: Int
  /// Lowest and highest mass [GeV].
  public var masses: ClosedRange<Double>

  /// - Parameters:
  ///   - first: Index of one particle, from 0.
  ///   - second: Index of the other particle, from 0.
  ///   - masses: Lowest and highest mass of the pair [GeV].
  public init(_ first: Int, _ second: Int, masses: ClosedRange<Double>) {
    self.first = first
    self.second = second
    self.masses = masses
  }
}
