import RandomNumbers
import SystemLibrary

/// Points that fits start from.
///
/// Start k depends on the seed and on k alone; every start is drawn around the values of the file,
/// not around the start before. With u uniform in (−1, 1), drawn anew for each number:
///
/// - a coupling has the modulus r·4ᵘ and the phase πu, also if it is given by real and imaginary
///   part. r is `couplings` of the description, if that is given; otherwise it is the modulus in
///   the file or, where that is zero, the root mean square of the channel's others. If one of the
///   two numbers of a coupling is fixed, the other one is drawn in the same way;
/// - other angles are πu;
/// - masses, widths and other parameters of lineshapes are the file's times 1 + spread·u, or
///   spread·u where the file has zero.
///
/// A value outside its range is reflected at the end of the range, and drawn uniformly from the
/// range if the reflected value is outside too. So no free parameter is the same at two starts.
/// Fixed parameters do not influence the others.
///
/// Published starts are those of PWACG: real and imaginary parts of couplings begin small and
/// equal, so that the data determine their phases; with fixed masses and widths all starts are the
/// same then. Phases of couplings that are given by magnitude and phase are πu here too.
public struct FitStarts: Sendable {
  let parameters: ParameterSet
  private let description: FitDescription
  /// For each parameter that is one of the two numbers of a coupling: the coupling and its size.
  private var halves: [Int: (coupling: AmplitudeSum.Coupling, size: Double)] = [:]

  /// The stream of random numbers that starts are drawn from.
  private static let stream: UInt32 = 3

  /// The starts of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - description: How starts are drawn; nil for the description in the file.
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

  /// The start of this index; 0 is the file's own.
  public func callAsFunction(_ index: Int) -> [Double] {
    index == 0 ? parameters.start : random(index)
  }

  /// The start of this index, drawn at random.
  public func random(_ index: Int) -> [Double] {
    var random = PhiloxGenerator(
      seed: description.seed, stream: Self.stream, item: UInt64(index))
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
  /// `x` if it is in range; else its reflection at the end that it passed, if that is in range;
  /// else the point at the given fraction of the range.
  fileprivate func inRange(_ x: Double, _ fraction: Double) -> Double {
    let mirrored = x < lower ? 2 * lower - x : x > upper ? 2 * upper - x : x
    return (lower...upper).contains(mirrored) ? mirrored : lower + fraction * (upper - lower)
  }
}
