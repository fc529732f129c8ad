import RandomNumbers

/// Points that fits start from.
///
/// Start k depends on the seed and on k alone. Masses, widths and what else lineshapes take are the
/// values of the file times 1 + spread·u with u even in (−1, 1); couplings begin small and equal, so
/// that the data decide about their phases. Every start is drawn around the values of the file, not
/// around the start before.
public struct FitStarts: Sendable {
  let parameters: ParameterSet
  /// Which free parameters are parts of couplings, and what they start from.
  private let couplings: [Bool]
  private let phases: [Bool]
  private let description: FitDescription

  /// The stream of random numbers that starts are drawn from.
  private static let stream: UInt32 = 3

  public init(_ model: ModelFile) {
    parameters = model.parameters
    description = model.fit
    var isCoupling = [Bool](repeating: false, count: model.parameters.parameters.count)
    var isPhase = isCoupling
    for coupling in model.channels.flatMap(\.amplitude.couplings) {
      isCoupling[coupling.first] = true
      isCoupling[coupling.second] = true
      isPhase[coupling.second] = coupling.form == .polar
    }
    couplings = model.parameters.free.map { isCoupling[$0] }
    phases = model.parameters.free.map { isPhase[$0] }
  }

  /// Start `number`; 0 is the file's own.
  public func callAsFunction(_ number: Int) -> [Double] {
    number == 0 ? parameters.start : random(number)
  }

  /// A start that is drawn at random.
  public func random(_ number: Int) -> [Double] {
    var random = PhiloxGenerator(
      seed: description.seed, stream: Self.stream, item: UInt64(number))
    return parameters.free.indices.map { i in
      let parameter = parameters.parameters[parameters.free[i]]
      let u = 2 * random.nextUniform() - 1
      let value: Double
      if phases[i] {
        value = u * .pi
      } else if couplings[i] {
        value = description.couplings
      } else {
        value = parameter.value * (1 + description.spread * u)
      }
      return min(max(value, parameter.lower), parameter.upper)
    }
  }
}
