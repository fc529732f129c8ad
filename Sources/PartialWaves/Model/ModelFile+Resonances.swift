import Documents

extension ModelFile {
  /// The same model without a resonance in one or several channels; other resonances keep their
  /// parameters.
  ///
  /// - Throws: `InvalidInput` if it is the only one of a channel, or if a parameter of another
  ///   resonance follows one of its parameters.
  public func removing(_ resonance: String, fromChannels names: [String]) throws -> Self {
    for channel in names {
      let known = channels.first { $0.name == channel }?.resonances ?? []
      guard known.contains(resonance) else {
        let suggestion = nearestName(to: resonance, among: known)
          .map { "; did you mean \(quoted($0))?" }
        throw InvalidInput(
          file: path,
          "channel \(quoted(channel)) has no resonance \(quoted(resonance))\(suggestion ?? "")")
      }
    }
    return try changing(names, reporting: path) { members in
      members.removeAll { $0.key == resonance }
    }
  }

  /// The same model with more resonances in a channel; its present ones keep their parameters.
  ///
  /// - Parameters:
  ///   - resonances: As in the channel's "resonances".
  ///   - channel: The name of the channel.
  ///   - file: The file that they were written in, for messages.
  /// - Throws: `InvalidInput` if one of them is wrong, or has the name of another.
  public func adding(
    _ resonances: [JSONMember], toChannel channel: String, from file: String
  ) throws -> Self {
    let known = channels.first { $0.name == channel }?.resonances ?? []
    var diagnostics = Diagnostics(file: file)
    for member in resonances where known.contains(member.key) {
      diagnostics.error(
        "channel \(quoted(channel)) has a resonance \(quoted(member.key)) already",
        at: member.keyPosition)
    }
    try diagnostics.throwIfErrors()
    return try changing([channel], reporting: file) { $0 += resonances }
  }

  /// The same model whose parameters have the values of those of the same name in another set, and
  /// are fixed where those are fixed.
  ///
  /// - Throws: ``ParameterSet/CircularBinding``, which cannot occur here: bindings do not change.
  public func adopting(_ others: ParameterSet) throws -> Self {
    var known: [String: FitParameter] = [:]
    for parameter in others.parameters { known[parameter.name] = parameter }
    var copy = self
    copy.parameters = try ParameterSet(
      parameters.parameters.map { parameter in
        guard parameter.binding == nil, let other = known[parameter.name] else { return parameter }
        var adopted = parameter
        adopted.value = other.value
        adopted.isFixed = other.isFixed
        return adopted
      })
    copy.setFixedCurves()
    return copy
  }

  /// Sets the lineshapes that are part of the events to the present values of their parameters.
  mutating func setFixedCurves() {
    let values = parameters.values(at: parameters.start)
    for i in channels.indices { channels[i].setFixedCurves(at: values) }
  }

  /// The channels in which a resonance is the same state as in the given channel: it has the same
  /// name and a parameter of its lineshape in common. The given channel is among them.
  public func channels(sharing resonance: String, of channel: String) -> [String] {
    func roots(_ channel: ChannelModel) -> Set<Int> {
      guard let r = channel.resonances.firstIndex(of: resonance) else { return [] }
      return Set(channel.amplitude.parameters(ofResonance: r).map(parameters.root))
    }
    let own = channels.first { $0.name == channel }.map(roots) ?? []
    return channels.filter { $0.name == channel || !roots($0).isDisjoint(with: own) }.map(\.name)
  }

  /// The model read again after a change of the resonances of channels.
  private func changing(
    _ channels: [String], reporting file: String, _ change: (inout [JSONMember]) -> Void
  ) throws -> Self {
    var root = root
    for channel in channels {
      root.updateObject(["channels", channel, "resonances"][...], change)
    }
    var diagnostics = Diagnostics(file: file)
    let model = ModelReader.read(root, path: path, lineshapes, &diagnostics)
    try diagnostics.throwIfErrors()
    guard var model else { throw InvalidInput(file: file, "is not a model file") }
    model.fit = fit
    model.output = output
    model.storage = storage
    return try model.adopting(parameters)
  }
}

extension ChannelModel {
  /// For each coupling the places of its two parameters: real and imaginary part, or magnitude and
  /// phase.
  public var couplingPlaces: [(first: Int, second: Int)] {
    amplitude.couplings.map { ($0.first, $0.second) }
  }
}

extension JSONNode {
  /// Changes the members of the object at a path of keys, if there is one.
  fileprivate mutating func updateObject(
    _ path: ArraySlice<String>, _ change: (inout [JSONMember]) -> Void
  ) {
    guard case .object(var members) = value else { return }
    if let key = path.first {
      guard let place = members.firstIndex(where: { $0.key == key }) else { return }
      members[place].value.updateObject(path.dropFirst(), change)
    } else {
      change(&members)
    }
    value = .object(members)
  }
}
