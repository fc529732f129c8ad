import BeamDynamics
import Documents
import Sensitivity

/// Which numbers of a run the numbers of a shape are, where a run file gives them by expressions.
enum NumberPlaces {
  /// Those of the initial beam, which may vary.
  case ofBeam
  /// Settings under this path of the run file, which may not.
  case settings(path: String)

  /// The expressions of the object `key`, whose members `name` turns into names of the shape's
  /// numbers.
  func bindings(
    of reader: ObjectReader, in key: String, _ shape: BeamShapeDescription?,
    _ name: (String) -> String
  ) -> [Binding] {
    switch self {
    case .ofBeam:
      reader.bindings { written in
        let own = name(written.key)
        return shape?.place(of: own).map { .beam(.shape($0)) }
          ?? .setting("beam.distribution." + own)
      }
    case .settings(let path): reader.bindings(ofSettingsIn: path + "." + key)
    }
  }

  /// The expressions of the object that says the distribution, its covariance among them.
  func bindings(of reader: ObjectReader) -> [Binding] {
    switch self {
    case .ofBeam:
      reader.bindings { written in
        guard let index = written.index, written.key == "covariance" else {
          return .setting("beam.distribution.\(written.key)")
        }
        let (i, j) = (index / 6, index % 6)
        return .beam(.shape(BeamShapeDescription.place(row: min(i, j), column: max(i, j))))
      }
    case .settings(let path): reader.bindings(ofSettingsIn: path)
    }
  }

  /// The number at a place of a shape.
  func number(at place: Int, of shape: BeamShapeDescription) -> RunNumber {
    switch self {
    case .ofBeam: return .beam(.shape(place))
    case .settings(let path):
      let name = shape.names[place]
      if place >= shape.names.count - 10 {
        // "mean_x" is x of "mean".
        let words = name.split(separator: "_", maxSplits: 1)
        return .setting("\(path).\(words[0]).\(words[1])")
      }
      switch shape.form {
      case .twiss: return .setting("\(path).twiss.\(name)")
      case .sigma:
        return .setting(
          "\(path).sigma." + (name.hasPrefix("sigma_") ? String(name.dropFirst(6)) : name))
      case .covariance:
        // The entry of the upper triangle, counted in the whole matrix row after row.
        let entry = (0..<36).first { entry in
          let (i, j) = (entry / 6, entry % 6)
          return i <= j && BeamShapeDescription.place(row: i, column: j) == place
        }
        return .setting("\(path).covariance[\(entry ?? 0)]")
      }
    }
  }
}
