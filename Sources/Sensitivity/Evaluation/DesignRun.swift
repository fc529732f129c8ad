import BeamEnvelopes
import BeamTracking
import ParameterTables

/// The run that a design varies: a beam, a beamline, and how one is taken through the other.
public struct DesignRun: Sendable {
  /// What is taken through the beamline.
  public enum Method: Sendable {
    /// Every particle.
    case particles
    /// Mean and covariance, with space charge if wanted.
    case envelope(EnvelopeSpaceCharge?)
    /// The reference particle alone.
    case reference
  }

  public var beamline: Beamline
  public var beam: BeamDescription
  public var method: Method
  /// How often the beamline is passed.
  public var turns = 1
  /// Slices of elements that name none.
  public var slices = 1
  /// What particles do to each other in every slice, one after the other.
  public var effects: [any CollectiveEffect] = []
  /// How the way back finds the particles before each of these.
  public var checkpointing = Checkpointing.restoring

  public init(_ beamline: Beamline, _ beam: BeamDescription, method: Method = .particles) {
    self.beamline = beamline
    self.beam = beam
    self.method = method
  }

  /// With the kinetic energy of the reference particle [MeV].
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

  /// How many particles are tracked.
  public var particleCount: Int { isOfParticles ? beam.particleCount : 0 }
}

/// A number of a run, by what it belongs to: what `q1.k1` of a run file means, what a variable stands
/// for, what a derivative is taken to.
public enum RunNumber: Hashable, Sendable {
  /// Of an element: a parameter of its kind, or of its placement.
  case element(BeamlineParameter)
  /// Of the initial beam as a whole.
  case beam(BeamNumber)
  /// Of a collective effect that has parameters.
  case effect(EffectParameter)
  /// A particle's own: its number in the beam, and which of x, px, y, py, t, pt.
  case coordinate(particle: Int, Int)
  /// Any other number of a run file, by its path there: a count, an aperture, a setting. Nothing has
  /// a derivative to it.
  case setting(String)
}

// The numbers of a run by name: `q1.k1`, `beam.beta_x`, `effects[0].strength`,
// `beam.particles[17].px`.
extension DesignRun {
  /// The number called `name`, which may vary.
  ///
  /// - Throws: `UnknownParameter`, which says what there is and the nearest name.
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

  /// The name of a number, as ``number(named:)`` understands it.
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
      return beamline.isWhole(parameter) ? "it is a whole number" : nil
    case .beam(let own):
      return beam.numbers.contains { $0.number == own } ? nil : noBeamNumber(beam.name(of: own))
    case .effect(let parameter):
      guard isOfParticles else { return "envelopes have no derivatives to parameters of effects" }
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

  /// The number called `name` as a variable that starts at its present value.
  ///
  /// - Throws: As ``number(named:)``.
  public func variable(
    _ name: String, scale: Double? = nil
  ) throws(UnknownParameter) -> DesignVariable {
    let number = try number(named: name)
    return DesignVariable(name, .numbers([number]), value: self[number], scale: scale)
  }

  /// The present value of a number; a setting has none.
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
    case .moments, .file: preconditionFailure("the beam has no particles")
    }
  }

  /// Where the effects that have parameters stand among all: their numbers in names count these.
  private var namedEffects: [Int] { effects.indices.filter { effects[$0] is any CatalogEffect } }

  /// The number called "effects[0].strength" or "effects[0].sizes[2]".
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

  /// "17].px" of "beam.particles[17].px".
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
