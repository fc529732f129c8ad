import BeamTracking
import ParameterTables

/// The quantities that a run file's objective may name: a value, to which users add their own.
public struct QuantityCatalog: Sendable {
  /// In the order of documentation.
  public let quantities: [Quantity]
  /// Of two quantities of one name, the first.
  private let places: [String: Int]

  /// A catalog of these quantities.
  public init(_ quantities: [Quantity]) {
    self.quantities = quantities
    places = Dictionary(
      quantities.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
  }

  /// All that come with this package.
  public static let standard = QuantityCatalog(standardQuantities)

  /// Both catalogs; where both have a quantity of one name, that of the first.
  public static func + (a: Self, b: Self) -> Self { Self(a.quantities + b.quantities) }

  private static var standardQuantities: [Quantity] {
    let names = PhaseSpace<Double>.names
    let units = ["m", "", "m", "", "m", ""]
    var list: [Quantity] = [
      .init(
        "kinetic_energy", "MeV", "of the reference particle", .reference(.kineticEnergy)),
      .init("charge", "C", "of the living particles, with the species' sign", .charge),
      .init(
        "energy_spread", "", "rms energy over the reference's kinetic energy, σ_pt·βγ/(γ − 1)",
        .energySpread),
    ]
    for (i, name) in names.enumerated() {
      list.append(.init("mean_\(name)", units[i], "mean of \(name)", .mean(i)))
      list.append(.init("sigma_\(name)", units[i], "rms of \(name) about its mean", .sigma(i)))
    }
    for plane in Plane.allCases {
      list += [
        .init("emittance_\(plane)", "m", "projected rms emittance", .emittance(plane)),
        .init("emittance_\(plane)_squared", "m²", "its square", .emittanceSquared(plane)),
        .init(
          "normalized_emittance_\(plane)", "m", "βγ times the emittance",
          .normalizedEmittance(plane)),
        .init(
          "normalized_emittance_\(plane)_squared", "m²", "its square",
          .normalizedEmittanceSquared(plane)),
        .init("beta_\(plane)", "m", "β of the ellipse", .beta(plane)),
        .init("alpha_\(plane)", "", "α of the ellipse", .alpha(plane)),
      ]
    }
    for k in 1...3 {
      list.append(
        .init(
          "eigenemittance_\(k)", "m", "eigenemittance number \(k), the smallest first",
          .eigenemittance(k - 1)))
    }
    for (i, name) in names.enumerated().prefix(4) {
      list.append(.init("dispersion_\(name)", units[i], "−⟨\(name)·pt⟩/⟨pt²⟩", .dispersion(i)))
    }
    for i in 0..<6 {
      for j in i..<6 {
        let unit = ["", "m", "m²"][[units[i], units[j]].count { $0 == "m" }]
        list.append(
          .init("\(names[i])_\(names[j])", unit, "entry of the covariance", .covariance(i, j)))
      }
    }
    let columns: [(String, String, Quantity.ReferenceColumn)] = [
      ("s", "m", .s), ("x", "m", .x), ("y", "m", .y), ("z", "m", .z), ("t", "m", .t),
      ("px", "", .px), ("py", "", .py), ("pz", "", .pz), ("gamma", "", .gamma),
    ]
    for (name, unit, column) in columns {
      let summary = "column \(name) of reference.csv"
      list.append(.init("reference_\(name)", unit, summary, .reference(column)))
      list.append(.init(name, unit, summary, .reference(column)))
    }
    for i in 1...6 {
      for j in 1...6 {
        let unit = units[i - 1] == units[j - 1] ? "" : units[i - 1] == "m" ? "m" : "1/m"
        list.append(
          .init("R\(i)\(j)", unit, "transfer matrix from the start", .transferMatrix(i - 1, j - 1)))
      }
    }
    return list
  }

  /// The names of all quantities, in order.
  public var names: [String] { quantities.map(\.name) }

  /// The quantity called `name`.
  ///
  /// - Throws: ``UnknownQuantity`` if there is none; the message contains the reason for a column
  ///   of the result files without a derivative, and otherwise the nearest name.
  public func quantity(named name: String) throws(UnknownQuantity) -> Quantity {
    if let place = places[name] { return quantities[place] }
    if name.hasPrefix("min_") || name.hasPrefix("max_"),
      PhaseSpace<Double>.names.contains(String(name.dropFirst(4)))
    {
      throw UnknownQuantity(
        name: name,
        reason: "is the coordinate of a single particle, which has kinks; use "
          + quoted("mean_" + name.dropFirst(4)) + " and " + quoted("sigma_" + name.dropFirst(4))
          + ", or \"smoothed_loss\"")
    }
    if name == "particles" {
      throw UnknownQuantity(
        name: name, reason: "is a whole number and has no derivative; use \"smoothed_loss\"")
    }
    let known = names + ["smoothed_loss", "density"]
    let hint = nearestName(to: name, among: known).map { "; did you mean \(quoted($0))?" }
    throw UnknownQuantity(
      name: name,
      reason: "is no quantity; there are the columns of moments.csv, reference.csv and "
        + "covariance.csv, R11 to R66, \"energy_spread\", \"smoothed_loss\" and \"density\""
        + (hint ?? ""))
  }
}

/// The error of a name that stands for no quantity of an objective.
public struct UnknownQuantity: Error, Equatable, CustomStringConvertible {
  /// The name as given.
  public let name: String
  /// Why there is no such quantity, and what names there are.
  public let reason: String

  public var description: String { "\(quoted(name)) \(reason)" }
}
