import BeamDynamics
import Documents
import Sensitivity

/// Reads the design variables of a run file.
struct VariableReader {
  private let run: RunFile
  /// The run as the file has it.
  private let start: DesignRun
  private var names: InputNames
  /// A beam file, read only if a particle of it varies.
  private var bunch: Bunch<Double>?
  private var variables: [DesignVariable] = []
  private var variableNames: Set<String> = []
  /// What is varied already, by the name of the variable that does.
  private var taken: [RunInput: String] = [:]
  private var takenConstants: [Int: String] = [:]

  /// The most variables that a file may name.
  private static let limit = 1_000_000

  init(_ run: RunFile) {
    self.run = run
    start = run.designRun(with: nil)
    names = start.inputNames
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
    return DesignVariables(variables, constants: run.constants, expressions: expressions)
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
        entry, describedAs: "a variable", constants: run.constants, &diagnostics)
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
      guard names.particles > 0, names.particles <= Self.limit - variables.count else {
        diagnostics.error(
          names.particles == 0
            ? "variable \(quoted(name)): there are no particles"
            : "more than \(Self.limit) variables", at: position)
        continue
      }
      let coordinate = name.dropFirst(everyParticle.count)
      let mistakes = diagnostics.entries.count
      for particle in 0..<names.particles {
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
    var inputs: [RunInput] = []
    var values: [Double] = []
    var constant: Int?
    for (place, position) in places {
      if place.hasPrefix("constants.") {
        constant = readConstant(place, for: name, at: position, &diagnostics)
        guard let constant else { return }
        values.append(run.constants.values[constant])
      } else {
        guard let input = readInput(place, for: name, at: position, &diagnostics) else { return }
        inputs.append(input)
        guard let value = value(of: input, at: position, &diagnostics) else { return }
        values.append(value)
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
        name, constant.map { .constant($0) } ?? .inputs(inputs), value: start,
        minimum: settings.minimum, maximum: settings.maximum, scale: settings.scale,
        group: settings.group))
  }

  private mutating func readConstant(
    _ place: String, for name: String, at position: SourcePosition,
    _ diagnostics: inout Diagnostics
  ) -> Int? {
    do {
      let constant = try run.constants.independentPlace(of: String(place.dropFirst(10)))
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

  private mutating func readInput(
    _ place: String, for name: String, at position: SourcePosition,
    _ diagnostics: inout Diagnostics
  ) -> RunInput? {
    if place.hasPrefix("beam.particles[") { readBunch(at: position, &diagnostics) }
    do {
      let input = try names.input(named: place)
      let same = taken[input] ?? (input.isEnergy ? taken.first { $0.key.isEnergy }?.value : nil)
      if let same {
        diagnostics.error("\(quoted(place)) is varied by \(quoted(same)) already", at: position)
        return nil
      }
      taken[input] = name
      return input
    } catch {
      let isConstant = run.constants.place(of: place) != nil
      diagnostics.error(
        "variable \(quoted(place)): "
          + (isConstant
            ? "a constant is varied as \(quoted("constants." + place))" : error.reason),
        at: position)
      return nil
    }
  }

  private mutating func readBunch(at position: SourcePosition, _ diagnostics: inout Diagnostics) {
    guard run.tracking.method == .particles, bunch == nil,
      case .file(let path, let charge) = run.beam.source
    else { return }
    do {
      let file = try BeamFile.read(path, charge: charge)
      bunch = file.bunch(reference: run.beam.reference)
      names.particles = file.count
    } catch {
      diagnostics.error("the beam file cannot be read: \(error)", at: position)
    }
  }

  private func value(
    of input: RunInput, at position: SourcePosition, _ diagnostics: inout Diagnostics
  ) -> Double? {
    if case .coordinate(let particle, let i) = input, let bunch { return bunch[particle][i] }
    let value = start.value(of: input)
    if !value.isFinite {
      diagnostics.error("\(quoted(names.name(of: input))) has no value", at: position)
      return nil
    }
    return value
  }

  // MARK: What follows constants

  /// The numbers of the run that follow constants; those that cannot vary must not follow a varied
  /// one.
  private func expressions(
    at position: SourcePosition, _ diagnostics: inout Diagnostics
  ) -> [(input: RunInput, expression: Expression)] {
    let moving = run.constants.dependents(of: Set(takenConstants.keys))
    let hasEnergy = taken.keys.contains { $0.isEnergy }
    var expressions: [(input: RunInput, expression: Expression)] = []
    var reached: Set<Int> = []
    for binding in run.bindings {
      let places = binding.expression.references.map(\.place).filter(moving.contains)
      guard !places.isEmpty else { continue }
      do {
        let input = try input(of: binding)
        // A number that is a variable of its own no longer follows its expression.
        if taken[input] != nil { continue }
        reached.formUnion(places)
        if hasEnergy && input.isEnergy { continue }
        expressions.append((input, binding.expression))
      } catch {
        reached.formUnion(places)
        let name = run.constants.constants[places[0]].name
        diagnostics.error(
          "the constant \(quoted(name)) follows the variables, but \(describe(binding.quantity)) "
            + "is an expression of it and cannot vary: \(error.reason)", at: position)
      }
    }
    for (constant, name) in takenConstants
    where run.constants.dependents(of: [constant]).isDisjoint(with: reached) {
      diagnostics.warning("nothing in the run depends on \(quoted(name))", at: position)
    }
    return expressions
  }

  /// The number that a binding gives.
  ///
  /// - Throws: `UnknownInput` if it cannot vary, with the reason.
  private func input(of binding: Binding) throws(UnknownInput) -> RunInput {
    let name = describe(binding.quantity)
    if binding.isWhole { throw UnknownInput(name, "it is a whole number") }
    switch binding.quantity {
    case .parameter(let element, let name, let entry):
      let place = run.beamline.elements[element].name + "." + name + (entry.map { "[\($0)]" } ?? "")
      return try names.input(named: place)
    case .placement(let element, let name):
      return try names.input(named: run.beamline.elements[element].name + "." + name)
    case .beam(let own): return try names.input(named: "beam." + own)
    case .tracking: throw UnknownInput(name, "settings of the tracking are no variables")
    case .effect: throw UnknownInput(name, "parameters of effects are no variables")
    case .line: throw UnknownInput(name, "lines are no variables")
    }
  }

  private func describe(_ quantity: Binding.Quantity) -> String {
    switch quantity {
    case .parameter(let element, let name, _), .placement(let element, let name):
      quoted(run.beamline.elements[element].name + "." + name)
    case .beam(let name): quoted("beam." + name)
    case .tracking(let name): quoted("tracking." + name)
    case .effect(let index, let name, _):
      quoted("\(type(of: run.tracking.effects[index]).kind).\(name)")
    case .line(let name): "a number in line \(quoted(name))"
    }
  }
}

extension RunInput {
  /// Whether it is the energy of the reference particle, whatever the name.
  fileprivate var isEnergy: Bool {
    switch self {
    case .beam(.kineticEnergy), .beam(.totalEnergy), .beam(.momentum): true
    default: false
    }
  }
}
