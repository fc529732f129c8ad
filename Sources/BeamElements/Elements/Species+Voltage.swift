import BeamMaps

extension Species {
  /// |q|·(1 V)/(mc²): the change of γ by a voltage whose sign is that for the species itself.
  var gammaPerVolt: Double { chargeNumber.magnitude / (mass * 1e6) }
}
