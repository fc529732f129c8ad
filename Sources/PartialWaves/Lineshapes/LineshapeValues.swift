import Documents

/// Values for some parameters of a lineshape, by name.
public struct LineshapeValues: Sendable, Equatable {
  /// Real numbers, by the parameter's name, in its unit.
  public var reals: [String: Double]
  /// Lists of real numbers, likewise.
  public var lists: [String: [Double]]
  /// Whole numbers, likewise.
  public var integers: [String: Int]
  /// Words, likewise.
  public var words: [String: String]

  /// Values by the parameters' names; none if not given.
  public init(
    reals: [String: Double] = [:], lists: [String: [Double]] = [:], integers: [String: Int] = [:],
    words: [String: String] = [:]
  ) {
    self.reals = reals
    self.lists = lists
    self.integers = integers
    self.words = words
  }

  @usableFromInline
  func assign<L: Lineshape>(to lineshape: inout L) {
    for parameter in L.parameters.parameters {
      switch parameter.storage {
      case .real(let path, _):
        if let value = reals[parameter.name] { lineshape[keyPath: path] = value }
      case .vector(let path):
        if let value = lists[parameter.name] { lineshape[keyPath: path] = value }
      case .integer(let path, _, _):
        if let value = integers[parameter.name] { lineshape[keyPath: path] = value }
      case .chosen(let path, _, _):
        if let value = integers[parameter.name] { lineshape[keyPath: path] = value }
      case .word(let path, _):
        if let value = words[parameter.name] { lineshape[keyPath: path] = value }
      case .optional, .rows, .flag, .objects:
        preconditionFailure("a lineshape has numbers, lists of them, and words")
      }
    }
  }
}
