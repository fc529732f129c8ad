import BeamDynamics
import Documents

/// The run that a design varies: a beam, a beamline, and how one is taken through the other.
public struct DesignRun: Sendable {
  /// Where the beam's particles come from.
  public enum Beam: Sendable {
    /// Drawn from a distribution; with the numbers that describe its shape, if these may vary.
    case drawn(InitialBeam, BeamShapeDescription?)
    /// Given one by one.
    case particles(Bunch<Double>)
  }

  public var beamline: Beamline
  public var species: Species
  /// Of the reference particle at the start [MeV].
  public var kineticEnergy: Double
  public var beam: Beam
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1

  public init(_ beamline: Beamline, species: Species, kineticEnergy: Double, beam: Beam) {
    self.beamline = beamline
    self.species = species
    self.kineticEnergy = kineticEnergy
    self.beam = beam
  }

  /// The charge of the bunch [C], a magnitude, where the run gives one.
  var charge: Double {
    if case .drawn(let initial, _) = beam { initial.charge } else { 0 }
  }

  /// The numbers that describe the beam's shape.
  var shape: BeamShapeDescription? {
    if case .drawn(_, let shape) = beam { shape } else { nil }
  }

  /// How many particles the beam has.
  public var particleCount: Int {
    switch beam {
    case .drawn(let initial, _): initial.particles
    case .particles(let bunch): bunch.count
    }
  }

  // MARK: Numbers by name

  /// The number of the run called `name`: `q1.k1`, `beam.beta_x`, `beam.particles[17].px`.
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

  /// The present value of a number.
  public func value(of input: RunInput) -> Double {
    switch input {
    case .element(let parameter): return beamline[parameter]
    case .coordinate(let particle, let i):
      guard case .particles(let bunch) = beam else {
        preconditionFailure("the particles are not there one by one")
      }
      return bunch[particle][i]
    case .beam(let input):
      switch input {
      case .kineticEnergy: return kineticEnergy
      case .totalEnergy: return kineticEnergy + species.mass
      case .momentum: return (kineticEnergy * (kineticEnergy + 2 * species.mass)).squareRoot()
      case .charge, .current: return charge
      case .shape(let place): return shape?.values[place] ?? 0
      }
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

  private func beamInput(_ name: String) throws(UnknownInput) -> RunInput {
    var own = String(name.dropFirst(5))
    if own.hasPrefix("particles[") { return try coordinate(own.dropFirst(10), of: name) }
    if own.hasPrefix("covariance_"), shape?.form == .covariance {
      own = Self.upperTriangleName(own)
    }
    if let place = shape?.names.firstIndex(of: own) { return .beam(.shape(place)) }
    var names = BeamInput.named.map(\.name).filter { $0 != "current" }
    if case .particles = beam { names.removeAll { $0 == "charge" } }
    if names.contains(own), let input = BeamInput.named.first(where: { $0.name == own })?.input {
      return .beam(input)
    }
    names += shape?.names ?? []
    let hint = nearestName(to: own, among: names).map { "; did you mean \(quoted("beam." + $0))?" }
    throw UnknownInput(
      name,
      "the beam is not described by \(quoted(own)); it has: " + names.joined(separator: ", ")
        + ", particles[i].x" + (hint ?? ""))
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
    guard particle >= 0, particle < particleCount else {
      throw UnknownInput(
        name, "the beam has particles 0 to \(particleCount - 1); there is no \(particle)")
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
