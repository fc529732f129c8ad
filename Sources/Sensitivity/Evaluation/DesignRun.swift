import BeamEnvelopes
import BeamTracking
import ParameterTables

/// The run that a design varies: a beam, a beamline, and the method of tracking.
public struct DesignRun: Sendable {
  /// What is tracked through the beamline.
  public enum Method: Sendable {
    /// All particles.
    case particles
    /// The mean and the covariance, with space charge if given.
    case envelope(EnvelopeSpaceCharge?)
    /// The reference particle only.
    case reference
  }

  /// The beamline.
  public var beamline: Beamline
  /// The initial beam.
  public var beam: BeamDescription
  /// The method of tracking.
  public var method: Method
  /// The number of turns.
  public var turns = 1
  /// The number of slices of each element that names none (0).
  public var slices = 1
  /// The collective effects, which act one after the other in every slice.
  public var effects: [any CollectiveEffect] = []
  /// How the backward pass restores the particles before each collective kick.
  public var checkpointing = Checkpointing.restoring

  /// One turn of a beam through a beamline, without effects.
  public init(_ beamline: Beamline, _ beam: BeamDescription, method: Method = .particles) {
    self.beamline = beamline
    self.beam = beam
    self.method = method
  }

  /// A run of a beam of `species` from `source`, whose reference particle has this kinetic energy
  /// [MeV].
  public init(
    _ beamline: Beamline, species: Species, kineticEnergy: Double,
    beam source: BeamDescription.Source, method: Method = .particles
  ) {
    self.init(
      beamline,
      BeamDescription(species: species, kineticEnergy: kineticEnergy, source: source),
      method: method)
  }

  /// Whether particles are tracked, and not an envelope.
  var isOfParticles: Bool { if case .particles = method { true } else { false } }

  /// The number of tracked particles; 0 for other methods.
  public var particleCount: Int { isOfParticles ? beam.particleCount : 0 }
}

// The numbers of a run by name: `q1.k1`, `beam.beta_x`, `effects[0].strength`,
// `beam.particles[17].px`.
extension DesignRun {
  /// The number called `name`, which may vary.
  ///
  /// - Throws: `UnknownParameter` if there is none; the message lists the names and the nearest
  ///   one.
  public func number(named name: String) throws(UnknownParameter) -> RunNumber {
    if name.hasPrefix("effects[") { return .effect(try effectParameter(named: name)) }
    guard name.hasPrefix("beam.") else { return .element(try beamline.parameter(named: name)) }
    var own = String(name.dropFirst(5))
    if own.hasPrefix("particles[") { return try coordinate(own.dropFirst(10), of: name) }
    if own.hasPrefix("covariance_") { own = Self.upperTriangleName(own) }
    if let number = beam.numbers.first(where: { $0.name == own })?.number { return .beam(number) }
    throw UnknownParameter(name: name, reason: noBeamNumber(own))
  }

  private func noBeamNumber(_ name: String) -> String {
    let names = beam.numbers.map(\.name)
    let hint = nearestName(to: name, among: names).map {
      "; did you mean \(quoted("beam." + $0))?"
    }
    return "the beam is not described by \(quoted(name)); it has: "
      + names.joined(separator: ", ") + (particleCount > 0 ? ", particles[i].x" : "")
      + (hint ?? "")
  }

  /// The name of a number, in the form of ``number(named:)``.
  public func name(of number: RunNumber) -> String {
    switch number {
    case .element(let parameter): beamline.name(of: parameter)
    case .coordinate(let particle, let i):
      "beam.particles[\(particle)].\(PhaseSpace<Double>.names[i])"
    case .beam(let own): "beam." + beam.name(of: own)
    case .effect(let parameter): name(of: parameter)
    case .setting(let path): path
    }
  }

  /// Why a number cannot vary; nil if it can.
  package func obstacle(to number: RunNumber) -> String? {
    switch number {
    case .element(let parameter):
      return beamline.obstacle(toVarying: parameter)
    case .beam(let own):
      return beam.numbers.contains { $0.number == own } ? nil : noBeamNumber(beam.name(of: own))
    case .effect(let parameter):
      guard isOfParticles else {
        return "envelopes have no derivatives with respect to parameters of effects"
      }
      do {
        try effects.check(parameter)
        return nil
      } catch {
        return error.reason
      }
    case .coordinate: return nil
    case .setting: return "it is a setting, no variable"
    }
  }

  /// A variable for the number called `name`, with its present value as the start.
  ///
  /// - Throws: As ``number(named:)``.
  public func variable(
    _ name: String, scale: Double? = nil
  ) throws(UnknownParameter) -> DesignVariable {
    let number = try number(named: name)
    return DesignVariable(name, .numbers([number]), value: self[number], scale: scale)
  }

  /// The present value of a number; NaN for a setting.
  public subscript(number: RunNumber) -> Double {
    switch number {
    case .element(let parameter): beamline[parameter]
    case .coordinate(let particle, let i): coordinates(ofParticle: particle)[i]
    case .beam(let own): beam[own]
    case .effect(let parameter): effects[parameter]
    case .setting: .nan
    }
  }

  private func coordinates(ofParticle number: Int) -> PhaseSpace<Double> {
    switch beam.source {
    case .particles(let bunch): return bunch[number]
    case .drawn(let initial):
      var point = PhaseSpace<Double>.zero
      initial.forEachUnitPoint(of: number..<number + 1) { _, unit in point = initial.shape(unit) }
      return point
    case .moments, .file: fatalError("the beam has no particles")
    }
  }

  /// The indices of the effects with parameters among all effects; names count only these.
  private var namedEffects: [Int] { effects.indices.filter { effects[$0] is any CatalogEffect } }

  /// The number called, for example, "effects[0].strength" or "effects[0].sizes[2]".
  private func effectParameter(named name: String) throws(UnknownParameter) -> EffectParameter {
    func fail(_ reason: String) -> UnknownParameter { UnknownParameter(name: name, reason: reason) }
    guard let match = name.wholeMatch(of: /effects\[(\d+)\]\.([^.\[\]]+)(?:\[(\d+)\])?/),
      let number = Int(match.1)
    else { throw fail("expected an effect and its parameter: \"effects[0].strength\"") }
    let named = namedEffects
    guard number < named.count else {
      throw fail(
        named.isEmpty
          ? "there are no effects that have parameters" : "the effects are 0 to \(named.count - 1)")
    }
    let parameter: EffectParameter
    do {
      parameter = try effects.parameter(
        named: String(match.2), entry: match.3.flatMap { Int($0) }, ofEffect: named[number])
    } catch {
      throw fail(error.reason)
    }
    if let reason = obstacle(to: .effect(parameter)) { throw fail(reason) }
    return parameter
  }

  private func name(of parameter: EffectParameter) -> String {
    let number = namedEffects.firstIndex(of: parameter.effect) ?? parameter.effect
    return "effects[\(number)].\(effects.name(of: parameter))"
      + (parameter.entry.map { "[\($0)]" } ?? "")
  }

  /// Parses "17].px" of "beam.particles[17].px".
  private func coordinate(
    _ text: Substring, of name: String
  ) throws(UnknownParameter) -> RunNumber {
    let names = PhaseSpace<Double>.names
    let parts = text.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let particle = Int(parts[0]), parts[1].first == ".",
      let i = names.firstIndex(of: String(parts[1].dropFirst()))
    else {
      throw UnknownParameter(
        name: name,
        reason: "expected a particle and one of x, px, y, py, t, pt: \"beam.particles[17].px\"")
    }
    let count = particleCount
    guard particle >= 0, particle < count else {
      throw UnknownParameter(
        name: name,
        reason: count == 0
          ? "there are no particles" : "the beam has particles 0 to \(count - 1)")
    }
    return .coordinate(particle: particle, i)
  }

  /// Changes "covariance_px_x" to "covariance_x_px".
  private static func upperTriangleName(_ name: String) -> String {
    let names = PhaseSpace<Double>.names
    let parts = name.split(separator: "_")
    guard parts.count == 3, let i = names.firstIndex(of: String(parts[1])),
      let j = names.firstIndex(of: String(parts[2]))
    else { return name }
    return "covariance_\(names[min(i, j)])_\(names[max(i, j)])"
  }
}
