import BeamTracking
import RandomNumbers
import SystemLibrary

/// How the settings of a scan are chosen.
public enum ScanSettings: Sendable, Equatable {
  /// All combinations of the values of the variables; the last variable changes fastest.
  case grid([[Double]])
  /// The first values of all variables, then the second ones, and so on.
  case list([[Double]])
  /// So many points of a space with a range for each variable.
  case points(PointSet, in: [ScanRange], count: Int, seed: UInt64)

  /// How points fill a space. The first points do not depend on how many follow, except for
  /// ``latinHypercube``.
  public enum PointSet: String, Sendable, CaseIterable {
    /// Independent of each other.
    case random
    /// Evenly: a Sobol sequence, scrambled by the seed.
    case sobol
    /// Such that of n equally probable intervals of each variable each has one point (M. McKay,
    /// R. Beckman, W. Conover, Technometrics 21 (1979) 239, doi:10.1080/00401706.1979.10489755).
    case latinHypercube = "latin"
  }

  /// A Sobol sequence has at most so many dimensions.
  public static var maximumSobolDimensions: Int { SobolSequence.maximumDimensions }

  /// The number of settings.
  public var count: Int {
    switch self {
    case .grid(let values): values.reduce(1) { $0 * $1.count }
    case .list(let values): values.first?.count ?? 0
    case .points(_, _, let count, _): count
    }
  }

  /// The values of all settings, each in the order of the variables.
  public var all: [[Double]] {
    switch self {
    case .grid(let values):
      return (0..<count).map { number in
        var rest = number
        return values.reversed().map { own in
          defer { rest /= own.count }
          return own[rest % own.count]
        }.reversed()
      }
    case .list(let values):
      return (0..<count).map { number in values.map { $0[number] } }
    case .points(let set, let ranges, let count, let seed):
      return Self.uniforms(set, dimensions: ranges.count, count: count, seed: seed).map { point in
        zip(ranges, point).map { range, uniform in range.value(at: uniform) }
      }
    }
  }

  /// Points of the unit cube.
  private static func uniforms(
    _ set: PointSet, dimensions: Int, count: Int, seed: UInt64
  ) -> [[Double]] {
    switch set {
    case .random:
      return (0..<count).map { number in
        var random = PhiloxGenerator(seed: seed, stream: stream, item: UInt64(number))
        return (0..<dimensions).map { _ in random.nextUniform() }
      }
    case .sobol:
      let sequence = SobolSequence(dimensions: dimensions, seed: seed)
      var point = [Double](repeating: 0, count: dimensions)
      return (0..<count).map { number in
        var numbers = point.mutableSpan
        sequence.fill(&numbers, index: number)
        return point
      }
    case .latinHypercube:
      let columns = (0..<dimensions).map { dimension in
        var random = PhiloxGenerator(seed: seed, stream: stream, item: UInt64(dimension))
        let intervals = (0..<count).shuffled(using: &random)
        return intervals.map { (Double($0) + random.nextUniform()) / Double(count) }
      }
      return (0..<count).map { number in columns.map { $0[number] } }
    }
  }

  /// The stream of random numbers for settings.
  private static let stream: UInt32 = 3
}

/// What the values of a variable of a scan are drawn from.
public enum ScanRange: Sendable, Equatable {
  /// The numbers between two bounds.
  case numbers(from: Double, to: Double)
  /// The whole numbers from one to another, both included.
  case whole(from: Int, to: Int)

  /// The value at this fraction of the range.
  func value(at fraction: Double) -> Double {
    switch self {
    case .numbers(let from, let to): from + fraction * (to - from)
    case .whole(let from, let to):
      Double(min(from + Int(fraction * Double(to - from + 1)), to))
    }
  }
}
