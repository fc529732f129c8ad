import AutoDiff
import BeamDynamics
import Documents

/// The varied numbers of a run, sorted by what they are put into.
struct DesignInputs: Sendable {
  /// Of elements.
  private(set) var parameters: [BeamlineParameter] = []
  /// For each of these, its place among the inputs.
  private(set) var parameterPlaces: [Int] = []
  /// Of effects, with their places among the inputs.
  private(set) var effectParameters: [EffectParameter] = []
  private(set) var effectPlaces: [Int] = []
  private(set) var energy: (number: BeamNumber, place: Int)?
  /// Charge or current.
  private(set) var intensity: Int?
  /// Numbers of the shape's description, with their places among the inputs.
  private(set) var shape: [(number: Int, place: Int)] = []
  private(set) var coordinates: [(particle: Int, coordinate: Int, place: Int)] = []
  private let run: DesignRun
  /// The charge of the bunch [C] or the current [A] where it does not vary, a magnitude.
  private let fixedIntensity: Double

  init(_ numbers: [RunNumber], of run: DesignRun) {
    self.run = run
    fixedIntensity = run.beam.current ?? run.beam.charge ?? 0
    for (place, number) in numbers.enumerated() {
      switch number {
      case .element(let parameter):
        parameters.append(parameter)
        parameterPlaces.append(place)
      case .effect(let parameter):
        effectParameters.append(parameter)
        effectPlaces.append(place)
      case .beam(.shape(let number)): shape.append((number, place))
      case .beam(.charge), .beam(.current): intensity = place
      case .beam(let number):
        precondition(energy == nil, "the energy is varied under two names")
        energy = (number, place)
      case .setting(let path): preconditionFailure("\(path) is no variable")
      case .coordinate(let particle, let coordinate):
        coordinates.append((particle, coordinate, place))
      }
    }
  }

  /// γ − 1 of the reference particle at the start.
  func kineticEnergyOverMass<S: RealScalar>(_ inputs: [S]) -> S {
    guard let energy else { return S(run.beam.kineticEnergy / run.beam.species.mass) }
    return energy.number.kineticEnergyOverMass(inputs[energy.place], run.beam.species)
  }

  /// The current [A], or the charge of the bunch [C]: a magnitude.
  func intensity<S: RealScalar>(_ inputs: [S]) -> S {
    intensity.map { inputs[$0] } ?? S(fixedIntensity)
  }

  /// The shape of the beam; nil if none of its numbers varies.
  func shape<S: RealScalar>(_ inputs: [S]) throws -> BeamShape<S>? {
    guard !shape.isEmpty, let description = run.beam.drawn?.description else { return nil }
    var values = description.values.map { S($0) }
    for (number, place) in shape { values[number] = inputs[place] }
    return try description.shape(values)
  }

  /// Refuses values that no run can have, so that nothing behind it meets one.
  ///
  /// - Throws: ``UndefinedObjective``, which names the number.
  func check(_ values: [Double], named names: [RunNumber]) throws {
    func name(_ place: Int) -> String { quoted(run.name(of: names[place])) }
    func refuse(_ place: Int, _ reason: String) -> UndefinedObjective {
      UndefinedObjective(
        "a run with \(name(place)) = \(values[place])", because: reason,
        remedy: "give the variables bounds that exclude it")
    }
    for (place, value) in values.enumerated() where !value.isFinite {
      throw refuse(place, "it is no finite number")
    }
    if let energy, case let share = kineticEnergyOverMass(values), !(share > 0 && share.isFinite) {
      throw refuse(energy.place, "the kinetic energy must be positive")
    }
    if let intensity, values[intensity] < 0 {
      throw refuse(intensity, "charge and current are magnitudes and not negative")
    }
    var line = run.beamline
    for (parameter, place) in zip(parameters, parameterPlaces) {
      line[parameter] = values[place]
      guard case .own(let number, _) = parameter.site else { continue }
      let element = line.elements[parameter.element].element
      if let reason = element.obstacle(toParameter: number) { throw refuse(place, reason) }
    }
    for (parameter, place) in zip(parameters, parameterPlaces) {
      if let mistake = line.elements[parameter.element].element.mistakes.first {
        throw refuse(place, mistake)
      }
    }
    var effects = run.effects
    for (parameter, place) in zip(effectParameters, effectPlaces) {
      effects[parameter] = values[place]
      if let reason = effects.obstacle(to: parameter) { throw refuse(place, reason) }
    }
    guard let description = run.beam.drawn?.description, !shape.isEmpty else { return }
    do {
      _ = try shape(values)
    } catch {
      throw UndefinedObjective(
        "the initial beam", because: "\(error)",
        remedy: "give the variables bounds that exclude it")
    }
    // An envelope's covariance has derivatives where single particles have not.
    guard run.isOfParticles else { return }
    var numbers = description.values
    for (number, place) in shape { numbers[number] = values[place] }
    for (number, place) in shape {
      if let reason = description.obstacle(at: number, numbers) {
        throw UndefinedObjective(
          "the derivative to \(name(place))", because: "it " + reason,
          remedy: "or leave it out of the variables")
      }
    }
  }
}
