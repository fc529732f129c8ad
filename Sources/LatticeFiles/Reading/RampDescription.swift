import BeamDynamics
import Documents
import Sensitivity

/// A number of a run file that varies from turn to turn.
public struct RampDescription: Sendable {
  /// How its value follows from the turn.
  public enum Course: Sendable {
    /// An expression of the file's constants and of `turn`, which counts from 1.
    case expression(Expression)
    /// A table of values at some turns.
    case table(TurnTable)
  }

  /// What varies, as a variable would be called: "cav.voltage", "constants.kq".
  public let name: String
  /// How its value follows from the turn.
  public let course: Course
  /// The numbers of the beamline that follow: one, or all that are expressions of a constant.
  public let ramps: [ParameterRamp]

  /// The ramp as a run file has it; `number` is its index in the list.
  func text(_ numbers: NumberWriter, number: Int) -> JSONText {
    var members: [(String, JSONText)] = [("name", .string(name))]
    func list(_ key: String, _ values: [Double]) -> (String, JSONText) {
      (key, numbers.text(.numbers(values)) { .setting(Self.path(number, key, $0)) })
    }
    switch course {
    case .expression(let expression): members.append(("expression", .string(expression.text)))
    case .table(let table):
      members += [list("turns", table.turns), list("values", table.values)]
    }
    return .object(members)
  }

  /// Where a number of a ramp stands in the run file.
  static func path(_ number: Int, _ key: String, _ index: Int?) -> String {
    "tracking.ramps[\(number)].\(key)" + (index.map { "[\($0)]" } ?? "")
  }
}

/// The value of a ramp in each turn.
struct RampCourse: Sendable {
  let course: RampDescription.Course
  /// The values of the file's constants.
  let constants: [Double]

  func value(in turn: Int) -> Double {
    switch course {
    // The turn is the first of the variables; see `RampReader`.
    case .expression(let expression): expression.value([Double(turn)] + constants)
    case .table(let table): table.value(in: turn)
    }
  }
}
