import RandomNumbers
import SystemLibrary

/// Points that fits start from.
///
/// Start k depends on the seed and on k alone; every start is drawn around the values of the file, not
/// around the start before. With u even in (−1, 1), drawn anew for each:
///
/// - a coupling has the modulus that the file gives it times 4ᵘ (all have the size `couplings` times 4ᵘ if
///   that is given; one that is zero in the file has the size of the channel's others) and the phase πu,
///   written as real and imaginary part or not; of one that is half fixed the other half is drawn so;
/// - other angles are πu;
/// - masses, widths and what else lineshapes take are the file's times 1 + spread·u, and spread·u where the
///   file has zero.
///
/// What falls out of a parameter's range is mirrored in its end, and drawn evenly from the range if that
/// leaves it too. So no parameter is the same at two starts. What is fixed moves nothing else.
///
/// Published starts are those of PWACG: couplings begin small and equal, so that the data decide about
/// their phases, and with fixed masses and widths all starts are one.
public struct FitStarts: Sendable {
  let parameters: ParameterSet
  private let description: FitDescription
  /// The coupling that each parameter is a half of, with its size.
  private var halves: [Int: (coupling: AmplitudeSum.Coupling, size: Double)] = [:]

  /// The stream of random numbers that starts are drawn from.
  private static let stream: UInt32 = 3

  /// - Parameter description: How starts are drawn; nil for what the file says.
  public init(_ model: ModelFile, _ description: FitDescription? = nil) {
    let description = description ?? model.fit
    parameters = model.parameters
    self.description = description
    let values = parameters.values(at: parameters.start)
    for channel in model.channels {
      let couplings = channel.amplitude.couplings
      let moduli = couplings.map { $0.modulus(at: values) }
      let known = moduli.filter { $0 > 0 }
      let mean =
        known.isEmpty ? 1 : (known.reduce(0) { $0 + $1 * $1 } / Double(known.count)).squareRoot()
      for (coupling, modulus) in zip(couplings, moduli) {
        let size = description.couplings ?? (modulus > 0 ? modulus : mean)
        halves[coupling.first] = (coupling, size)
        halves[coupling.second] = (coupling, size)
      }
    }
  }

  /// Start `number`; 0 is the file's own.
  public func callAsFunction(_ number: Int) -> [Double] {
    number == 0 ? parameters.start : random(number)
  }

  /// A start that is drawn at random.
  public func random(_ number: Int) -> [Double] {
    var random = PhiloxGenerator(
      seed: description.seed, stream: Self.stream, item: UInt64(number))
    let drawn = parameters.parameters.map { _ in 2 * random.nextUniform() - 1 }
    return parameters.free.map { place in
      let parameter = parameters.parameters[place]
      return parameter.inRange(value(of: parameter, at: place, drawn), 0.5 * (1 + drawn[place]))
    }
  }

  /// - Parameter drawn: A number in (−1, 1) for each parameter.
  private func value(of parameter: FitParameter, at place: Int, _ drawn: [Double]) -> Double {
    let u = drawn[place]
    let isPublished = description.start == .published
    if let (coupling, size) = halves[place] {
      if isPublished { return parameter.isAngle ? u * .pi : description.couplings ?? 0.01 }
      let modulus = size * pow(4, drawn[coupling.first])
      let phase = .pi * drawn[coupling.second]
      switch coupling.form {
      case .polar: return place == coupling.first ? modulus : phase
      case .cartesian: return modulus * (place == coupling.first ? cos(phase) : sin(phase))
      }
    }
    if isPublished { return parameter.value * (1 + description.spread * u) }
    if parameter.isAngle { return u * .pi }
    return parameter.value == 0
      ? description.spread * u : parameter.value * (1 + description.spread * u)
  }
}

extension AmplitudeSum.Coupling {
  /// Its modulus at values of all parameters.
  func modulus(at values: [Double]) -> Double {
    switch form {
    case .cartesian: hypot(values[first], values[second])
    case .polar: values[first].magnitude
    }
  }
}

extension FitParameter {
  /// `x` if it is in range, else what is mirrored in the end that it passed, else the given share of the
  /// way from one end to the other.
  fileprivate func inRange(_ x: Double, _ share: Double) -> Double {
    let mirrored = x < lower ? 2 * lower - x : x > upper ? 2 * upper - x : x
    return (lower...upper).contains(mirrored) ? mirrored : lower + share * (upper - lower)
  }
}
