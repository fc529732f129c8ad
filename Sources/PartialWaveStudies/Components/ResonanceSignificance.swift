import Optimization
import PartialWaves

/// How much worse the data are described without a resonance.
///
/// With Δ the rise of −log L in a fit without it and k the number of its free parameters, 2Δ is
/// compared with χ² of k degrees of freedom (S. Wilks, Ann. Math. Stat. 9, 60 (1938),
/// doi:10.1214/aoms/1177732360). If its mass and width are free this is only a convention: without
/// the resonance they have no meaning, and Wilks' theorem does not hold; toys give the distribution
/// of Δ then. If data have weights, Δ is multiplied by ``FittedModel/weightScale`` first.
public struct ResonanceSignificance: Sendable {
  /// The channels from which it was removed.
  public let channels: [String]
  /// Name of the resonance that was removed.
  public let resonance: String
  /// −log L of the best fit without the resonance.
  public let value: Double
  /// By how much −log L rises without it.
  public let rise: Double
  /// How many free parameters were removed with it.
  public let removedParameters: Int
  /// P(χ²_k ≥ 2Δ).
  public let probability: TailProbability
  /// Whether the fit without it ended at a minimum.
  public let isConverged: Bool

  /// Fits without a resonance, from the values of the fit with it and from additional random
  /// starts.
  ///
  /// - Parameters:
  ///   - resonance: The name of the resonance.
  ///   - channels: The channels from which it is removed: all that have it in common, if it is one
  ///     state.
  ///   - fitted: The fit with it.
  ///   - randomStarts: The number of additional random starts.
  /// - Throws: `InvalidInput` if it is the only resonance of a channel, or if parameters of another
  ///   follow those of it; the errors of ``FittedModel/init(_:randomStarts:wantsErrors:)``.
  public init(
    of resonance: String, inChannels channels: [String], _ fitted: FittedModel,
    randomStarts: Int = 0
  ) throws {
    var full = fitted.model.file
    full.parameters = fitted.parameters
    let without = try full.removing(resonance, fromChannels: channels)
    let file = try ReferenceCoupling.restored(in: without, like: full)
    let reduced = try FittedModel(
      try fitted.model.with(file), randomStarts: randomStarts, wantsErrors: false)
    self.channels = channels
    self.resonance = resonance
    value = reduced.value
    rise = reduced.value - fitted.value
    removedParameters = fitted.freeParameterCount - reduced.freeParameterCount
    probability = TailProbability(
      chiSquare: 2 * fitted.weightScale * rise, degrees: max(removedParameters, 0))
    isConverged = reduced.isConverged
  }
}
