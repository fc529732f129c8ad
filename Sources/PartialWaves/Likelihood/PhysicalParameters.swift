import AutoDiff

/// The physical parameters: the arguments of the formula of an ``AmplitudeSum``, each with a place.
/// First are the real and imaginary parts of the couplings, then the slots of the lineshapes, then
/// the strength of the background, or its fraction where the model gives that
/// (``ChannelIntegral``).
///
/// They are functions of a fit's parameters: several may be the same parameter, and couplings may
/// be given by magnitude and phase.
struct PhysicalParameters: Sendable {
  private let sum: AmplitudeSum
  /// The first place of each curve's slots.
  let curvePlaces: [Int]
  /// The place of the background's strength or fraction; nil without a background.
  let backgroundPlace: Int?
  let count: Int

  init(_ sum: AmplitudeSum) {
    self.sum = sum
    var place = 2 * sum.couplings.count
    curvePlaces = sum.curves.map { curve in
      defer { place += curve.parameters.count }
      return place
    }
    backgroundPlace = sum.background == nil ? nil : place
    count = place + (sum.background == nil ? 0 : 1)
  }

  /// Their values at the given values of the fit's parameters, as sums over events take them: with
  /// the strength of the background.
  ///
  /// - Parameter strength: The strength that follows from a background's fraction; nil if the
  ///   strength is a parameter, or if the background is not added.
  func values<T: RealScalar>(of parameters: [T], strength: T? = nil) -> [T] {
    var values: [T] = []
    values.reserveCapacity(count)
    for coupling in sum.couplings {
      let (first, second) = (parameters[coupling.first], parameters[coupling.second])
      switch coupling.form {
      case .cartesian: values += [first, second]
      case .polar:
        let z = ComplexNumber(magnitude: first, phase: second)
        values += [z.real, z.imaginary]
      }
    }
    for curve in sum.curves { values += curve.parameters.map { parameters[$0] } }
    if let background = sum.background {
      values.append(
        strength ?? (background.form == .strength ? parameters[background.parameter] : .zero))
    }
    return values
  }

  /// Converts a gradient with respect to these numbers to the fit's parameters, by the chain rule,
  /// and adds it to `result`.
  func pullBack<T: RealScalar>(_ gradient: [T], at parameters: [T], to result: inout [T]) {
    for (i, coupling) in sum.couplings.enumerated() {
      let (real, imaginary) = (gradient[2 * i], gradient[2 * i + 1])
      switch coupling.form {
      case .cartesian:
        result[coupling.first] += real
        result[coupling.second] += imaginary
      case .polar:
        let (sine, cosine) = T.sincos(parameters[coupling.second])
        let magnitude = parameters[coupling.first]
        result[coupling.first] += cosine * real + sine * imaginary
        result[coupling.second] += magnitude * (cosine * imaginary - sine * real)
      }
    }
    for (curve, place) in zip(sum.curves, curvePlaces) {
      for (slot, parameter) in curve.parameters.enumerated() {
        result[parameter] += gradient[place + slot]
      }
    }
    if let background = sum.background, let place = backgroundPlace {
      result[background.parameter] += gradient[place]
    }
  }

  /// The coupling of which a number is the real or imaginary part; nil for other numbers.
  func coupling(at place: Int) -> AmplitudeSum.Coupling? {
    place < 2 * sum.couplings.count ? sum.couplings[place / 2] : nil
  }

  /// The fit's parameter of a number that is not part of a coupling.
  func parameter(at place: Int) -> Int {
    if let background = sum.background, place == backgroundPlace { return background.parameter }
    let curve = curvePlaces.lastIndex { $0 <= place } ?? 0
    return sum.curves[curve].parameters[place - curvePlaces[curve]]
  }

  /// Which of them depend on a parameter that is free. The strength that follows from a fraction
  /// depends on all that the signal depends on.
  func isActive(free isFree: [Bool]) -> [Bool] {
    var active: [Bool] = []
    for coupling in sum.couplings {
      let isFree = isFree[coupling.first] || isFree[coupling.second]
      active += [isFree, isFree]
    }
    for curve in sum.curves { active += curve.parameters.map { isFree[$0] } }
    if let background = sum.background {
      active.append(background.form == .fraction || isFree[background.parameter])
    }
    return active
  }
}
