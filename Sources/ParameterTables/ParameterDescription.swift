/// A parameter in words and numbers, whatever thing it belongs to: what documentation, schemas and other
/// programs are told of it.
public struct ParameterDescription: Sendable, Equatable {
  /// What kind of value it has, and which values are allowed.
  public enum Form: Sendable, Equatable {
    /// A real number within a range.
    case real(ClosedRange<Double>)
    /// A real number within a range, which may be missing, or replaced by a word that says so.
    case optional(ClosedRange<Double>, none: String?)
    /// A list of real numbers, of any length.
    case list
    /// A whole number within a range and, if there are any, among the given ones.
    case integer(ClosedRange<Int>, among: [Int])
    /// The same; where it is left out, the program chooses it.
    case chosen(ClosedRange<Int>, among: [Int])
    /// A square matrix of real numbers, as a list of its rows or of all numbers, row after row.
    case matrix(side: Int)
    /// A list of rows of so many real numbers each.
    case rows(Int)
    /// One of these words.
    case word(among: [String])
    /// True or false.
    case flag
    /// A list of objects with these parameters each.
    indirect case objects([ParameterDescription])
  }

  /// The name in files.
  public let name: String
  /// The unit as written in documents, such as "m"; empty for a pure number.
  public let unit: String
  /// One sentence.
  public let summary: String
  /// What kind of value it has, and which values are allowed.
  public let form: Form
  /// True if a file must give it.
  public let isRequired: Bool

  /// A description of a parameter that no table holds.
  public init(name: String, unit: String, summary: String, form: Form, isRequired: Bool) {
    self.name = name
    self.unit = unit
    self.summary = summary
    self.form = form
    self.isRequired = isRequired
  }

  /// What values are allowed, in words; empty for every number.
  public var allowedValues: String {
    switch form {
    case .optional(let range, let word):
      let numbers = Self.allowedValues(range)
      guard let word else { return numbers }
      return (numbers.isEmpty ? "number" : numbers) + ", or \"\(word)\""
    case .real(let range): return Self.allowedValues(range)
    case .list:
      return "list of numbers"
    case .matrix(let side):
      return "\(side * side) numbers, or \(side) rows"
    case .rows(let width):
      return "list of lists of \(width) numbers"
    case .word(let choices):
      return choices.joined(separator: ", ")
    case .flag:
      return "true, false"
    case .objects(let parameters):
      return "list of objects with " + parameters.map(\.name).joined(separator: ", ")
    case .integer(let range, let choices), .chosen(let range, let choices):
      return choices.isEmpty
        ? "whole, \(range.lowerBound) to \(range.upperBound)"
        : choices.map(String.init).joined(separator: ", ")
    }
  }

  private static func allowedValues(_ range: ClosedRange<Double>) -> String {
    let isBelow = range.lowerBound > -Double.greatestFiniteMagnitude
    let isAbove = range.upperBound < Double.greatestFiniteMagnitude
    switch (isBelow, isAbove) {
    case (false, false): return ""
    case (true, false):
      return range.lowerBound == .leastNonzeroMagnitude ? "> 0" : ">= \(range.lowerBound)"
    case (false, true): return "<= \(range.upperBound)"
    case (true, true): return "\(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// Parameters that give the same quantity in different ways.
public struct ParameterAlternatives: Sendable, Equatable {
  /// The names of the parameters, of which at most one may be given.
  public let names: [String]
  /// True if one of them must be given; otherwise all may be missing.
  public let isRequired: Bool

  /// One of these parameters must be given, and no other of them.
  public static func exactlyOne(of names: String...) -> Self {
    Self(names: names, isRequired: true)
  }

  /// At most one of these parameters may be given.
  public static func atMostOne(of names: String...) -> Self {
    Self(names: names, isRequired: false)
  }
}

/// Parameters that belong to one word of a choice only: a circle has a radius, a rectangle two
/// sides.
public struct ParameterVariants: Sendable, Equatable {
  /// The name of the choice.
  public let choice: String
  /// For each of its words, the names of the parameters that must be given with it. Those that
  /// occur here may not be given with another word.
  public let needs: [Variant]

  /// A word and the parameters that it needs.
  public struct Variant: Sendable, Equatable {
    /// The word.
    public let word: String
    /// The names of its parameters.
    public let names: [String]
  }

  /// The choice of this name, and what each of its words needs.
  public init(of choice: String, _ needs: KeyValuePairs<String, [String]>) {
    self.choice = choice
    self.needs = needs.map { Variant(word: $0.key, names: $0.value) }
  }

  /// The names of the parameters that the word needs; none for a word that is not known.
  public func names(with word: String) -> [String] {
    needs.first { $0.word == word }?.names ?? []
  }

  /// The words that need the parameter of this name.
  public func words(with name: String) -> [String] {
    needs.filter { $0.names.contains(name) }.map(\.word)
  }
}

extension Parameter {
  /// What readers and documentation need to know of the parameter: all but the key path to its value.
  public var specification: ParameterDescription {
    let form: ParameterDescription.Form =
      switch storage {
      case .real(_, let range): .real(range)
      case .optional(_, let range, let word): .optional(range, none: word)
      case .vector: rowLength.map { .matrix(side: $0) } ?? .list
      case .integer(_, let range, let choices): .integer(range, among: choices)
      case .chosen(_, let range, let choices): .chosen(range, among: choices)
      case .word(_, let choices): .word(among: choices)
      case .rows(_, let width): .rows(width)
      case .flag: .flag
      case .objects(let objects): .objects(objects.specifications)
      }
    return ParameterDescription(
      name: name, unit: unit, summary: summary, form: form, isRequired: isRequired)
  }
}
