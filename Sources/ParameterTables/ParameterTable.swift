/// One parameter of a thing that users describe in files: an element, a lineshape.
///
/// Reading, error messages, reference documentation and the list of design variables all come from
/// it.
public struct Parameter<Subject>: Sendable {
  /// Where the value lies in the subject, and what kind of value it is.
  public enum Storage: Sendable {
    /// A real number within a range.
    case real(WritableKeyPath<Subject, Double> & Sendable, in: ClosedRange<Double>)
    /// A real number within a range, or nil where there is none, which files may also say in words.
    case optional(
      WritableKeyPath<Subject, Double?> & Sendable, in: ClosedRange<Double>, none: String?)
    /// A list of real numbers.
    case vector(WritableKeyPath<Subject, [Double]> & Sendable)
    /// A whole number within a range and, if the list is not empty, among its entries.
    case integer(WritableKeyPath<Subject, Int> & Sendable, in: ClosedRange<Int>, among: [Int])
    /// As ``integer(_:in:among:)``, except that the program chooses the number if it is nil.
    case chosen(WritableKeyPath<Subject, Int?> & Sendable, in: ClosedRange<Int>, among: [Int])
    /// One of several words.
    case word(WritableKeyPath<Subject, String> & Sendable, among: [String])
    /// A list of rows of so many real numbers each.
    case rows(WritableKeyPath<Subject, [[Double]]> & Sendable, width: Int)
    /// True or false.
    case flag(WritableKeyPath<Subject, Bool> & Sendable)
    /// A list of objects, each with parameters of its own.
    case objects(any ParameterObjects<Subject>)
  }

  /// The key in files.
  public let name: String
  /// The unit as written in documents, such as "m"; empty for a pure number.
  public let unit: String
  /// What it means, in one sentence for the reference documentation.
  public let summary: String
  /// Where the value lies in the subject, and what kind of value it is.
  public let storage: Storage
  /// Where the value lies in the subject's memory [byte]; nil if it is not stored.
  public let offset: Int?
  /// True if a file must give it.
  public let isRequired: Bool
  /// Where a list holds the rows of a matrix, one after the other: how many numbers a row has. A
  /// file may then give the list, or a list of rows.
  public let rowLength: Int?
  /// True for a real number, or a list of them, with respect to which nothing has a derivative.
  public let isFixed: Bool
  /// Where a list has one number of each object of ``Storage/objects(_:)``: the name of that
  /// parameter. Files give the numbers in the objects, and not in a list of their own.
  public let column: String?

  private init(
    name: String, unit: String, summary: String, storage: Storage, isRequired: Bool,
    rowLength: Int? = nil, isFixed: Bool = false, column: String? = nil
  ) {
    self.name = name
    self.unit = unit
    self.summary = summary
    self.storage = storage
    self.isRequired = isRequired
    self.rowLength = rowLength
    self.isFixed = isFixed
    self.column = column
    switch storage {
    case .real(let path, _): offset = MemoryLayout<Subject>.offset(of: path)
    case .optional(let path, _, _): offset = MemoryLayout<Subject>.offset(of: path)
    case .vector(let path): offset = MemoryLayout<Subject>.offset(of: path)
    case .integer(let path, _, _): offset = MemoryLayout<Subject>.offset(of: path)
    case .chosen(let path, _, _): offset = MemoryLayout<Subject>.offset(of: path)
    case .word(let path, _): offset = MemoryLayout<Subject>.offset(of: path)
    case .rows(let path, _): offset = MemoryLayout<Subject>.offset(of: path)
    case .flag(let path): offset = MemoryLayout<Subject>.offset(of: path)
    case .objects: offset = nil
    }
  }

  /// Where the real number, or the list of them, is stored; nil for another kind of value, and for a number that is
  /// computed from others.
  fileprivate var place: VariablePlace? {
    guard let offset else { return nil }
    switch storage {
    case .real, .optional: return VariablePlace(offset: offset, isList: false)
    case .vector: return VariablePlace(offset: offset, isList: true)
    case .integer, .chosen, .word, .rows, .flag, .objects: return nil
    }
  }

  /// Why it cannot vary, and results have no derivative with respect to it; nil if it can.
  public var obstacleToVarying: String? {
    switch storage {
    case .real, .optional, .vector:
      if isFixed {
        "no result has a derivative with respect to it"
      } else if offset == nil {
        "it is computed from other numbers"
      } else {
        nil
      }
    case .integer, .chosen: "it is a whole number"
    case .word: "it is a word"
    case .rows: "no result has a derivative with respect to it"
    case .flag: "it is true or false"
    case .objects: "it is a list of objects, whose numbers have names of their own"
    }
  }

  /// A real number [unit] within `range`; all finite numbers by default.
  ///
  /// The number can vary, and have derivatives, only if `path` is a stored property, and if it is not
  /// `fixed`.
  public static func real(
    _ name: String, _ path: WritableKeyPath<Subject, Double> & Sendable, unit: String = "",
    in range: ClosedRange<Double> = -Double
      .greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
    required: Bool = false, fixed: Bool = false, _ summary: String
  ) -> Self {
    Self(
      name: name, unit: unit, summary: summary, storage: .real(path, in: range),
      isRequired: required, isFixed: fixed)
  }

  /// A real number [unit] within `range`, all finite numbers by default, that may be missing; or a file
  /// says `none` in its place.
  ///
  /// The number can vary where there is one, if `path` is a stored property, and if it is not `fixed`.
  public static func optional(
    _ name: String, _ path: WritableKeyPath<Subject, Double?> & Sendable, unit: String = "",
    in range: ClosedRange<Double> = -Double
      .greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
    none: String? = nil, fixed: Bool = false, _ summary: String
  ) -> Self {
    Self(
      name: name, unit: unit, summary: summary, storage: .optional(path, in: range, none: none),
      isRequired: false, isFixed: fixed)
  }

  /// A list of real numbers [unit], of any length.
  public static func vector(
    _ name: String, _ path: WritableKeyPath<Subject, [Double]> & Sendable, unit: String = "",
    required: Bool = false, fixed: Bool = false, _ summary: String
  ) -> Self {
    Self(
      name: name, unit: unit, summary: summary, storage: .vector(path), isRequired: required,
      isFixed: fixed)
  }

  /// A list of rows of `width` real numbers [unit] each, such as points. They cannot vary.
  public static func rows(
    _ name: String, _ path: WritableKeyPath<Subject, [[Double]]> & Sendable, width: Int,
    unit: String = "", required: Bool = false, _ summary: String
  ) -> Self {
    Self(
      name: name, unit: unit, summary: summary, storage: .rows(path, width: width),
      isRequired: required)
  }

  /// True or false. It cannot vary.
  public static func flag(
    _ name: String, _ path: WritableKeyPath<Subject, Bool> & Sendable, _ summary: String
  ) -> Self {
    Self(name: name, unit: "", summary: summary, storage: .flag(path), isRequired: false)
  }

  /// A list of objects at `path`, each with the parameters of `table`; `make` makes one with its
  /// defaults.
  ///
  /// Numbers of the objects can vary if the table of the subject has them as a ``column(_:_:of:unit:_:)``.
  public static func objects<Item: Sendable>(
    _ name: String, _ path: WritableKeyPath<Subject, [Item]> & Sendable,
    of table: ParameterTable<Item>, required: Bool = false, _ summary: String,
    make: @escaping @Sendable () -> Item
  ) -> Self {
    Self(
      name: name, unit: "", summary: summary,
      storage: .objects(ObjectList(path: path, table: table, create: make)), isRequired: required)
  }

  /// The numbers called `name` [unit] of all objects of the parameter `objects`, one of each, in a list.
  /// Each can vary.
  public static func column(
    _ name: String, _ path: WritableKeyPath<Subject, [Double]> & Sendable, of objects: String,
    unit: String = "", _ summary: String
  ) -> Self {
    Self(
      name: name, unit: unit, summary: summary, storage: .vector(path), isRequired: false,
      column: objects)
  }

  /// A square matrix of `side` rows, stored row after row in a list of real numbers [unit].
  public static func matrix(
    _ name: String, _ path: WritableKeyPath<Subject, [Double]> & Sendable, side: Int,
    unit: String = "", required: Bool = false, _ summary: String
  ) -> Self {
    Self(
      name: name, unit: unit, summary: summary, storage: .vector(path), isRequired: required,
      rowLength: side)
  }

  /// One of the words `choices`, such as those of a ``ParameterWord``. It cannot vary.
  public static func word(
    _ name: String, _ path: WritableKeyPath<Subject, String> & Sendable, among choices: [String],
    required: Bool = false, _ summary: String
  ) -> Self {
    Self(
      name: name, unit: "", summary: summary, storage: .word(path, among: choices),
      isRequired: required)
  }

  /// A whole number within `range` and, if there are any, among `choices`. It cannot vary.
  ///
  /// The range begins at 1 by default: give `in: 0...10` for a number that may be 0. The value that
  /// the property has without a file is not compared with the range.
  public static func integer(
    _ name: String, _ path: WritableKeyPath<Subject, Int> & Sendable,
    in range: ClosedRange<Int> = 1...1_000_000, among choices: [Int] = [], _ summary: String
  ) -> Self {
    Self(
      name: name, unit: "", summary: summary,
      storage: .integer(path, in: range, among: choices), isRequired: false)
  }

  /// As ``integer(_:_:in:among:_:)``, except that the program chooses the number where none is
  /// named.
  public static func chosen(
    _ name: String, _ path: WritableKeyPath<Subject, Int?> & Sendable,
    in range: ClosedRange<Int> = 1...1_000_000, among choices: [Int] = [], _ summary: String
  ) -> Self {
    Self(
      name: name, unit: "", summary: summary,
      storage: .chosen(path, in: range, among: choices), isRequired: false)
  }
}

extension Parameter.Storage {
  /// True for whole numbers.
  public var isWhole: Bool {
    switch self {
    case .integer, .chosen: true
    case .real, .optional, .vector, .word, .rows, .flag, .objects: false
    }
  }

  /// True if this parameter has the same value in both.
  public func isEqual(_ a: Subject, _ b: Subject) -> Bool {
    switch self {
    case .real(let path, _): a[keyPath: path] == b[keyPath: path]
    case .optional(let path, _, _): a[keyPath: path] == b[keyPath: path]
    case .vector(let path): a[keyPath: path] == b[keyPath: path]
    case .integer(let path, _, _): a[keyPath: path] == b[keyPath: path]
    case .chosen(let path, _, _): a[keyPath: path] == b[keyPath: path]
    case .word(let path, _): a[keyPath: path] == b[keyPath: path]
    case .rows(let path, _): a[keyPath: path] == b[keyPath: path]
    case .flag(let path): a[keyPath: path] == b[keyPath: path]
    case .objects(let objects): objects.areEqual(a, b)
    }
  }
}

/// A choice among things that files call by words: an enumeration of strings.
///
/// A table names such a property by the path of its ``word``: `\.location.word`.
public protocol ParameterWord: RawRepresentable<String>, CaseIterable, Sendable {}

extension ParameterWord {
  /// The words of all cases.
  public static var words: [String] { allCases.map(\.rawValue) }

  /// The word of this case. Another one can be set, which must be one of ``words``.
  public var word: String {
    get { rawValue }
    set {
      guard let value = Self(rawValue: newValue) else {
        preconditionFailure("\(newValue) is none of \(Self.words)")
      }
      self = value
    }
  }
}

/// The parameters of a kind of thing, in the order in which documents list them.
public struct ParameterTable<Subject>: Sendable {
  /// The parameters in the order of the documentation.
  public let parameters: [Parameter<Subject>]
  /// Their names, in the same order.
  public let names: [String]
  /// For each of them, where its real number or list of them is stored, also of one that is fixed; nil if none is.
  public let places: [VariablePlace?]
  /// The groups of parameters of which only one may be given.
  public let alternatives: [ParameterAlternatives]
  /// Which parameters a choice needs, if it decides that.
  public let variants: ParameterVariants?

  /// A table of parameters with different names.
  public init(
    _ parameters: [Parameter<Subject>], alternatives: [ParameterAlternatives] = [],
    variants: ParameterVariants? = nil
  ) {
    self.parameters = parameters
    names = parameters.map(\.name)
    places = parameters.map(\.place)
    self.alternatives = alternatives
    self.variants = variants
  }

  /// The parameter of a name; nil if there is none.
  public subscript(name: String) -> Parameter<Subject>? {
    parameters.first { $0.name == name }
  }
}

/// Where a real number, or a list of them, lies in the memory of what it belongs to.
///
/// A parameter itself holds key paths and texts: formulas, which look up the place of each number that varies, read
/// these instead.
public struct VariablePlace: Sendable {
  /// The offset [byte].
  public let offset: Int
  /// Whether it is a list.
  public let isList: Bool
}

extension ClosedRange<Double> {
  /// Every finite number that is not negative.
  public static var nonNegative: Self { 0...Double.greatestFiniteMagnitude }
  /// Every finite number above zero.
  public static var positive: Self {
    Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
  }
}
