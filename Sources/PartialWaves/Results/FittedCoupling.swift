import Documents
import SystemLibrary

/// A coupling at the minimum of a fit, as real and imaginary part and as magnitude and phase, with
/// errors to first order. The model file may have either form.
public struct FittedCoupling: Sendable {
  /// "f0_980.2 1", with "@channel" where there are several channels.
  public let name: String
  /// Real part.
  public let re: Double
  /// Imaginary part.
  public let im: Double
  /// Magnitude, not negative.
  public let magnitude: Double
  /// Phase, within (−π, π] [rad].
  public let phase: Double
  /// The errors of `re`, `im`, `magnitude` and `phase`, in this order; nil if the coupling is fixed
  /// or there is no covariance.
  public let errors: [Double]?

  var text: JSONText {
    let names = ["re", "im", "magnitude", "phase"]
    let values = [re, im, magnitude, phase].map { JSONText.number($0) }
    let errors = names.indices.map { i in self.errors.map { JSONText.number($0[i]) } ?? .null }
    return .object(Array(zip(names, values)) + zip(names.map { "\($0)_error" }, errors))
  }
}

extension FitSummary {
  /// All couplings of the model.
  public func couplings(of model: LoadedModel) -> [FittedCoupling] {
    model.file.channels.flatMap { channel in
      channel.amplitude.couplings.map { fitted($0) }
    }
  }

  private func fitted(_ coupling: AmplitudeSum.Coupling) -> FittedCoupling {
    let set = parameters.parameters
    let (a, b) = (set[coupling.first].value, set[coupling.second].value)
    let (re, im) = coupling.form == .cartesian ? (a, b) : (a * cos(b), a * sin(b))
    let magnitude = hypot(re, im)
    // The derivatives of re, im, magnitude and phase to the two numbers of the file.
    let (c, s) = magnitude > 0 ? (re / magnitude, im / magnitude) : (1, 0)
    let slopes =
      switch coupling.form {
      case .cartesian: [[1, 0], [0, 1], [c, s], [-s / magnitude, c / magnitude]]
      case .polar: [[cos(b), -a * sin(b)], [sin(b), a * cos(b)], [a < 0 ? -1 : 1, 0], [0, 1]]
      }
    let places = [coupling.first, coupling.second].map { place in
      parameters.freePlace(of: place).flatMap { borders[$0] == nil ? $0 : nil }
    }
    let errors = covariance.flatMap { covariance -> [Double]? in
      places.contains { $0 != nil }
        ? slopes.map { slope in
          var variance = 0.0
          for (i, first) in places.enumerated() {
            for (j, second) in places.enumerated() {
              guard let first, let second else { continue }
              variance += slope[i] * covariance.matrix[first, second] * slope[j]
            }
          }
          return max(variance, 0).squareRoot()
        } : nil
    }
    let half = set[coupling.first].name
    let end = half.firstIndex(of: "@") ?? half.endIndex
    let dot = half[..<end].lastIndex(of: ".") ?? end
    let angle = atan2(im, re)
    return FittedCoupling(
      name: String(half[..<dot]) + String(half[end...]), re: re, im: im, magnitude: magnitude,
      phase: angle == -.pi ? .pi : angle, errors: errors)
  }
}
