import Documents

/// Reads a model file: first the channels with their parameters, then the bindings of parameters;
/// then it checks the lineshapes with the values of all parameters.
struct ModelReader {
  private let lineshapes: LineshapeCatalog
  private let radius: Double
  private let parent: Particle?
  private var parameters: ModelParameters
  /// Lineshapes that are checked again when the values of all parameters are known.
  private var checks: [LineshapeCheck] = []

  private struct LineshapeCheck {
    let kind: LineshapeKind
    let values: LineshapeValues
    let decay: TwoBodyDecay
    let subject: String
    let position: SourcePosition
    /// The place of each slot's parameter, by the slot's name.
    let places: [String: Int]

    /// What is wrong with the lineshape at the values of all parameters; nil if nothing is.
    func mistake(at parameters: [Double]) -> String? {
      var values = values
      for parameter in kind.parameters {
        guard case .real = parameter.form, let place = places[parameter.name] else { continue }
        values.reals[parameter.name] = parameters[place]
      }
      return kind.mistake(in: values, of: decay)
    }
  }

  static func read(
    _ root: JSONNode, path: String, _ lineshapes: LineshapeCatalog,
    _ diagnostics: inout Diagnostics
  ) -> ModelFile? {
    guard var reader = ObjectReader(root, describedAs: "the model file", &diagnostics) else {
      return nil
    }
    var (parentName, parentMass) = ("parent", 0.0)
    if var parent = reader.object(
      "parent", describedAs: "\"parent\"", required: true, &diagnostics)
    {
      parentName = parent.string("name", &diagnostics) ?? parentName
      let known = Particle.named(parentName)?.mass
      parentMass =
        parent.number("mass", in: .positive, required: known == nil, &diagnostics) ?? known ?? 0
      _ = parent.choice("polarization", among: ["transverse"], &diagnostics)
      parent.finish(&diagnostics)
    }
    let radius = reader.number("radius", in: .positive, &diagnostics) ?? 1
    let constraint = reader.node("fraction_constraint").flatMap {
      Channel.FractionConstraint.read($0, &diagnostics)
    }
    let corrects = reader.boolean("weight_correction", &diagnostics) ?? true
    let fit =
      reader.node("fit").map { FitDescription.read($0, &diagnostics) } ?? FitDescription()
    let output = reader.string("output", &diagnostics)
    let storage = reader.choice(
      "storage", among: EventStorage.allCases.map(\.rawValue), &diagnostics
    ).flatMap(EventStorage.init)
    guard
      let channelsNode = reader.object(
        "channels", describedAs: "\"channels\"", keysCalled: "channel", required: true,
        &diagnostics)
    else { return nil }
    reader.finish(&diagnostics)
    if channelsNode.members.isEmpty {
      diagnostics.error("\"channels\" needs at least one channel", at: channelsNode.position)
    }
    var model = Self(
      lineshapes: lineshapes, radius: radius, parent: Particle.named(parentName),
      parameters: ModelParameters(hasManyChannels: channelsNode.members.count > 1))
    var channels: [ChannelModel] = []
    for member in channelsNode.members {
      guard var channel = model.readChannel(member, &diagnostics) else { continue }
      channel.fractionConstraint = channel.fractionConstraint ?? constraint
      channel.correctsForWeights = corrects
      if channel.fractionConstraint != nil, channel.truth == nil {
        diagnostics.error(
          "channel \(quoted(member.key)): a constraint on fractions needs \"truth\" events",
          at: member.keyPosition)
      }
      channels.append(channel)
    }
    model.parameters.bind(&diagnostics)
    guard !diagnostics.hasErrors else { return nil }
    let set: ParameterSet
    do {
      set = try ParameterSet(model.parameters.parameters)
    } catch {
      let circle = error as? ParameterSet.CircularBinding
      let position = circle?.names.first.flatMap { model.parameters.positionOfBinding(of: $0) }
      diagnostics.error("\(error)", at: position ?? channelsNode.position)
      return nil
    }
    let values = set.values(at: set.start)
    for (parameter, value) in zip(set.parameters, values)
    where parameter.binding != nil && !(parameter.lower...parameter.upper).contains(value) {
      diagnostics.error(
        "\(quoted(parameter.name)): the value \(value) of the parameter that it follows is not possible",
        at: model.parameters.positionOfBinding(of: parameter.name) ?? channelsNode.position)
    }
    for check in model.checks {
      if let mistake = check.mistake(at: values) {
        diagnostics.error("\(check.subject): \(mistake)", at: check.position)
      }
    }
    for (_, channel, pull) in model.parameters.pulls {
      if let place = channels.firstIndex(where: { $0.name == channel }) {
        channels[place].pulls.append(pull)
      }
    }
    for i in channels.indices { channels[i].takeOutFixedCurves(set) }
    var file = ModelFile(
      path: path, parent: parentName, parentMass: parentMass, radius: radius, channels: channels,
      parameters: set.narrowedByFollowers(), fit: fit, root: root, lineshapes: lineshapes,
      parameterPaths: model.parameters.paths)
    file.output = output ?? file.output
    file.storage = storage ?? file.storage
    return file
  }

  // MARK: Channels

  private mutating func readChannel(
    _ member: JSONMember, _ diagnostics: inout Diagnostics
  ) -> ChannelModel? {
    let name = member.key
    let subject = "channel \(quoted(name))"
    guard var reader = ObjectReader(member.value, describedAs: subject, &diagnostics) else {
      return nil
    }
    if name.isEmpty || name.contains(where: { $0 == "@" || $0 == "/" }) {
      diagnostics.error(
        "a channel's name is part of names of files and parameters: it is not empty and has no "
          + "\"/\" or \"@\"", at: member.keyPosition)
    }
    let formalism =
      reader.choice(
        "formalism", among: DecayFormalism.allCases.map(\.rawValue), &diagnostics
      ).flatMap(DecayFormalism.init) ?? .covariantTensor
    let particles =
      reader.strings("final_state", count: formalism.particleCount, required: true, &diagnostics)
    let masses = particles?.map { particle -> Double in
      if let known = Particle.named(particle) { return known.mass }
      let suggestion = nearestName(to: particle, among: Particle.all.map(\.name))
      diagnostics.error(
        "\(subject): the particle \(quoted(particle)) is not known"
          + (suggestion.map { "; did you mean \(quoted($0))?" } ?? ""),
        at: reader.position(of: "final_state"))
      return 0
    }
    var channel = ChannelModel(
      name: name, formalism: formalism, finalState: particles ?? [],
      amplitude: AmplitudeSum(components: formalism.components), waves: [], masses: [],
      data: .file(""), integration: .file(""))
    if let objection = formalism.objection(toParent: parent) {
      diagnostics.error("\(subject): the parent \(objection)", at: member.keyPosition)
    }
    for particle in Set(particles ?? []).sorted().compactMap(Particle.named) {
      if let objection = formalism.objection(toProduct: particle) {
        diagnostics.error(
          "\(subject): the particle \(objection)", at: reader.position(of: "final_state"))
      }
    }
    channel.data = readSource("data", &reader, required: true, &diagnostics) ?? channel.data
    channel.integration =
      readSource("integration", &reader, required: true, &diagnostics) ?? channel.integration
    channel.truth = readSource("truth", &reader, required: false, &diagnostics)
    channel.weights = reader.string("weights", &diagnostics)
    channel.integrationWeights = reader.string("integration_weights", &diagnostics)
    channel.truthWeights = reader.string("truth_weights", &diagnostics)
    channel.windows = readWindows(&reader, formalism.particleCount, &diagnostics)
    channel.fractionConstraint = reader.node("fraction_constraint").flatMap {
      Channel.FractionConstraint.read($0, &diagnostics)
    }
    let symmetrize = reader.boolean("symmetrize", &diagnostics)
    let spectator = reader.node("spectator")
    // With a spectator, the first two particles are its products.
    if symmetrize == nil, spectator == nil, let twice = channel.indistinguishable {
      diagnostics.warning(
        "\(subject): \(quoted(twice)) occurs twice in the final state, and amplitudes in which the two "
          + "are exchanged are not added; \"symmetrize\": true adds them, false says that they do not "
          + "matter", at: reader.position(of: "final_state"))
    }
    let resonances = reader.object(
      "resonances", describedAs: "\"resonances\" of \(subject)", keysCalled: "resonance",
      required: true, &diagnostics)
    channel.generated = reader.integer("generated", in: 1...Int.max, &diagnostics)
    if channel.generated != nil, channel.truth == nil {
      diagnostics.error(
        "\(subject): \"generated\" serves an efficiency, which needs \"truth\" events",
        at: reader.position(of: "generated"))
    }
    if let node = reader.node("yield"),
      let number = WrittenNumber.read(
        node, describedAs: "\"yield\" of \(subject)", default: nil, &diagnostics)
    {
      if number.binding == nil, number.value <= 0 {
        diagnostics.error("\(subject): a yield is above 0", at: number.position)
      }
      channel.yield = parameters.add(
        "yield", of: name, unit: "", number, path: ["channels", name, "yield"],
        range: ClosedRange.positive.withoutFiniteEnds)
    }
    let background = reader.object(
      "background", describedAs: "\"background\" of \(subject)", &diagnostics)
    reader.finish(&diagnostics)
    guard let masses, let resonances, masses.count == formalism.particleCount else { return nil }
    var builder = ChannelBuilder(
      channel, masses: masses, orders: Self.orders(channel.finalState, symmetrize ?? false),
      radius: radius)
    if let spectator {
      guard formalism == .covariantTensor else {
        diagnostics.error(
          "\(subject): \"spectator\" belongs to the formalism \"covariant-tensor\"",
          at: spectator.position)
        return nil
      }
      readSpectator(spectator, &builder, &diagnostics)
    }
    if resonances.members.isEmpty {
      diagnostics.error("\(subject) needs at least one resonance", at: resonances.position)
    }
    for resonance in resonances.members {
      readResonance(resonance, &builder, &diagnostics)
    }
    if var background {
      if case .toy = builder.channel.data {
        diagnostics.error(
          "\(subject): the density of the background belongs to events that are given, not to those that "
            + "the model draws; leave \"background\" out, or give a file of \"data\"",
          at: background.position)
      }
      readBackground(&background, &builder, &diagnostics)
    }
    return builder.channel
  }

  private func readSource(
    _ key: String, _ reader: inout ObjectReader, required: Bool, _ diagnostics: inout Diagnostics
  ) -> SampleSource? {
    guard let node = required ? reader.requiredNode(key, &diagnostics) : reader.node(key) else {
      return nil
    }
    if case .string(let path) = node.value { return .file(path) }
    guard case .object = node.value,
      var source = ObjectReader(node, describedAs: "\(quoted(key))", &diagnostics)
    else {
      diagnostics.error(
        "\(reader.subject), \(quoted(key)): expected the name of a file, or an object with "
          + "\"phase_space\" or \"toy\", found \(node.summary)", at: node.position)
      return nil
    }
    let choice = source.exactlyOne(of: ["phase_space", "toy"], &diagnostics)
    let events = choice.flatMap { source.integer($0, in: 1...1_000_000_000, &diagnostics) }
    let seed = UInt64(source.integer("seed", in: 0...Int.max, &diagnostics) ?? 1)
    source.finish(&diagnostics)
    if choice == "toy", key != "data" {
      diagnostics.error(
        "\(reader.subject), \(quoted(key)): only \"data\" may be drawn by the model itself; here "
          + "there is \"phase_space\"", at: node.position)
      return nil
    }
    guard let events else { return nil }
    return choice == "toy"
      ? .toy(events: events, seed: seed) : .phaseSpace(events: events, seed: seed)
  }

  private func readWindows(
    _ reader: inout ObjectReader, _ particles: Int, _ diagnostics: inout Diagnostics
  ) -> [MassWindow] {
    guard
      var windows = reader.object(
        "windows", describedAs: "\"windows\"", keysCalled: "pair of particles", &diagnostics)
    else { return [] }
    var result: [MassWindow] = []
    for member in windows.members {
      let pair = member.key.split(separator: " ").compactMap { Int($0) }
      guard pair.count == 2, pair.allSatisfy((1...particles).contains), pair[0] != pair[1] else {
        diagnostics.error(
          "\"windows\": expected two numbers of particles from 1 to \(particles), such as \"1 2\", "
            + "found \(quoted(member.key))", at: member.keyPosition)
        _ = windows.node(member.key)
        continue
      }
      if let masses = windows.numbers(member.key, count: 2, &diagnostics) {
        guard masses[0] < masses[1] else {
          diagnostics.error(
            "\"windows\": the lower mass comes first", at: member.value.position)
          continue
        }
        result.append(MassWindow(pair[0] - 1, pair[1] - 1, masses: masses[0]...masses[1]))
      }
    }
    return result
  }

  /// The orders of particles whose amplitudes are added: one, or one for each exchange of identical
  /// particles.
  private static func orders(_ names: [String], _ isSymmetric: Bool) -> [[Int]] {
    var orders: [[Int]] = [[]]
    for i in names.indices {
      orders = orders.flatMap { order in
        names.indices.filter { j in
          !order.contains(j) && (isSymmetric ? names[j] == names[i] : j == i)
        }.map { order + [$0] }
      }
    }
    return orders
  }

  // MARK: Parts of a channel

  private mutating func readSpectator(
    _ node: JSONNode, _ builder: inout ChannelBuilder, _ diagnostics: inout Diagnostics
  ) {
    guard var reader = ObjectReader(node, describedAs: "\"spectator\"", &diagnostics) else {
      return
    }
    let name = reader.string("name", required: true, &diagnostics) ?? "spectator"
    let decay = builder.decay(pair: [0, 1], spin: 1)
    let path = ["channels", builder.channel.name, "spectator"]
    let curve = readLineshape(
      &reader, named: name, path, builder.channel.name, decay, &diagnostics)
    reader.finish(&diagnostics)
    if let curve { builder.setSpectator(curve.lineshape, curve.parameters) }
  }

  private mutating func readResonance(
    _ member: JSONMember, _ builder: inout ChannelBuilder, _ diagnostics: inout Diagnostics
  ) {
    let name = member.key
    let subject = "resonance \(quoted(name))"
    let formalism = builder.channel.formalism
    guard
      var reader = ObjectReader(
        member.value, describedAs: subject, keysCalled: "parameter", &diagnostics)
    else { return }
    if name.contains("@") || name.isEmpty {
      diagnostics.error(
        "a resonance's name is not empty and has no \"@\", which stands before the channel",
        at: member.keyPosition)
    }
    let spin = reader.integer("spin", in: 0...4, required: true, &diagnostics) ?? 0
    if !formalism.spins.contains(spin) {
      diagnostics.error(
        "\(subject): there are waves for spin "
          + formalism.spins.map(\.description).joined(separator: ", "),
        at: reader.position(of: "spin"))
      return
    }
    var pair = [2, 3]
    if formalism == .isobar {
      let written = reader.numbers("pair", count: 2, required: true, &diagnostics) ?? [1, 2]
      pair = written.compactMap { Int(exactly: $0 - 1) }
      guard pair.count == 2, pair[0] != pair[1], pair.allSatisfy((0...2).contains) else {
        diagnostics.error(
          "\(subject), \"pair\": expected two different numbers of particles from 1 to 3",
          at: reader.position(of: "pair"))
        return
      }
    }
    let path = ["channels", builder.channel.name, "resonances", name]
    let curve = readLineshape(
      &reader, named: name, path, builder.channel.name, builder.decay(pair: pair, spin: spin),
      &diagnostics)
    var couplings: [(label: String, coupling: AmplitudeSum.Coupling)] = []
    let labels = formalism.labels(spin: spin)
    let key = reader.exactlyOne(of: ["couplings", "coupling"], &diagnostics)
    if key == "coupling" {
      if labels.count > 1 {
        diagnostics.error(
          "\(subject) has \(labels.count) waves; give \"couplings\" by \"L S\": "
            + labels.map(quoted).joined(separator: ", "), at: reader.position(of: "coupling"))
      }
      if let node = reader.node("coupling"),
        let coupling = readCoupling(
          node, "\(name).coupling", path + ["coupling"], builder.channel.name, &diagnostics)
      {
        couplings = [(labels[0], coupling)]
      }
    } else if var list = reader.object(
      "couplings", describedAs: "\"couplings\" of \(subject)", keysCalled: "wave", &diagnostics)
    {
      for label in labels {
        guard let node = list.node(label) else { continue }
        if let coupling = readCoupling(
          node, "\(name).\(label)", path + ["couplings", label], builder.channel.name,
          &diagnostics)
        {
          couplings.append((label, coupling))
        }
      }
      if list.members.isEmpty {
        diagnostics.error("\(subject) needs at least one coupling", at: list.position)
      }
      list.finish(&diagnostics)
    }
    reader.finish(&diagnostics)
    guard let curve else { return }
    builder.addResonance(
      name, spin: spin, pair: pair, curve.lineshape, curve.parameters, couplings)
  }

  private mutating func readCoupling(
    _ node: JSONNode, _ name: String, _ path: [String], _ channel: String,
    _ diagnostics: inout Diagnostics
  ) -> AmplitudeSum.Coupling? {
    let subject = "coupling \(quoted(name))"
    guard var reader = ObjectReader(node, describedAs: subject, &diagnostics) else { return nil }
    let isPolar = reader.contains("magnitude") || reader.contains("phase")
    let halves = isPolar ? ["magnitude", "phase"] : ["re", "im"]
    let places = halves.map { half -> Int? in
      guard let node = reader.requiredNode(half, &diagnostics),
        let number = WrittenNumber.read(
          node, describedAs: "\(quoted(name + "." + half))", default: nil, &diagnostics)
      else { return nil }
      return parameters.add(
        "\(name).\(half)", of: channel, unit: half == "phase" ? "rad" : "", number,
        path: path + [half])
    }
    reader.finish(&diagnostics)
    guard let first = places[0], let second = places[1] else { return nil }
    return .init(form: isPolar ? .polar : .cartesian, first: first, second: second)
  }

  private mutating func readBackground(
    _ reader: inout ObjectReader, _ builder: inout ChannelBuilder,
    _ diagnostics: inout Diagnostics
  ) {
    let data = reader.string("data", required: true, &diagnostics)
    let integration = reader.string("integration", required: true, &diagnostics)
    let forms = AmplitudeSum.Background.Form.allCases
    let form = reader.exactlyOne(of: forms.map(\.rawValue), &diagnostics)
      .flatMap(AmplitudeSum.Background.Form.init)
    let density = reader.choice(
      "density", among: BackgroundDensity.allCases.map(\.rawValue), &diagnostics
    ).flatMap(BackgroundDensity.init)
    reader.finish(&diagnostics)
    guard let data, let integration, let form, let node = reader.node(form.rawValue),
      let number = WrittenNumber.read(
        node, describedAs: "\(quoted(form.rawValue)) of the background", default: nil, &diagnostics)
    else { return }
    let channel = builder.channel.name
    if number.binding == nil, !form.range.contains(number.value) {
      diagnostics.error(
        "channel \(quoted(channel)): the fraction \(number.value) of the background is not possible; it is the "
          + "background's part of all events, from \(form.range.lowerBound) to \(form.range.upperBound)",
        at: number.position)
    }
    builder.setBackground(
      .init(data: data, integration: integration, density: density ?? .overEfficiency),
      .init(
        form: form,
        parameter: parameters.add(
          "background.\(form.rawValue)", of: channel, unit: "", number,
          path: ["channels", channel, "background", form.rawValue], range: form.range)))
  }

  // MARK: Lineshapes

  /// A lineshape with its parameters, from the keys of a resonance or a spectator.
  private mutating func readLineshape(
    _ reader: inout ObjectReader, named name: String, _ path: [String], _ channel: String,
    _ decay: TwoBodyDecay, _ diagnostics: inout Diagnostics
  ) -> (lineshape: DynamicLineshape, parameters: [Int])? {
    guard
      let kindName = reader.choice(
        "lineshape", among: lineshapes.names, required: true, &diagnostics),
      let kind = lineshapes[kindName]
    else {
      // The keys of an unknown lineshape are not known: none of them is reported.
      for member in reader.members { _ = reader.node(member.key) }
      return nil
    }
    if let only = kind.onlySpin, only != decay.spin {
      diagnostics.error(
        "\(reader.subject): the lineshape \(quoted(kindName)) is that of a resonance of spin \(only), not "
          + "\(decay.spin): its widths belong to that angular momentum",
        at: reader.position(of: "lineshape"))
    }
    var values = LineshapeValues()
    var numbers: [String: (number: WrittenNumber, path: [String])] = [:]
    for choice in kind.alternatives {
      _ = reader.exactlyOne(
        of: choice.names, isOptional: !choice.isRequired, &diagnostics)
    }
    for parameter in kind.parameters {
      switch parameter.form {
      case .integer(let range, let choices), .chosen(let range, let choices):
        guard let value = reader.integer(parameter.name, in: range, &diagnostics) else { continue }
        if !choices.isEmpty, !choices.contains(value) {
          diagnostics.error(
            "\(reader.subject), \(quoted(parameter.name)): expected one of "
              + choices.map(\.description).joined(separator: ", "),
            at: reader.position(of: parameter.name))
        }
        values.integers[parameter.name] = value
      case .real(let range):
        let node =
          parameter.isRequired
          ? reader.requiredNode(parameter.name, &diagnostics) : reader.node(parameter.name)
        guard let node,
          let number = WrittenNumber.read(
            node, describedAs: quoted("\(name).\(parameter.name)"), default: nil, &diagnostics)
        else { continue }
        if number.binding == nil, !range.contains(number.value) {
          diagnostics.error(
            "\(quoted("\(name).\(parameter.name)")): the value \(number.value) is not possible",
            at: number.position)
        }
        // A bound parameter has no value yet; the default one is used until bindings are resolved.
        if number.binding == nil { values.reals[parameter.name] = number.value }
        numbers[parameter.name] = (number, path + [parameter.name])
      case .word(let choices):
        if let word = reader.choice(
          parameter.name, among: choices, required: parameter.isRequired, &diagnostics)
        {
          values.words[parameter.name] = word
        }
      case .list, .matrix:
        let list =
          parameter.isRequired && !reader.contains(parameter.name)
          ? { _ in nil }(reader.requiredNode(parameter.name, &diagnostics))
          : reader.array(parameter.name, &diagnostics)
        guard let list else { continue }
        let entries = list.enumerated().map { index, node in
          (
            index,
            WrittenNumber.read(
              node, describedAs: quoted("\(name).\(parameter.name)[\(index)]"), default: nil,
              &diagnostics)
          )
        }
        values.lists[parameter.name] = entries.map { $0.1?.value ?? 0 }
        for case (let index, let number?) in entries {
          numbers["\(parameter.name)[\(index)]"] =
            (number, path + [parameter.name, index.description])
        }
      case .optional, .rows, .flag, .objects:
        preconditionFailure("a lineshape has numbers, lists of them, and words")
      }
    }
    if let mistake = kind.mistake(in: values, of: decay) {
      diagnostics.error("\(reader.subject): \(mistake)", at: reader.position)
      return nil
    }
    let lineshape = kind.with(values, of: decay)
    let limits = kind.limits(of: values, in: decay)
    let places = lineshape.slots.map { slot in
      let written = numbers[slot.name]
      let number =
        written?.number
        ?? WrittenNumber(value: slot.value, isFixed: true, position: reader.position)
      return parameters.add(
        "\(name).\(slot.name)", of: channel, unit: slot.unit, number,
        path: written?.path ?? path + [slot.name], range: limits[slot.name] ?? .everything)
    }
    checks.append(
      LineshapeCheck(
        kind: kind, values: values, decay: decay, subject: reader.subject,
        position: reader.position,
        places: Dictionary(
          zip(lineshape.slots.map(\.name), places), uniquingKeysWith: { a, _ in a })))
    return (lineshape, places)
  }
}

extension Channel.FractionConstraint {
  static func read(_ node: JSONNode, _ diagnostics: inout Diagnostics) -> Self? {
    guard var reader = ObjectReader(node, describedAs: "\"fraction_constraint\"", &diagnostics)
    else { return nil }
    let sum = reader.number("sum", in: .positive, required: true, &diagnostics)
    let strength = reader.number("strength", in: .nonNegative, required: true, &diagnostics)
    reader.finish(&diagnostics)
    guard let sum, let strength else { return nil }
    return Self(sum: sum, strength: strength)
  }
}
