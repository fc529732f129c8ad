import AutoDiff
import BeamTracking
import Documents
import SystemLibrary

/// A number that an optimizer may change.
public struct DesignVariable: Sendable {
  /// The numbers that a variable sets.
  public enum Meaning: Sendable, Hashable {
    /// Numbers of the run, all of which have the variable's value.
    case numbers([RunNumber])
    /// A constant of the run file, by its index there. Numbers that depend on it by expressions
    /// change with it.
    case constant(Int)
  }

  /// The variable's name.
  public var name: String
  /// The numbers that it sets.
  public var meaning: Meaning
  /// The start value.
  public var value: Double
  /// The lower bound; −∞ if there is none.
  public var minimum: Double
  /// The upper bound; +∞ if there is none.
  public var maximum: Double
  /// The size of a typical change. It makes variables of different units comparable.
  public var scale: Double
  /// The name of the variable's group, if there is one.
  public var group: String?

  /// - Parameters:
  ///   - name: The name in tables and messages.
  ///   - meaning: What the variable stands for.
  ///   - value: The value to start from.
  ///   - minimum: The lower bound.
  ///   - maximum: The upper bound.
  ///   - scale: nil stands for ``defaultScale(value:minimum:maximum:)``.
  ///   - group: The name of the group that it belongs to.
  public init(
    _ name: String, _ meaning: Meaning, value: Double, minimum: Double = -.infinity,
    maximum: Double = .infinity, scale: Double? = nil, group: String? = nil
  ) {
    require(minimum <= maximum, "the minimum of \(quoted(name)) exceeds its maximum")
    self.name = name
    self.meaning = meaning
    self.value = value
    self.minimum = minimum
    self.maximum = maximum
    self.scale = scale ?? Self.defaultScale(value: value, minimum: minimum, maximum: maximum)
    self.group = group
  }

  /// The magnitude of the start value; if that is 0, half the distance of the bounds; if there are
  /// no bounds, 10⁻³, which suits misalignments and the coordinates of particles (m, rad).
  public static func defaultScale(value: Double, minimum: Double, maximum: Double) -> Double {
    if value != 0 { return value.magnitude }
    let half = 0.5 * (maximum - minimum)
    return half > 0 && half.isFinite ? half : 1e-3
  }
}

/// The variables of a design, and the dependence of the run's numbers on them.
///
/// The dependence is one formula, ``numbers(of:)``. With plain numbers it gives the values for
/// tracking. With recorded numbers it propagates derivatives backward to the variables.
public struct DesignVariables: Sendable {
  /// The variables.
  public private(set) var variables: [DesignVariable]
  /// The numbers of the run that depend on the variables, each once.
  public let numbers: [RunNumber]
  private let constants: ConstantTable
  private let expressions: [(number: RunNumber, expression: Expression)]
  private let sources: [Source]
  /// For each varied constant, the index of its variable.
  private let varied: [Int: Int]

  /// The source of a number's value.
  private enum Source {
    case variable(Int)
    /// An expression of the run file's constants.
    case expression(Expression)
  }

  /// - Parameters:
  ///   - variables: The variables; no two of them may set the same number.
  ///   - constants: The constants of the run file.
  ///   - expressions: The numbers of the run that are given by expressions of constants. A number
  ///     that a variable sets no longer follows its expression.
  public init(
    _ variables: [DesignVariable], constants: ConstantTable = ConstantTable(),
    expressions: [(number: RunNumber, expression: Expression)] = []
  ) {
    var numbers: [RunNumber] = []
    var sources: [Source] = []
    var varied: [Int: Int] = [:]
    var known: Set<RunNumber> = []
    for (i, variable) in variables.enumerated() {
      switch variable.meaning {
      case .constant(let place):
        require(varied[place] == nil, "a constant is varied twice")
        varied[place] = i
      case .numbers(let list):
        for number in list {
          require(known.insert(number).inserted, "\(number) is varied twice")
          numbers.append(number)
          sources.append(.variable(i))
        }
      }
    }
    let moving = constants.dependents(of: Set(varied.keys))
    for (number, expression) in expressions
    where expression.references.contains(where: { moving.contains($0.place) })
      && known.insert(number).inserted
    {
      numbers.append(number)
      sources.append(.expression(expression))
    }
    self.variables = variables
    self.constants = constants
    self.expressions = expressions
    self.numbers = numbers
    self.sources = sources
    self.varied = varied
  }

  /// A selection of the variables; the numbers of the others keep the run's values.
  public func keeping(_ isKept: (DesignVariable) -> Bool) -> Self {
    Self(variables.filter(isKept), constants: constants, expressions: expressions)
  }

  /// The same variables with other start values.
  public func starting(at values: [Double]) -> Self {
    var copy = self
    for i in values.indices { copy.variables[i].value = values[i] }
    return copy
  }

  /// The same variables in a run that differs in numbers and constants: those that differ there start
  /// at their values there.
  ///
  /// - Parameter constants: Those of the other run; an empty table stands for the same ones.
  func moved(from run: DesignRun, to other: DesignRun, constants: ConstantTable) -> Self {
    let constants = constants.values.isEmpty ? self.constants : constants
    let moved = variables.map { variable in
      var moved = variable
      switch variable.meaning {
      case .constant(let place):
        if constants.values[place] != self.constants.values[place] {
          moved.value = constants.values[place]
        }
      case .numbers(let numbers):
        if let number = numbers.first, run[number] != other[number] {
          moved.value = other[number]
        }
      }
      return moved
    }
    return Self(moved, constants: constants, expressions: expressions)
  }

  /// A beamline with all variables at their lower bounds, and one at their upper bounds, as far as
  /// these are finite and valid for the elements.
  package func extremes(of line: Beamline) -> [Beamline] {
    [\DesignVariable.minimum, \.maximum].map { end in
      let values = variables.map { $0[keyPath: end].isFinite ? $0[keyPath: end] : $0.value }
      var extreme = line
      for (number, value) in zip(numbers, numbers(of: values)) {
        guard case .element(let parameter) = number else { continue }
        let start = extreme[parameter]
        extreme[parameter] = value
        if !parameter.isOfGirder,
          !extreme.elements[parameter.element].element.mistakes.isEmpty
        {
          extreme[parameter] = start
        }
      }
      return extreme
    }
  }

  public var count: Int { variables.count }
  /// The names of the variables.
  public var names: [String] { variables.map(\.name) }
  /// The start values.
  public var start: [Double] { variables.map(\.value) }

  /// The numbers of the run, in the order of ``numbers``, for the values `values` of the variables.
  public func numbers<S: RealScalar>(of values: [S]) -> [S] {
    require(values.count == count, "each variable has one value")
    let table = varied.isEmpty ? [] : constants.values(replacing: varied.mapValues { values[$0] })
    return sources.map { source in
      switch source {
      case .variable(let i): values[i]
      case .expression(let expression): expression.value(table)
      }
    }
  }

  /// The constants of the run file for the values `values` of the variables.
  public func constants(of values: [Double]) -> ConstantTable {
    constants.replacing(varied.mapValues { values[$0] })
  }
}

extension ConstantTable {
  /// The indices of some constants and of all constants that depend on them.
  public func dependents(of places: Set<Int>) -> Set<Int> {
    var moving = places
    // A constant may be defined before those that it depends on.
    var grows = true
    while grows {
      grows = false
      for (place, constant) in constants.enumerated()
      where !moving.contains(place) && constant.dependsOn.contains(where: moving.contains) {
        moving.insert(place)
        grows = true
      }
    }
    return moving
  }
}
