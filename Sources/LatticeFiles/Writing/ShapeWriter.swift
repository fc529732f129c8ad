import BeamDynamics
import Documents
import Sensitivity

/// Writes the shape of a beam as run files have it.
struct ShapeWriter {
  private let shape: BeamShapeDescription
  private let numbers: NumberWriter
  private let places: NumberPlaces

  /// - Parameter places: Which numbers of the run those of the shape are.
  init(
    _ shape: BeamShapeDescription, _ numbers: NumberWriter, _ places: NumberPlaces = .ofBeam
  ) {
    self.shape = shape
    self.numbers = numbers
    self.places = places
  }

  /// The members of "distribution" that say the shape.
  var members: [(String, JSONText)] {
    [(shape.form.rawValue, form), ("mean", vector("mean_")), ("dispersion", vector("dispersion_"))]
  }

  private var form: JSONText {
    switch shape.form {
    case .covariance:
      .array(
        (0..<6).map { i in
          .array(
            (0..<6).map { j in
              number(BeamShapeDescription.place(row: min(i, j), column: max(i, j)))
            })
        })
    case .sigma:
      .object(
        shape.names.indices.dropLast(10).map { place in
          let name = shape.names[place]
          return (name.hasPrefix("sigma_") ? String(name.dropFirst(6)) : name, number(place))
        })
    case .twiss:
      .object(shape.names.indices.dropLast(10).map { (shape.names[$0], number($0)) })
    }
  }

  /// The numbers whose names begin with `prefix`.
  private func vector(_ prefix: String) -> JSONText {
    .object(
      shape.names.indices.filter { shape.names[$0].hasPrefix(prefix) }.map { place in
        (String(shape.names[place].dropFirst(prefix.count)), number(place))
      })
  }

  private func number(_ place: Int) -> JSONText {
    numbers.text(.number(shape.values[place]), of: places.number(at: place, of: shape))
  }
}
