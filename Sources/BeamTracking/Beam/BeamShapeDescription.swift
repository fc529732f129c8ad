import AutoDiff
import BeamMaps
import LinearAlgebra
import ParameterTables

/// The numbers that describe a beam's shape, as a run file gives them.
///
/// With values that carry derivatives they give a shape with derivatives.
public struct BeamShapeDescription: Sendable, Equatable {
  /// The kind of description, which determines the first numbers.
  public enum Form: String, Sendable, CaseIterable {
    /// β [m], α, ε [m] of each plane.
    case twiss
    /// σ of coordinate [m] and momentum, and their correlation, of each plane.
    case sigma
    /// The upper triangle of the covariance, row by row.
    case covariance

    /// The names of the numbers, as in the columns of result files; after them the names of the
    /// means and of the dispersions.
    public var names: [String] {
      let coordinates = PhaseSpace<Double>.names
      let planes = Plane.allCases
      let own: [String] =
        switch self {
        case .twiss: planes.flatMap { ["beta_\($0)", "alpha_\($0)", "emittance_\($0)"] }
        case .sigma: planes.flatMap { ["sigma_\($0)", "sigma_p\($0)", "correlation_\($0)"] }
        case .covariance:
          (0..<6).flatMap { i in
            (i..<6).map { "covariance_\(coordinates[i])_\(coordinates[$0])" }
          }
        }
      return own + coordinates.map { "mean_" + $0 }
        + coordinates.prefix(4).map { "dispersion_" + $0 }
    }
  }

  /// The kind of description.
  public let form: Form
  /// One value for each of ``names``.
  public var values: [Double]

  /// A description with all values 0, except β, which is 1.
  public init(_ form: Form) {
    self.form = form
    values = form.names.map { $0.hasPrefix("beta") ? 1 : 0 }
  }

  /// A description with these values by name; the others are 0, or 1 for β.
  ///
  ///     try BeamShapeDescription(.sigma, ["sigma_x": 1e-3, "sigma_px": 1e-4])
  ///
  /// - Throws: ``InvalidBeamShape`` for a name that is not among the form's.
  public init(
    _ form: Form, _ numbers: KeyValuePairs<String, Double>
  ) throws(InvalidBeamShape) {
    self.init(form)
    let names = form.names
    for (name, value) in numbers {
      guard let place = names.firstIndex(of: name) else {
        let near = nearestName(to: name, among: names)
        throw InvalidBeamShape(
          parameter: name,
          reason: "is no number of a beam that is described by \(form.rawValue)"
            + (near.map { "; did you mean \(quoted($0))?" } ?? "; there are \(listed(names))"))
      }
      values[place] = value
    }
  }

  /// The description of a shape by covariance and mean.
  public init(ofShape shape: BeamShape<Double>) {
    self.init(.covariance)
    for i in 0..<6 {
      for j in i..<6 { values[Self.place(row: i, column: j)] = shape.covariance[i, j] }
      self["mean_" + PhaseSpace<Double>.names[i]] = shape.mean[i]
    }
  }

  /// The names of the values, in their order.
  public var names: [String] { form.names }

  /// The index of the number called `name`; nil if there is none.
  public func place(of name: String) -> Int? { names.firstIndex(of: name) }

  /// The value of the number called `name`; nil if there is none. Setting one that there is not ends the
  /// program.
  public subscript(name: String) -> Double? {
    get { names.firstIndex(of: name).map { values[$0] } }
    set {
      guard let place = names.firstIndex(of: name), let newValue else {
        fatalError("a beam described by \(form.rawValue) has no \(name); it has \(listed(names))")
      }
      values[place] = newValue
    }
  }

  /// The shape of a beam with these values.
  ///
  /// - Throws: ``InvalidBeamShape`` for values that no beam can have.
  public var shape: BeamShape<Double> {
    get throws(InvalidBeamShape) { try shape(values) }
  }

  /// The shape of a beam with other values of these numbers.
  ///
  /// - Throws: ``InvalidBeamShape`` for values that no beam can have.
  public func shape<S: RealScalar>(_ values: [S]) throws(InvalidBeamShape) -> BeamShape<S> {
    let own = values.count - 10
    var mean = PhaseSpace<S>.zero
    for i in 0..<6 { mean[i] = values[own + i] }
    let shape: BeamShape<S>
    switch form {
    case .twiss:
      func ellipse(_ plane: Plane) -> Twiss<S> {
        let first = 3 * plane.rawValue
        return Twiss(beta: values[first], alpha: values[first + 1], emittance: values[first + 2])
      }
      shape = try BeamShape(x: ellipse(.x), y: ellipse(.y), t: ellipse(.t), mean: mean)
    case .sigma:
      func sizes(_ plane: Plane) -> PlaneSigma<S> {
        let first = 3 * plane.rawValue
        return PlaneSigma(
          coordinate: values[first], momentum: values[first + 1], correlation: values[first + 2])
      }
      shape = try BeamShape(x: sizes(.x), y: sizes(.y), t: sizes(.t), mean: mean)
    case .covariance:
      let matrix = Matrix6<S> { i, j in
        values[Self.place(row: min(i, j), column: max(i, j))]
      }
      shape = try BeamShape(covariance: matrix, mean: mean)
    }
    return shape.dispersed(
      by: Dispersion(
        x: values[own + 6], px: values[own + 7], y: values[own + 8], py: values[own + 9]))
  }

  /// The index of an entry of the covariance's upper triangle.
  public static func place(row: Int, column: Int) -> Int { row * (11 - row) / 2 + column }

  /// Why the derivatives of particles with respect to the number at `place` are infinite; nil if
  /// they are finite.
  package func obstacle(at place: Int, _ values: [Double]) -> String? {
    let name = names[place]
    let value = values[place]
    if name.hasPrefix("emittance"), value == 0 {
      return "is 0, where particles have no derivative with respect to it; start above 0, and "
        + "give it a \"min\""
    }
    if name.hasPrefix("correlation"), value.magnitude == 1 {
      return "is \(value), where particles have no derivative with respect to it; start inside"
    }
    return nil
  }
}
