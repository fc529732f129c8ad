import BeamDynamics
import Documents
import Sensitivity

/// Reads the design variables of a run file.
struct VariableReader {
  private let file: RunFile
  /// The run as the file has it; with the particles of a beam file only if one of them varies.
  private var run: DesignRun
  private var variables: [DesignVariable] = []
  private var variableNames: Set<String> = []
  /// What is varied already, by the name of the variable that does.
  private var taken: [RunNumber: String] = [:]
  private var takenConstants: [Int: String] = [:]

  /// The most variables that a file may name.
  private static let limit = 1_000_000

  init(_ file: RunFile) {
    self.file = file
    run = file.namedRun
  }

  mutating func read(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> DesignVariables? {
    guard case .array(let entries) = node.value else {
      if !node.isUnreadable {
        diagnostics.error(
          "\"variables\": expected a list of names, or of objects with a \"name\", found "
            + node.summary, at: node.position)
      }
      return nil
    }
    for entry in entries { read(entry: entry, &diagnostics) }
    if entries.isEmpty { diagnostics.error("\"variables\" names none", at: node.position) }
    guard variables.count >= entries.count, !diagnostics.hasErrors else { return nil }
    let expressions = expressions(at: node.position, &diagnostics)
    if diagnostics.hasErrors { return nil }
    return DesignVariables(variables, constants: file.constants, expressions: expressions)
  }

  // MARK: One entry

  /// What an entry says besides names.
  private struct Settings {
    var value: Double?
    var minimum = -Double.infinity
    var maximum = Double.infinity
    var scale: Double?
    var group: String?
  }

  private mutating func read(entry: JSONNode, _ diagnostics: inout Diagnostics) {
    if case .string(let name) = entry.value {
      add(all: [(name, entry.position)], Settings(), &diagnostics)
      return
    }
    guard
      var reader = ObjectReader(
        entry, describedAs: "a variable", constants: file.constants, &diagnostics)
    else { return }
    let mistakes = diagnostics.entries.count
    let name = reader.string("name", &diagnostics)
    let group = reader.string("group", &diagnostics)
    let members = listed("names", &reader, &diagnostics)
    let places = listed("of", &reader, &diagnostics)
    var settings = Settings()
    settings.group = group
    settings.value = reader.number("value", &diagnostics)
    settings.minimum = reader.number("min", &diagnostics) ?? -.infinity
    settings.maximum = reader.number("max", &diagnostics) ?? .infinity
    settings.scale = reader.number(
      "scale", in: Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude, &diagnostics)
    reader.finish(&diagnostics)
    if settings.minimum > settings.maximum {
      diagnostics.error(
        "\"min\" is above \"max\"; exchange them", at: reader.position(of: "min"))
      return
    }
    if let name {
      if members != nil {
        diagnostics.error(
          "a variable has a \"name\", a group has \"names\"; expected one of them",
          at: reader.position(of: "names"))
        return
      }
      let position = reader.node("name")?.position ?? entry.position
      if let places {
        add(name, standingFor: places, settings, at: position, &diagnostics)
      } else {
        add(all: [(name, position)], settings, &diagnostics)
      }
    } else if let members, places == nil {
      add(all: members, settings, &diagnostics)
    } else if diagnostics.entries.count == mistakes {
      diagnostics.error(
        "a variable needs a \"name\", or \"names\" of several that share what stands beside",
        at: entry.position)
    }
  }

  /// A list of names with their positions; nil if there is none.
  private func listed(
    _ key: String, _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> [(name: String, position: SourcePosition)]? {
    guard let nodes = reader.array(key, &diagnostics) else { return nil }
    if nodes.isEmpty {
      diagnostics.error("\(quoted(key)) is empty; expected names", at: reader.position(of: key))
    }
    return nodes.compactMap { node in
      guard case .string(let name) = node.value else {
        if !node.isUnreadable {
          diagnostics.error(
            "\(quoted(key)): expected a name, found \(node.summary)", at: node.position)
        }
        return nil
      }
      return (name, node.position)
    }
  }

  /// Variables that stand for what they are called; `beam.particles[*].x` is one for each particle.
  private mutating func add(
    all members: [(name: String, position: SourcePosition)], _ settings: Settings,
    _ diagnostics: inout Diagnostics
  ) {
    let everyParticle = "beam.particles[*]"
    for (name, position) in members {
      guard name.hasPrefix(everyParticle) else {
        add(name, standingFor: [(name, position)], settings, at: position, &diagnostics)
        continue
      }
      readBunch(at: position, &diagnostics)
      guard run.particleCount > 0, run.particleCount <= Self.limit - variables.count else {
        diagnostics.error(
          run.particleCount == 0
            ? "variable \(quoted(name)): there are no particles"
            : "more than \(Self.limit) variables", at: position)
        continue
      }
      let coordinate = name.dropFirst(everyParticle.count)
      let mistakes = diagnostics.entries.count
      for particle in 0..<run.particleCount {
        let own = "beam.particles[\(particle)]\(coordinate)"
        add(own, standingFor: [(own, position)], settings, at: position, &diagnostics)
        if diagnostics.entries.count > mistakes { break }
      }
    }
  }

  // MARK: What it stands for

  private mutating func add(
    _ name: String, standingFor places: [(name: String, position: SourcePosition)],
    _ settings: Settings, at position: SourcePosition, _ diagnostics: inout Diagnostics
  ) {
    if variableNames.contains(name) {
      diagnostics.error("there are two variables \(quoted(name))", at: position)
      return
    }
    var numbers: [RunNumber] = []
    var values: [Double] = []
    var constant: Int?
    for (place, position) in places {
      if place.hasPrefix("constants.") {
        constant = readConstant(place, for: name, at: position, &diagnostics)
        guard let constant else { return }
        values.append(file.constants.values[constant])
      } else {
        guard let number = readNumber(place, for: name, at: position, &diagnostics) else { return }
        numbers.append(number)
        values.append(run[number])
      }
    }
    if constant != nil && places.count > 1 {
      diagnostics.error(
        "a constant is shared by what is an expression of it; it stands alone in \"of\"",
        at: position)
      return
    }
    if settings.value == nil, values.contains(where: { $0 != values[0] }) {
      diagnostics.error(
        "the places of \(quoted(name)) have different values; give the variable a \"value\" to "
          + "start from", at: position)
      return
    }
    let start = settings.value ?? values[0]
    guard settings.minimum <= start, start <= settings.maximum else {
      diagnostics.error(
        "\(quoted(name)) starts at \(start), outside its bounds", at: position)
      return
    }
    variableNames.insert(name)
    variables.append(
      DesignVariable(
        name, constant.map { .constant($0) } ?? .numbers(numbers), value: start,
        minimum: settings.minimum, maximum: settings.maximum, scale: settings.scale,
        group: settings.group))
  }

  private mutating func readConstant(
    _ place: String, for name: String, at position: SourcePosition,
    _ diagnostics: inout Diagnostics
  ) -> Int? {
    do {
      let constant = try file.constants.independentPlace(of: String(place.dropFirst(10)))
      if let other = takenConstants.updateValue(name, forKey: constant) {
        diagnostics.error("\(quoted(place)) is varied by \(quoted(other)) already", at: position)
        return nil
      }
      return constant
    } catch {
      diagnostics.error("variable \(quoted(place)): \(error.message)", at: position)
      return nil
    }
  }

  private mutating func readNumber(
    _ place: String, for name: String, at position: SourcePosition,
    _ diagnostics: inout Diagnostics
  ) -> RunNumber? {
    if place.hasPrefix("beam.particles[") { readBunch(at: position, &diagnostics) }
    do {
      let number = try run.number(named: place)
      let same = taken[number] ?? (number.isEnergy ? taken.first { $0.key.isEnergy }?.value : nil)
      if let same {
        diagnostics.error("\(quoted(place)) is varied by \(quoted(same)) already", at: position)
        return nil
      }
      taken[number] = name
      if !run[number].isFinite {
        diagnostics.error("\(quoted(place)) has no value", at: position)
        return nil
      }
      return number
    } catch {
      let isConstant = file.constants.place(of: place) != nil
      diagnostics.error(
        "variable \(quoted(place)): "
          + (isConstant
            ? "a constant is varied as \(quoted("constants." + place))" : error.reason),
        at: position)
      return nil
    }
  }

  private mutating func readBunch(at position: SourcePosition, _ diagnostics: inout Diagnostics) {
    guard file.tracking.method == .particles else { return }
    do {
      run.beam = try run.beam.read().beam
    } catch {
      diagnostics.error("the beam file cannot be read: \(error)", at: position)
    }
  }

  // MARK: What follows constants

  /// The numbers of the run that follow constants; those that cannot vary must not follow a varied
  /// one.
  private func expressions(
    at position: SourcePosition, _ diagnostics: inout Diagnostics
  ) -> [(number: RunNumber, expression: Expression)] {
    let moving = file.constants.dependents(of: Set(takenConstants.keys))
    let hasEnergy = taken.keys.contains { $0.isEnergy }
    var expressions: [(number: RunNumber, expression: Expression)] = []
    var reached: Set<Int> = []
    for binding in file.bindings {
      let places = binding.expression.references.map(\.place).filter(moving.contains)
      guard !places.isEmpty else { continue }
      let number = binding.number
      // A number that is a variable of its own no longer follows its expression.
      if taken[number] != nil { continue }
      reached.formUnion(places)
      if let reason = run.obstacle(to: number) {
        diagnostics.error(
          "the constant \(quoted(file.constants.constants[places[0]].name)) follows the variables, "
            + "but \(quoted(run.name(of: number))) is an expression of it and cannot vary: "
            + reason, at: position)
      } else if !(hasEnergy && number.isEnergy) {
        expressions.append((number, binding.expression))
      }
    }
    for (constant, name) in takenConstants
    where file.constants.dependents(of: [constant]).isDisjoint(with: reached) {
      diagnostics.warning("nothing in the run depends on \(quoted(name))", at: position)
    }
    return expressions
  }
}

extension RunNumber {
  /// Whether it is the energy of the reference particle, whatever the name.
  fileprivate var isEnergy: Bool {
    switch self {
    case .beam(let own): own.isEnergy
    default: false
    }
  }
}
