/// How long the parts of kicks took [s], summed over all kicks of a run.
public struct KickTimes: Sendable {
  /// A part of a kick.
  public enum Part: String, Sendable, CaseIterable {
    case extent, sort, deposit, green, convolution, gather, push
  }

  public private(set) var seconds: [Part: Double] = [:]
  /// How many kicks there were.
  public internal(set) var kicks = 0
  /// How often the Green's function was computed anew.
  public internal(set) var greenFunctions = 0
  /// The largest number of living particles outside the mesh.
  public internal(set) var outside = 0
  /// The longest cells for the mesh's width, where there were any that are too long.
  public internal(set) var longCells: LongCells?

  public init() {}

  /// The parts in their order.
  var table: [(part: String, seconds: Double)] {
    Part.allCases.map { ($0.rawValue, seconds[$0] ?? 0) }
  }

  /// Adds the time that `body` takes.
  mutating func measure<R>(_ part: Part, _ body: () throws -> R) rethrows -> R {
    let start = ContinuousClock.now
    defer {
      let span = (ContinuousClock.now - start).components
      seconds[part, default: 0] += Double(span.seconds) + Double(span.attoseconds) * 1e-18
    }
    return try body()
  }
}
