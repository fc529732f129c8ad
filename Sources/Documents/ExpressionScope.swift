/// The names that an expression may use, besides functions.
public struct ExpressionScope: Sendable {
  /// A number with a name whose value is fixed, such as the speed of light.
  public struct KnownNumber: Sendable {
    /// Its name in expressions.
    public var name: String
    /// Its value, in ``unit``.
    public var value: Double
    /// The unit as written in documents, such as "m/s"; empty for a pure number.
    public var unit: String
    /// What it is, in a few words.
    public var summary: String

    /// A known number with its unit and meaning.
    public init(_ name: String, _ value: Double, unit: String, _ summary: String) {
      self.name = name
      self.value = value
      self.unit = unit
      self.summary = summary
    }
  }

  /// Numbers whose values are fixed, π among them.
  public let known: [KnownNumber]
  /// Names whose values are given when the expression is evaluated, in this order.
  public let variables: [String]
  private let numbers: [String: Double]
  private let places: [String: Int]

  /// - Parameters:
  ///   - variables: Names whose values are given when an expression is evaluated, in this order.
  ///   - known: Numbers whose values are fixed, besides π, which is always known.
  public init(variables: [String] = [], known: [KnownNumber] = []) {
    self.variables = variables
    self.known = [KnownNumber("pi", .pi, unit: "", "π")] + known
    numbers = Dictionary(self.known.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
    places = Dictionary(
      variables.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
  }

  /// The place of a name among the variables.
  public func place(of variable: String) -> Int? { places[variable] }

  /// The value of a known number.
  public func number(_ name: String) -> Double? { numbers[name] }

  var names: [String] { variables + known.map(\.name) }
}
