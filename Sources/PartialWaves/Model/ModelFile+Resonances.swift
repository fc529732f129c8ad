import Documents

extension ModelFile {
  /// The same model without one of a channel's resonances; the others keep their parameters.
  ///
  /// - Throws: `InvalidInput` if it is the only one of the channel, or if a parameter of another
  ///   resonance follows one of its parameters.
  public func removing(_ resonance: String, fromChannel channel: String) throws -> Self {
    let known = channels.first { $0.name == channel }?.resonances ?? []
    guard known.contains(resonance) else {
      let suggestion = nearestName(to: resonance, among: known)
        .map { "; did you mean \(quoted($0))?" }
      throw InvalidInput(
        file: path,
        "channel \(quoted(channel)) has no resonance \(quoted(resonance))\(suggestion ?? "")")
    }
    return try changing(channel, reporting: path) { members in
      members.removeAll { $0.key == resonance }
    }
  }

  /// The same model with more resonances in a channel; those that it has keep their parameters.
  ///
  /// - Parameters:
  ///   - resonances: As in the channel's "resonances".
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
    return try changing(channel, reporting: file) { $0 += resonances }
  }

  /// The same model whose parameters have the values of those of the same name in another set, and
  /// are fixed where those are fixed.
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

  /// Spectators that do not vary take the values that the parameters have now.
  mutating func setFixedCurves() {
    let values = parameters.values(at: parameters.start)
    for i in channels.indices { channels[i].setFixedCurves(at: values) }
  }

  /// The model read again after a change of a channel's resonances.
  private func changing(
    _ channel: String, reporting file: String, _ change: (inout [JSONMember]) -> Void
  ) throws -> Self {
    var root = root
    root.updateObject(["channels", channel, "resonances"][...], change)
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
  /// Which parameters of the model are the two parts of each coupling.
  public var couplingPlaces: [(first: Int, second: Int)] {
    amplitude.couplings.map { ($0.first, $0.second) }
  }
}

extension JSONNode {
  /// Changes the members of the object that keys lead to, if there is one.
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
