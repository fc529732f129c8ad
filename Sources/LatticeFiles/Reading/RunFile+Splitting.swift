import BeamDynamics
import Documents

extension RunFile {
  /// Chooses what elements leave open of order and steps, once for all that the run does and its variables may
  /// come to, and warns of elements that miss by more than a thousandth.
  mutating func chooseSteps(at position: SourcePosition, _ diagnostics: inout Diagnostics) {
    if beamline.hasHarmonics {
      beamline = beamline.settingFrequencies(from: beam.reference)
      if beamline.hasHarmonics {
        diagnostics.error(
          "a harmonic is a multiple of the frequency of revolution, and this line has no length",
          at: position)
        return
      }
    }
    let choices = beamline.splittingChoices(
      from: beam.reference, slices: tracking.slices, effects: tracking.effects,
      alsoFor: (variables?.extremes(of: beamline) ?? [])
        + beamline.extremes(of: tracking.ramps.flatMap(\.ramps)))
    for (index, choice) in choices where choice.error > 1e-3 {
      let item = beamline.elements[index]
      let steps = choice.splitting.steps.map { "\($0)" } ?? ""
      let order = choice.splitting.order.map { "\($0)" } ?? ""
      diagnostics.warning(
        "\(type(of: item.element).kind) \(quoted(item.name)): with \"steps\": \(steps) of order "
          + "\(order), particles of 5 mm, 5 mrad and 1 % of energy are wrong by "
          + "\(Self.rounded(choice.error)) of their largest coordinate; leave out \"steps\" and "
          + "\"order\" to have them chosen, or give the element more \"slices\"",
        at: position)
    }
    beamline = beamline.taking(choices)
  }

  /// One digit and a power of ten, as errors are told.
  private static func rounded(_ error: Double) -> String {
    guard error.isFinite, error > 0 else { return "any amount" }
    var (digit, exponent) = (error, 0)
    while digit < 1 { (digit, exponent) = (digit * 10, exponent - 1) }
    while digit >= 10 { (digit, exponent) = (digit / 10, exponent + 1) }
    return "\(Int(digit.rounded()))e\(exponent)"
  }
}
