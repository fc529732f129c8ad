import BeamDynamics
import Documents
import Sensitivity

/// Reads the numbers of a run file that vary from turn to turn.
struct RampReader {
  private let file: RunFile
  private let run: DesignRun
  /// What expressions of ramps may use: `turn`, and behind it the file's constants.
  private let scope: ExpressionScope
  /// What is ramped, by the name of the ramp that does.
  private var taken: [RunNumber: String] = [:]
  /// The constants that are ramped, by their places.
  private var constants: [Int: Entry] = [:]
  /// The expressions that use constants.
  private var uses: [(place: Int, position: SourcePosition)] = []

  /// A ramp, and where it stands.
  private struct Entry {
    let name: String
    let course: RampCourse
    let position: SourcePosition
    let target: Target
  }

  private enum Target {
    case parameter(BeamlineParameter)
    case constant(Int)
  }

  init(_ file: RunFile) {
    self.file = file
    run = file.namedRun
    let scope = file.constants.scope
    self.scope = ExpressionScope(
      variables: ["turn"] + scope.variables, known: scope.known.filter { $0.name != "pi" })
  }

  mutating func read(
    _ node: JSONNode, _ bindings: inout [Binding], _ diagnostics: inout Diagnostics
  ) -> [RampDescription] {
    guard case .array(let nodes) = node.value else {
      if !node.isUnreadable {
        diagnostics.error(
          "\"ramps\": expected a list of objects with a \"name\", found \(node.summary)",
          at: node.position)
      }
      return []
    }
    if !nodes.isEmpty && file.tracking.method != .particles {
      diagnostics.error(
        "\"ramps\" are those of a run of particles; the method is "
          + quoted(file.tracking.method.rawValue), at: node.position)
      return []
    }
    var entries: [Entry] = []
    for (number, node) in nodes.enumerated() {
      if let entry = read(entry: node, number, &bindings, &diagnostics) { entries.append(entry) }
    }
    let moving = file.constants.dependents(of: Set(constants.keys))
    for use in uses where moving.contains(use.place) {
      diagnostics.error(
        "the constant \(quoted(file.constants.constants[use.place].name)) is ramped itself; write the "
          + "expression with \"turn\"", at: use.position)
    }
    return entries.map { entry in
      let ramps =
        switch entry.target {
        case .parameter(let parameter):
          [Self.ramp(parameter, entry.course)]
        case .constant(let place): ramps(following: place, entry, &diagnostics)
        }
      return RampDescription(name: entry.name, course: entry.course.course, ramps: ramps)
    }
  }

  private static func ramp(_ parameter: BeamlineParameter, _ course: RampCourse) -> ParameterRamp {
    switch course.course {
    case .table(let table): ParameterRamp(parameter, table)
    case .expression: ParameterRamp(parameter) { course.value(in: $0) }
    }
  }

  // MARK: One ramp

  private mutating func read(
    entry node: JSONNode, _ number: Int, _ bindings: inout [Binding],
    _ diagnostics: inout Diagnostics
  ) -> Entry? {
    guard
      var reader = ObjectReader(
        node, describedAs: "ramp \(number + 1)", constants: file.constants, &diagnostics)
    else { return nil }
    let name = reader.string("name", required: true, &diagnostics)
    let hasTable = reader.contains("turns") || reader.contains("values")
    let course = hasTable ? readTable(&reader, &diagnostics) : readExpression(&reader, &diagnostics)
    if hasTable, reader.node("expression") != nil {
      diagnostics.error(
        "ramp \(number + 1) has an \"expression\" and a table of \"turns\" and \"values\"; expected one of "
          + "them", at: reader.position(of: "expression"))
    }
    reader.finish(&diagnostics)
    bindings += reader.bindings { .setting(RampDescription.path(number, $0.key, $0.index)) }
    guard let name else { return nil }
    let position = reader.node("name")?.position ?? node.position
    guard let target = target(called: name, at: position, &diagnostics), let course else {
      return nil
    }
    let values = file.constants.values
    let entry = Entry(
      name: name, course: RampCourse(course: course, constants: values), position: node.position,
      target: target)
    if case .constant(let place) = target { constants[place] = entry }
    return entry
  }

  private mutating func readTable(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> RampDescription.Course? {
    let turns = reader.numbers("turns", required: true, &diagnostics)
    let values = reader.numbers("values", required: true, &diagnostics)
    guard let turns, let values else { return nil }
    if turns.isEmpty || turns.count != values.count {
      diagnostics.error(
        "\(reader.subject): expected a value for each of \"turns\", found \(turns.count) turns and "
          + "\(values.count) values", at: reader.position(of: "values"))
      return nil
    }
    if !zip(turns, turns.dropFirst()).allSatisfy(<) {
      diagnostics.error(
        "\(reader.subject), \"turns\": expected numbers that rise", at: reader.position(of: "turns")
      )
      return nil
    }
    return .table(TurnTable(turns: turns, values: values))
  }

  private mutating func readExpression(
    _ reader: inout ObjectReader, _ diagnostics: inout Diagnostics
  ) -> RampDescription.Course? {
    guard let node = reader.requiredNode("expression", &diagnostics) else { return nil }
    guard case .string(let text) = node.value else {
      if !node.isUnreadable {
        diagnostics.error(
          "\(reader.subject), \"expression\": expected an expression of \"turn\", found "
            + node.summary, at: node.position)
      }
      return nil
    }
    if file.constants.place(of: "turn") != nil {
      diagnostics.error(
        "in ramps \"turn\" is the number of the turn; give the constant \"turn\" another name",
        at: node.position)
      return nil
    }
    do {
      let expression = try Expression(text, in: scope)
      for reference in expression.references where reference.place > 0 {
        uses.append((reference.place - 1, node.position(ofScalar: reference.offset)))
        // A constant that has no value has been reported where it stands.
        if file.constants.values[reference.place - 1].isNaN { return nil }
      }
      for turn in Set([1, file.tracking.turns]).sorted() {
        do {
          _ = try expression.finiteValue([Double(turn)] + file.constants.values)
        } catch {
          diagnostics.error(
            "\(reader.subject), \"expression\": \(error.message) in turn \(turn)",
            at: node.position(ofScalar: error.offset))
          return nil
        }
      }
      return .expression(expression)
    } catch {
      diagnostics.error(
        "\(reader.subject), \"expression\": \(error.message)",
        at: node.position(ofScalar: error.offset))
      return nil
    }
  }

  // MARK: What it stands for

  private mutating func target(
    called name: String, at position: SourcePosition, _ diagnostics: inout Diagnostics
  ) -> Target? {
    func refuse(_ reason: String) {
      diagnostics.error("ramp of \(quoted(name)): \(reason)", at: position)
    }
    if name.hasPrefix("constants.") {
      do {
        let place = try file.constants.independentPlace(of: String(name.dropFirst(10)))
        if constants[place] != nil {
          refuse("there are two of them")
          return nil
        }
        return .constant(place)
      } catch {
        refuse(error.message)
        return nil
      }
    }
    do {
      let number = try run.number(named: name)
      guard case .element(let parameter) = number else {
        refuse(Self.reason(number))
        return nil
      }
      if let other = taken.updateValue(name, forKey: number) {
        refuse("there are two of them" + (other == name ? "" : ", with \(quoted(other))"))
        return nil
      }
      if let reason = file.beamline.obstacle(toRamping: parameter) {
        refuse(reason)
        return nil
      }
      return .parameter(parameter)
    } catch {
      let isConstant = file.constants.place(of: name) != nil
      refuse(
        isConstant ? "a constant is ramped as \(quoted("constants." + name))" : error.reason)
      return nil
    }
  }

  /// Why what is no number of the beamline cannot vary from turn to turn.
  private static func reason(_ number: RunNumber) -> String {
    switch number {
    case .beam, .coordinate: "the beam is made once, before the first turn"
    case .effect: "collective effects are made once, for all turns"
    case .element, .setting: "it is a setting, the same in all turns"
    }
  }

  // MARK: What follows constants

  /// The numbers of the beamline that are expressions of a ramped constant, and have no ramp of their
  /// own. One that follows several is told once, by the first of them.
  private mutating func ramps(
    following place: Int, _ entry: Entry, _ diagnostics: inout Diagnostics
  ) -> [ParameterRamp] {
    let moving = file.constants.dependents(of: [place])
    let table = file.constants
    let courses = constants.mapValues(\.course)
    var ramps: [ParameterRamp] = []
    var reaches = false
    for binding in file.bindings {
      let (number, expression) = (binding.number, binding.expression)
      guard expression.references.contains(where: { moving.contains($0.place) }) else { continue }
      reaches = true
      if taken[number] != nil { continue }
      guard case .element(let parameter) = number else {
        diagnostics.error(
          "ramp of \(quoted(entry.name)): \(quoted(run.name(of: number))) is an expression of it, and "
            + Self.reason(number), at: entry.position)
        continue
      }
      if let reason = file.beamline.obstacle(toRamping: parameter) {
        diagnostics.error(
          "ramp of \(quoted(entry.name)): \(quoted(run.name(of: number))) is an expression of it, and "
            + "cannot vary: \(reason)", at: entry.position)
        continue
      }
      taken[number] = entry.name
      ramps.append(
        ParameterRamp(parameter) { turn in
          expression.value(table.values(replacing: courses.mapValues { $0.value(in: turn) }))
        })
    }
    if !reaches {
      diagnostics.warning(
        "nothing in the run depends on \(quoted(entry.name))", at: entry.position)
    }
    return ramps
  }
}
