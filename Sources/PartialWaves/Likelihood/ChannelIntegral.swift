import AutoDiff
import Communication

/// The integral of a channel's intensity where it is known before the data are summed over: because
/// it is a quadratic form of the couplings, or because a background's strength follows from it.
///
/// A background that is given by its fraction f has the strength
///
/// b = f/(1 − f)·I_S/I_B,
///
/// with the integrals I_S of the signal's intensity S and I_B of the background's density B; then
/// (S + b·B)/(I_S + b·I_B) = (1 − f)·S/I_S + f·B/I_B. So b depends on f and, through I_S, on all
/// that the signal depends on. The sums over events are computed as functions of b; the chain rule
/// then makes them functions of f, which takes the place of b among ``PhysicalParameters``.
struct ChannelIntegral<Sum: PhysicalSum>: Sendable {
  /// I_S, or I_S + b·I_B with a background.
  let whole: Sum
  /// b with its derivatives, and its place; nil without a background, and where b is a parameter.
  private let background: (strength: Sum, place: Int)?

  /// An integral in which no strength follows from a fraction.
  init(_ whole: Sum) {
    self.whole = whole
    background = nil
  }

  /// - Parameters:
  ///   - signal: I_S.
  ///   - density: I_B.
  ///   - fraction: f, below 1.
  ///   - place: That of the background among the physical parameters.
  init(signal: Sum, density: Double, fraction: Sum.Scalar, at place: Int) {
    let strength = ScaleFactor(at: fraction) { f in f / (density * (1.0 - f)) }
    background = (signal.multiplied(by: strength, at: place), place)
    whole = signal.multiplied(by: ScaleFactor(at: fraction) { f in 1.0 / (1.0 - f) }, at: place)
  }

  /// b; nil without a background, and where b is a parameter.
  var strength: Sum.Scalar? { background?.strength.value }

  /// A sum over events as a function of the fraction, from one as a function of b.
  func pulledBack(_ sum: Sum) -> Sum {
    background.map { sum.substituting($0.strength, at: $0.place) } ?? sum
  }

  /// All sums of a likelihood, from those over the data and over truth events.
  func completing(_ sums: [Sum]) -> [Sum] { [pulledBack(sums[0]), whole] + sums.dropFirst() }
}

extension Channel {
  /// The integral, where it is known before the data are summed over.
  ///
  /// - Parameter isVaried: For all parameters, whether derivatives with respect to it are wanted.
  /// - Throws: `EvaluationFailure` if a background is given by its fraction and the integral of the
  ///   signal is not finite and positive; `DataFileError` if events on the disk cannot be read;
  ///   `Interruption`.
  func integralBeforeData<N: EventNumber>(
    _: N.Type, _ parameters: [N.Constant], _ isVaried: [Bool], wantsGradient: Bool,
    _ workers: Workers
  ) throws -> ChannelIntegral<EventSum<N.Constant>>? {
    guard isIntegratedFirst else { return nil }
    let physical = PhysicalParameters(amplitude)
    let values = physical.values(of: parameters)
    let integral =
      try quadraticIntegral?.sum(at: values, physical, wantsGradient: wantsGradient)
      ?? EventSums(workers: workers)([
        .init(
          kernel: IntensityKernel<N>(
            amplitude, integration.columns, .intensity, amplitude.integrated, values: values,
            isActive: physical.isActive(free: isVaried), wantsGradient: wantsGradient),
          sample: integration)
      ])[0]
    if amplitude.hasFraction { try checkIntegral(integral.value, over: "integration") }
    return withStrength(integral, parameters)
  }

  /// The same with second derivatives; the sign of the integral is not checked.
  ///
  /// - Throws: `DataFileError` if events on the disk cannot be read; `Interruption`.
  func integralBeforeData(
    _ parameters: [Double], _ isVaried: [Bool], _ workers: Workers
  ) throws -> ChannelIntegral<CurvatureSum>? {
    guard isIntegratedFirst else { return nil }
    let physical = PhysicalParameters(amplitude)
    let values = physical.values(of: parameters)
    let isActive = physical.isActive(free: isVaried)
    let integral =
      try quadraticIntegral?.curvature(
        at: values, physical, (0..<physical.count).filter { isActive[$0] })
      ?? EventSums(workers: workers)([
        .init(
          kernel: CurvatureKernel(
            amplitude, integration.columns, .intensity, amplitude.integrated, values: values,
            isActive: isActive), sample: integration)
      ])[0]
    return withStrength(integral, parameters)
  }

  private func withStrength<Sum: PhysicalSum>(
    _ integral: Sum, _ parameters: [Sum.Scalar]
  ) -> ChannelIntegral<Sum> {
    guard let background = amplitude.background, background.form == .fraction,
      let place = PhysicalParameters(amplitude).backgroundPlace
    else { return ChannelIntegral(integral) }
    guard let densityIntegral else {
      preconditionFailure("a density is integrated before a likelihood is evaluated")
    }
    return ChannelIntegral(
      signal: integral, density: densityIntegral, fraction: parameters[background.parameter],
      at: place)
  }
}
