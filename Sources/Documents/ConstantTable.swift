import AutoDiff

/// The constants of a document by name: numbers, and expressions of other constants.
///
/// A constant that is given as a number is independent and may be varied; one that is given by an
/// expression of others depends on them. The same expressions give values and, over another scalar,
/// derivatives.
public struct ConstantTable: Sendable {
  /// One constant.
  public struct Constant: Sendable {
    public let name: String
    /// Its expression, if it was written as one.
    public let expression: Expression?
    /// The places of the constants that it is an expression of; none for an independent one.
    public var dependsOn: [Int] { expression?.references.map(\.place) ?? [] }
  }

  /// The constants in the order of the file.
  public let constants: [Constant]
  /// Their values; NaN where there was a mistake, which has been reported.
  public let values: [Double]
  /// What expressions may use: these constants, and known numbers such as π.
  public let scope: ExpressionScope
  /// The places of the constants in the order of evaluation, each behind those that it depends on.
  private let order: [Int]

  /// No constants, besides known numbers such as π.
  public init(known: [ExpressionScope.KnownNumber] = []) {
    self.init([], values: [], order: [], ExpressionScope(known: known))
  }

  init(_ constants: [Constant], values: [Double], order: [Int], _ scope: ExpressionScope) {
    self.constants = constants
    self.values = values
    self.order = order
    self.scope = scope
  }

  /// True if there are no constants; known numbers do not count.
  public var isEmpty: Bool { constants.isEmpty }

  /// The place of a constant.
  public func place(of name: String) -> Int? { scope.place(of: name) }

  /// The values of all constants if some independent ones have other values than in the file, such
  /// as values with derivatives.
  ///
  /// - Parameter replacements: Other values by place.
  public func values<S: RealScalar>(replacing replacements: [Int: S]) -> [S] {
    var result = values.map { S($0) }
    for place in order {
      if let replacement = replacements[place] {
        precondition(constants[place].dependsOn.isEmpty, "a constant follows those it depends on")
        result[place] = replacement
      } else if let expression = constants[place].expression {
        result[place] = expression.value(result)
      }
    }
    return result
  }

  /// The same constants, where some independent ones have other values than in the file.
  ///
  /// - Parameter replacements: Other values by place.
  public func replacing(_ replacements: [Int: Double]) -> ConstantTable {
    ConstantTable(
      constants, values: values(replacing: replacements), order: order, scope)
  }

  /// The place of a constant that may be varied.
  ///
  /// - Throws: ``ConstantMistake`` if there is no such constant, or if it depends on others.
  public func independentPlace(of name: String) throws(ConstantMistake) -> Int {
    guard let place = place(of: name) else {
      let names = scope.variables
      let near = nearestName(to: name, among: names).map { "; did you mean \(quoted($0))?" } ?? ""
      let all = names.isEmpty ? "there are none" : "there are: \(listed(names))"
      throw ConstantMistake("there is no constant \(quoted(name)); \(all)\(near)")
    }
    let needed = constants[place].dependsOn
    if !needed.isEmpty {
      let others = needed.map { quoted(constants[$0].name) }.joined(separator: ", ")
      throw ConstantMistake(
        "the constant \(quoted(name)) is an expression of \(others), and cannot be varied by itself"
      )
    }
    return place
  }
}

/// Why a constant cannot be varied.
public struct ConstantMistake: Error, Equatable, Sendable {
  /// The reason, in one line for the user.
  public let message: String

  init(_ message: String) { self.message = message }
}
