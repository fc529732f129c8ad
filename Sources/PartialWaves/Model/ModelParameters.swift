import Documents

/// The parameters of a model file while it is being read: their names, their places in the file,
/// and their bindings.
struct ModelParameters {
  private(set) var parameters: [FitParameter] = []
  /// The keys that lead to each number in the file.
  private(set) var paths: [[String]] = []
  private var bindings: [(parameter: Int, name: String, channel: String, WrittenNumber)] = []
  private(set) var pulls: [(parameter: Int, channel: String, Channel.Pull)] = []
  let hasManyChannels: Bool

  init(hasManyChannels: Bool) { self.hasManyChannels = hasManyChannels }

  /// The name of a number of a channel.
  private func name(_ short: String, _ channel: String) -> String {
    hasManyChannels ? "\(short)@\(channel)" : short
  }

  /// Adds a number, and returns its place among the parameters.
  ///
  /// - Parameter range: The largest possible range of its values; `number` may only narrow it.
  mutating func add(
    _ short: String, of channel: String, unit: String, _ number: WrittenNumber, path: [String],
    range: ClosedRange<Double> = .everything
  ) -> Int {
    let place = parameters.count
    parameters.append(
      FitParameter(
        name: name(short, channel), unit: unit, value: number.value, isFixed: number.isFixed,
        lower: max(number.lower, range.lowerBound), upper: min(number.upper, range.upperBound)))
    paths.append(path)
    if let binding = number.binding { bindings.append((place, binding.name, channel, number)) }
    if let pull = number.pull {
      pulls.append(
        (place, channel, .init(parameter: place, centre: pull.centre, strength: pull.strength)))
    }
    return place
  }

  /// The position in the file of a parameter's binding.
  func positionOfBinding(of name: String) -> SourcePosition? {
    bindings.first { parameters[$0.parameter].name == name }?.3.binding?.position
  }

  /// Resolves the names in bindings.
  mutating func bind(_ diagnostics: inout Diagnostics) {
    let names = parameters.map(\.name)
    let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { a, _ in a })
    for (parameter, written, channel, number) in bindings {
      let full =
        hasManyChannels && !written.contains("@")
        ? "\(written)@\(channel)"
        : hasManyChannels ? written : String(written.prefix { $0 != "@" })
      guard let binding = number.binding else { continue }
      guard let target = places[full] else {
        let suggestion = nearestName(to: full, among: names).map { "; did you mean \(quoted($0))?" }
        diagnostics.error(
          "there is no parameter \(quoted(full)) to follow\(suggestion ?? "")",
          at: binding.position)
        continue
      }
      parameters[parameter].binding = .init(target: target, offset: binding.offset)
    }
  }
}

extension ClosedRange<Double> {
  static var everything: Self { -Double.infinity...Double.infinity }

  /// The range with infinite ends in place of the largest finite numbers, which mean that there is
  /// no end.
  var withoutFiniteEnds: Self {
    (lowerBound == -.greatestFiniteMagnitude ? -.infinity : lowerBound)...(upperBound
      == .greatestFiniteMagnitude ? .infinity : upperBound)
  }
}
