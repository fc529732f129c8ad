import BeamDynamics
import Documents

/// The names of the numbers of a run that may vary.
public struct InputNames: Sendable {
  public var beamline: Beamline
  /// The numbers that the beam's shape is described by; nil for a beam that is given otherwise.
  public var shape: BeamShapeDescription?
  /// Whether its energy may vary.
  public var hasEnergy: Bool
  /// Whether the beam is a bunch that is given a charge.
  public var hasCharge: Bool
  /// Whether it is a continuous beam with a current.
  public var hasCurrent: Bool
  /// How many particles it has.
  public var particles: Int

  public init(
    beamline: Beamline, shape: BeamShapeDescription?, hasEnergy: Bool = true, hasCharge: Bool,
    hasCurrent: Bool, particles: Int
  ) {
    self.beamline = beamline
    self.shape = shape
    self.hasEnergy = hasEnergy
    self.hasCharge = hasCharge
    self.hasCurrent = hasCurrent
    self.particles = particles
  }

  /// The number called `name`: `q1.k1`, `beam.beta_x`, `beam.particles[17].px`.
  ///
  /// - Throws: ``UnknownInput``, which says what there is and the nearest name.
  public func input(named name: String) throws(UnknownInput) -> RunInput {
    if name.hasPrefix("beam.") { return try beamInput(name) }
    do {
      return .element(try beamline.parameter(named: name))
    } catch {
      throw UnknownInput(name, error.reason)
    }
  }

  /// The name of a number, as ``input(named:)`` understands it.
  public func name(of input: RunInput) -> String {
    switch input {
    case .element(let parameter): beamline.name(of: parameter)
    case .coordinate(let particle, let i):
      "beam.particles[\(particle)].\(PhaseSpace<Double>.names[i])"
    case .beam(.shape(let place)): "beam." + (shape?.names[place] ?? "")
    case .beam(let input): "beam." + (BeamInput.named.first { $0.input == input }?.name ?? "")
    }
  }

  /// What the beam as a whole is described by.
  private var beamNames: [String] {
    BeamInput.named.filter { name, input in
      switch input {
      case .charge: hasCharge
      case .current: hasCurrent
      case .kineticEnergy, .totalEnergy, .momentum: hasEnergy
      case .shape: true
      }
    }.map(\.name) + (shape?.names ?? [])
  }

  private func beamInput(_ name: String) throws(UnknownInput) -> RunInput {
    var own = String(name.dropFirst(5))
    if own.hasPrefix("particles[") { return try coordinate(own.dropFirst(10), of: name) }
    if own.hasPrefix("covariance_") { own = Self.upperTriangleName(own) }
    let names = beamNames
    guard names.contains(own) else {
      let hint = nearestName(to: own, among: names).map {
        "; did you mean \(quoted("beam." + $0))?"
      }
      throw UnknownInput(
        name,
        "the beam is not described by \(quoted(own)); it has: "
          + names.joined(separator: ", ") + (particles > 0 ? ", particles[i].x" : "")
          + (hint ?? ""))
    }
    if let place = shape?.names.firstIndex(of: own) { return .beam(.shape(place)) }
    guard let input = BeamInput.named.first(where: { $0.name == own })?.input else {
      preconditionFailure("a name without a meaning")
    }
    return .beam(input)
  }

  /// "17].px" of "beam.particles[17].px".
  private func coordinate(
    _ text: Substring, of name: String
  ) throws(UnknownInput) -> RunInput {
    let names = PhaseSpace<Double>.names
    let parts = text.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let particle = Int(parts[0]), parts[1].first == ".",
      let i = names.firstIndex(of: String(parts[1].dropFirst()))
    else {
      throw UnknownInput(
        name, "expected a particle and one of x, px, y, py, t, pt: \"beam.particles[17].px\"")
    }
    guard particle >= 0, particle < particles else {
      throw UnknownInput(
        name,
        particles == 0
          ? "there are no particles" : "the beam has particles 0 to \(particles - 1)")
    }
    return .coordinate(particle: particle, i)
  }

  /// "covariance_px_x" is "covariance_x_px".
  private static func upperTriangleName(_ name: String) -> String {
    let names = PhaseSpace<Double>.names
    let parts = name.split(separator: "_")
    guard parts.count == 3, let i = names.firstIndex(of: String(parts[1])),
      let j = names.firstIndex(of: String(parts[2]))
    else { return name }
    return "covariance_\(names[min(i, j)])_\(names[max(i, j)])"
  }
}
