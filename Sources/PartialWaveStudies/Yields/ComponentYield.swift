import Foundation
import PartialWaves

/// How many events of the data a resonance alone would make: its fraction times all signal events.
public struct ComponentYield: Sendable, Equatable {
  public let name: String
  public let events: Measured

  /// - Parameters:
  ///   - fraction: With its error from the fit, which knows shapes but not numbers.
  ///   - signal: All signal events; their number fluctuates on its own.
  public init(name: String, fraction: Measured, signal: Measured) {
    self.name = name
    events = fraction * signal
  }

  /// The yields of all resonances of a channel; the signal is Σw ± √Σw².
  public static func all(_ fitted: FittedModel, channel number: Int) throws -> [Self] {
    let channel = fitted.model.channels[number].channel
    let fractions = try FitFractions(
      of: channel, at: fitted.point, fitted.model.file.parameters,
      workers: fitted.model.likelihood.workers)
    let signal = Measured(
      channel.data.totalWeight, error: channel.data.totalSquaredWeight.squareRoot())
    return zip(fractions.names, fractions.fractions).map { name, fraction in
      let error = fitted.covariance.map { fraction.deviation($0.matrix) } ?? .nan
      return Self(name: name, fraction: Measured(fraction.value, error: error), signal: signal)
    }
  }
}
