import PartialWaves

/// The reference: a coupling of a channel that is fixed, because the data do not determine the
/// scale and the phase that all amplitudes have in common.
enum ReferenceCoupling {
  /// The model of `file` with a fixed coupling in every channel that had one in `original` and lost
  /// it with a resonance. The largest remaining coupling is fixed at its value.
  ///
  /// Otherwise −log L of the fit without the resonance would be constant along two directions, and
  /// two free parameters too many would be counted.
  static func restored(in file: ModelFile, like original: ModelFile) throws -> ModelFile {
    var parameters = file.parameters.parameters
    for channel in file.channels {
      let had = original.channels.first { $0.name == channel.name }
        .map { isPresent(in: $0, original.parameters) }
      guard had == true, !isPresent(in: channel, file.parameters) else { continue }
      let free = channel.couplingPlaces.filter {
        parameters[$0.first].binding == nil && parameters[$0.second].binding == nil
      }
      let largest = free.max {
        size($0.first, $0.second, parameters) < size($1.first, $1.second, parameters)
      }
      guard let largest else { continue }
      parameters[largest.first].isFixed = true
      parameters[largest.second].isFixed = true
    }
    var copy = file
    copy.parameters = try ParameterSet(parameters)
    return copy
  }

  private static func isPresent(in channel: ChannelModel, _ set: ParameterSet) -> Bool {
    channel.couplingPlaces.contains {
      set.freePlace(of: $0.first) == nil && set.freePlace(of: $0.second) == nil
    }
  }

  /// The squared magnitude of a coupling.
  private static func size(_ first: Int, _ second: Int, _ parameters: [FitParameter]) -> Double {
    let (a, b) = (parameters[first].value, parameters[second].value)
    let isPolar = parameters[second].unit == "rad"
    return isPolar ? a * a : a * a + b * b
  }
}
