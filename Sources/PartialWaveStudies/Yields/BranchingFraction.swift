/// The fraction of a particle's decays that go through a chain: B = N/(N_parent · ε · Π
/// B_daughters).
public struct BranchingFraction: Sendable, Equatable {
  /// B with its error.
  public let value: Measured

  /// Computes B; all numbers are taken as independent.
  ///
  /// - Parameters:
  ///   - yield: Events of the chain in the data, or decays that were produced.
  ///   - parents: Decays of the parent in the data.
  ///   - efficiency: Of detection and selection; 1 for decays that were produced.
  ///   - daughters: Branching fractions of the daughters' decays that were reconstructed.
  public init(
    yield: Measured, parents: Measured, efficiency: Measured = Measured(1, error: 0),
    daughters: [Measured] = []
  ) {
    value = yield / daughters.reduce(parents * efficiency) { $0 * $1 }
  }
}
