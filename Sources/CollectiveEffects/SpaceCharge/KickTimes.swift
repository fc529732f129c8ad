/// The computing time of the parts of kicks [s], summed over all kicks of a run, and counts.
public struct KickTimes: Sendable {
  /// A part of a kick.
  public enum Part: String, Sendable, CaseIterable {
    /// Finding the extreme particles, sorting by rows of cells, depositing charge, computing the
    /// Green's function, convolving, gathering the field, and changing momenta; and, of several processes,
    /// sending particles and layers of the mesh to each other (what the convolution sends is part of it).
    case extent, sort, deposit, green, convolution, gather, push, messages
  }

  /// The time of each part [s].
  public private(set) var seconds: [Part: Double] = [:]
  /// The number of kicks.
  public internal(set) var kicks = 0
  /// The number of computations of the Green's function.
  public internal(set) var greenFunctions = 0
  /// What this process has sent to others in kicks and in backward passes through kicks, as it was counted, and as the
  /// formulas say (“On a cluster”) [bytes].
  public internal(set) var traffic = (sent: 0, formula: 0)
  /// The largest number of living particles outside the mesh.
  public internal(set) var outside = 0
  /// The longest cells relative to the mesh's width, if there were any above the limit of
  /// ``LongCells``.
  public internal(set) var longCells: LongCells?

  /// No kicks.
  public init() {}

  /// The times of all parts in order; that of messages only if there were any.
  var table: [(part: String, seconds: Double)] {
    Part.allCases.filter { $0 != .messages || seconds[$0] != nil }.map {
      ($0.rawValue, seconds[$0] ?? 0)
    }
  }

  /// Adds the computing time of `body`.
  mutating func measure<R>(_ part: Part, _ body: () throws -> R) rethrows -> R {
    let start = ContinuousClock.now
    defer {
      let span = (ContinuousClock.now - start).components
      seconds[part, default: 0] += Double(span.seconds) + Double(span.attoseconds) * 1e-18
    }
    return try body()
  }
}
