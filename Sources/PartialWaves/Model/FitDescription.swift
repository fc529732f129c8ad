import Documents
import Optimization

/// How a model is to be fitted.
public struct FitDescription: Sendable, Equatable {
  /// The events over which the integral is summed during a search. The last steps of a fit always
  /// use all events.
  public enum Integral: String, Sendable, CaseIterable {
    /// A condensed sample (``Likelihood/condensed``), where there is one.
    case condensed
    /// All integration events.
    case events
  }

  /// How random starts are drawn, see ``FitStarts``.
  public enum Start: String, Sendable, CaseIterable {
    /// Masses and widths around the file's; moduli and phases of couplings are drawn.
    case random
    /// The recipe of PWACG: real and imaginary parts of all couplings are small and equal.
    case published
  }

  /// The optimizer's name.
  public var method = "newton"
  /// How many starts are tried; the first is at the values of the file.
  public var starts = 1
  /// The seed of random starts.
  public var seed: UInt64 = 1
  /// The wall time after which a start is stopped [s]; nil for no limit.
  public var timeLimit: Double?
  /// The number of evaluations after which a start is stopped.
  public var evaluations = 10_000
  /// The events over which the integral is summed during a search.
  public var integral = Integral.condensed
  /// How random starts are drawn.
  public var start = Start.random
  /// The relative spread of masses, widths and other parameters of lineshapes at random starts.
  public var spread = 0.1
  /// The size of couplings at a random start; nil for the size that each has in the file, or 0.01
  /// for published starts.
  public var couplings: Double?
  /// How much −log L may differ between starts that found the same minimum.
  public var tolerance = 0.01
  /// How far above the lowest minimum others are listed with their fractions, in −log L.
  public var height = 10.0

  static func read(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> Self {
    var fit = Self()
    guard var reader = ObjectReader(node, describedAs: "\"fit\"", &diagnostics) else { return fit }
    fit.method =
      reader.choice("method", among: FitMethods.catalog.names, &diagnostics) ?? fit.method
    fit.starts = reader.integer("starts", in: 1...1_000_000, &diagnostics) ?? fit.starts
    fit.seed = UInt64(reader.integer("seed", in: 0...Int.max, &diagnostics) ?? 1)
    fit.timeLimit = reader.number("time_limit", in: .positive, &diagnostics)
    fit.evaluations =
      reader.integer("max_evaluations", in: 1...1_000_000_000, &diagnostics) ?? fit.evaluations
    fit.start =
      reader.choice("start", among: Start.allCases.map(\.rawValue), &diagnostics)
      .flatMap(Start.init) ?? fit.start
    fit.spread = reader.number("spread", in: 0...1, &diagnostics) ?? fit.spread
    fit.couplings = reader.number("couplings", in: .positive, &diagnostics)
    fit.integral =
      reader.choice("integral", among: Integral.allCases.map(\.rawValue), &diagnostics)
      .flatMap(Integral.init) ?? fit.integral
    fit.tolerance = reader.number("tolerance", in: .positive, &diagnostics) ?? fit.tolerance
    fit.height = reader.number("height", in: .nonNegative, &diagnostics) ?? fit.height
    reader.finish(&diagnostics)
    return fit
  }
}
