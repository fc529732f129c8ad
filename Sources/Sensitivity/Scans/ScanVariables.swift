import BeamTracking
import Documents
import ParameterTables
import SystemLibrary

/// The numbers that a scan gives other values from setting to setting: design variables, seeds, and
/// sizes of errors.
public struct ScanVariables: Sendable {
  /// One of them.
  public enum Meaning: Sendable, Hashable {
    /// The design variable of this index in ``ScanVariables/design``.
    case design(Int)
    /// The seed of the particles.
    case beamSeed
    /// The seed of the family of errors of this index.
    case errorSeed(family: Int)
    /// A number that goes to the seeds of all families of errors: each gets its own plus a thousand
    /// times this. Each number gives another machine with errors of the same kind.
    case machine
    /// The size of the errors of the family of this index: σ of Gaussian errors, the limit of uniform
    /// ones, or the value that all have.
    case errorSize(family: Int)
  }

  /// Those that are variables of the design.
  public let design: DesignVariables
  /// What each of them is, in the order of the values of a setting.
  public let meanings: [Meaning]
  /// The name of each of them.
  public let names: [String]

  /// - Parameters:
  ///   - design: The variables of the design.
  ///   - others: Seeds and sizes of errors, with their names.
  ///   - order: The names in the order of a setting's values; nil for those of `design`, then of
  ///     `others`.
  /// - Precondition: No name occurs twice, and `order` has each of them once.
  public init(
    _ design: DesignVariables, _ others: [(name: String, meaning: Meaning)] = [],
    order: [String]? = nil
  ) {
    self.design = design
    let own = design.names.enumerated().map { (name: $1, meaning: Meaning.design($0)) }
    let all = Dictionary(
      (own + others).map { ($0.name, $0.meaning) },
      uniquingKeysWith: { _, _ in fatalError("a scan has two variables of one name") })
    names = order ?? (own + others).map(\.name)
    meanings = names.map { name in
      guard let meaning = all[name] else { fatalError("\(name) is no variable of the scan") }
      return meaning
    }
    require(names.count == all.count, "a scan sets each of its variables")
  }

  public var count: Int { names.count }

  /// Whether a variable has whole numbers only.
  public func isWhole(_ index: Int) -> Bool {
    switch meanings[index] {
    case .beamSeed, .errorSeed, .machine: true
    case .design, .errorSize: false
    }
  }

  /// The values of the design variables of a setting.
  func designValues(of setting: [Double]) -> [Double] {
    var values = design.start
    for (meaning, value) in zip(meanings, setting) {
      if case .design(let index) = meaning { values[index] = value }
    }
    return values
  }

  /// Whether the errors differ from setting to setting.
  public var variesErrors: Bool {
    meanings.contains {
      switch $0 {
      case .errorSeed, .machine, .errorSize: true
      case .design, .beamSeed: false
      }
    }
  }

  /// The families of errors in a setting.
  func families(_ families: [ErrorFamily], in setting: [Double]) -> [ErrorFamily] {
    var families = families
    for (meaning, value) in zip(meanings, setting) {
      switch meaning {
      case .errorSeed(let index): families[index].seed = UInt64(value)
      case .machine:
        for index in families.indices { families[index].seed &+= 1000 &* UInt64(value) }
      case .errorSize(let index):
        families[index].distribution = families[index].distribution.ofSize(value)
      case .design, .beamSeed: break
      }
    }
    return families
  }
}

extension ErrorDistribution {
  /// Errors of another size.
  fileprivate func ofSize(_ size: Double) -> Self {
    switch self {
    case .gaussian(_, let cut): .gaussian(size, cut: cut)
    case .uniform: .uniform(limit: size)
    case .fixed: .fixed(size)
    }
  }
}
