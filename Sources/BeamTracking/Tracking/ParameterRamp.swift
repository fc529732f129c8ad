import AutoDiff
import BeamMaps
import ParameterTables

/// A number of a beamline that varies from turn to turn, such as the voltage of a cavity during
/// acceleration.
public struct ParameterRamp: Sendable {
  /// The number.
  public let parameter: BeamlineParameter
  /// The value in a turn, which counts from 1.
  public let value: @Sendable (_ turn: Int) -> Double
  /// Values that the number comes to, for which steps of maps are chosen besides those by design.
  let samples: [Double]

  /// A number that is a function of the turn.
  ///
  /// - Parameters:
  ///   - parameter: The number.
  ///   - value: Its value in a turn, which counts from 1: the same whenever it is asked for.
  public init(_ parameter: BeamlineParameter, value: @escaping @Sendable (_ turn: Int) -> Double) {
    self.parameter = parameter
    self.value = value
    samples = [value(1)]
  }

  /// A number with a table of values, linear between its turns and constant outside.
  public init(_ parameter: BeamlineParameter, _ table: TurnTable) {
    self.parameter = parameter
    value = { table.value(in: $0) }
    samples = [table.values.min(), table.values.max()].compactMap(\.self)
  }
}

/// The error of a ramp that an element cannot follow.
public struct InvalidRamp: Error, Equatable, CustomStringConvertible {
  /// The name of the number, such as "cav.voltage".
  public let name: String
  /// The turn, from 1; nil if it cannot be ramped at all.
  public let turn: Int?
  /// Why.
  public let reason: String

  public var description: String {
    "the ramp of \(quoted(name))" + (turn.map { ", turn \($0)" } ?? "") + ": " + reason
  }
}

extension Beamline {
  /// Why a number of the beamline cannot be ramped; nil if it can.
  package func obstacle(toRamping parameter: BeamlineParameter) -> String? {
    if parameter.isOfGirder { return nil }
    let element = elements[parameter.element].element
    if element.effect != nil {
      return "the \(type(of: element).kind) has a collective effect, which is made once for all "
        + "turns"
    }
    return obstacle(toVarying: parameter)
  }

  /// Beamlines with the least and the greatest values that ramps are known to come to, as far as these
  /// are valid for the elements.
  package func extremes(of ramps: [ParameterRamp]) -> [Beamline] {
    if ramps.isEmpty { return [] }
    return [{ ($0 as [Double]).min() }, { $0.max() }].map { (choose: ([Double]) -> Double?) in
      var line = self
      for ramp in ramps {
        guard let value = choose(ramp.samples), value.isFinite else { continue }
        let design = line[ramp.parameter]
        line[ramp.parameter] = value
        if !ramp.parameter.isOfGirder,
          !line.elements[ramp.parameter.element].element.mistakes.isEmpty
        {
          line[ramp.parameter] = design
        }
      }
      return line
    }
  }
}
