/// A channel as a model file describes it; its events are not read yet.
public struct ChannelModel: Sendable {
  public var name: String
  public var formalism: DecayFormalism
  /// Names of the particles in the final state.
  public var finalState: [String]
  var amplitude: AmplitudeSum
  var waves: [WaveRequest]
  /// Those first that lineshapes are evaluated at whenever a parameter has changed.
  var masses: [MassRequest]
  /// A lineshape that multiplies all terms and whose parameters are fixed: its magnitude is made
  /// part of the waves.
  var commonCurve: AmplitudeSum.CurveUse?
  /// Lineshapes with fixed parameters that are made complex factors of the events.
  var factors: [AmplitudeSum.CurveUse] = []
  public var data: SampleSource
  public var integration: SampleSource
  public var truth: SampleSource?
  /// Files of weights.
  public var weights: String?
  public var integrationWeights: String?
  public var truthWeights: String?
  /// Files with the background's density at the events of data and integration.
  public var background: (data: String, integration: String)?
  /// Masses of pairs that generated events keep to.
  public var windows: [MassWindow] = []
  public var pulls: [Channel.Pull] = []
  public var fractionConstraint: Channel.FractionConstraint?
  public var correctsForWeights = false
  /// The parameter that is the expected number of events; nil where only their distribution counts.
  public var yield: Int?

  /// How many of the squared masses a likelihood reads; the others serve to prepare the events.
  var variedMasses: Int { (amplitude.curves.map(\.mass).max() ?? -1) + 1 }
}
