import PartialWaves

/// A variable of events whose distribution is plotted: the mass of some particles, the cosine of an
/// angle.
struct EventVariable {
  /// Its part of the names of files, after the channel: `mass-34`.
  let name: String
  /// The label of the axis, with raised and lowered parts as in `Axis.label`.
  let label: String
  /// The unit; empty for a number without unit.
  let unit: String
  /// All values that it can have; nil if that depends on the events.
  let range: ClosedRange<Double>?
  /// Its values at an event: several if particles are not distinguished.
  let values: @Sendable (EventTable, Int) -> [Double]

  /// The variables that are plotted for a channel.
  static func all(of model: ChannelModel) -> [Self] {
    switch model.formalism {
    case .covariantTensor:
      [
        mass([0, 1], of: model), mass([2, 3], of: model), massOfPhiAndHadron(model),
        helicity([0, 1], of: model), helicity([2, 3], of: model), production([0, 1]),
      ]
    case .isobar:
      [[0, 1], [0, 2], [1, 2]].flatMap { pair in
        [mass(pair, of: model), helicity(pair, of: model)]
      }
    }
  }

  // MARK: Masses

  private static func mass(_ particles: [Int], of model: ChannelModel) -> Self {
    Self(
      name: "mass-\(numbers(particles))", label: "m(\(names(particles, model)))", unit: "GeV",
      range: nil
    ) { events, event in
      [squareRoot(events.squaredMass(of: particles, event: event))]
    }
  }

  /// The mass of the φ with one of the other two particles; both combinations are entered.
  private static func massOfPhiAndHadron(_ model: ChannelModel) -> Self {
    let hadrons = [2, 3].map { model.finalState[$0] }
    let hadron = WrittenName.merged(hadrons[0], hadrons[1])
    return Self(name: "mass-phi-h", label: "m(φ\(hadron))", unit: "GeV", range: nil) {
      events, event in
      [2, 3].map { squareRoot(events.squaredMass(of: [0, 1, $0], event: event)) }
    }
  }

  /// NaN for a negative number, which measured momenta can give: the plot counts such an event as
  /// not drawn.
  private static func squareRoot(_ x: Double) -> Double { x < 0 ? .nan : x.squareRoot() }

  // MARK: Angles

  /// The helicity angle: that of the first particle of a pair in the pair's rest frame, to the
  /// pair's direction in the rest frame of the parent.
  private static func helicity(_ pair: [Int], of model: ChannelModel) -> Self {
    Self(
      name: "helicity-\(numbers(pair))", label: "cos θ(\(names(pair, model)))", unit: "",
      range: -1...1
    ) { events, event in
      let (a, b) = (momentum(pair[0], events, event), momentum(pair[1], events, event))
      let sum = (0..<4).map { a[$0] + b[$0] }
      let squaredLength = dot(sum, sum)
      let length = squaredLength.squareRoot()
      let mass = (sum[3] * sum[3] - squaredLength).squareRoot()
      let along = dot(a, sum) / length
      // Lorentz transformation along the pair's direction; the transverse momentum does not change.
      let boosted = (sum[3] * along - length * a[3]) / mass
      let across = dot(a, a) - along * along
      return [boosted / (boosted * boosted + across).squareRoot()]
    }
  }

  /// The angle of a pair to the beam axis.
  private static func production(_ pair: [Int]) -> Self {
    Self(name: "production", label: "cos θ(φ)", unit: "", range: -1...1) { events, event in
      let (a, b) = (momentum(pair[0], events, event), momentum(pair[1], events, event))
      let sum = (0..<3).map { a[$0] + b[$0] }
      return [sum[2] / dot(sum, sum).squareRoot()]
    }
  }

  /// px, py, pz, E [GeV].
  private static func momentum(_ particle: Int, _ events: EventTable, _ event: Int) -> [Double] {
    (0..<4).map { events[particle, $0, event] }
  }

  /// The scalar product of the first three components.
  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  }

  // MARK: Names

  /// Particles as model files count them.
  private static func numbers(_ particles: [Int]) -> String {
    particles.map { "\($0 + 1)" }.joined()
  }

  /// The particles' names, with their numbers if a name occurs several times.
  private static func names(_ particles: [Int], _ model: ChannelModel) -> String {
    let isAmbiguous = Set(model.finalState).count < model.finalState.count
    return particles.map { place in
      WrittenName.particle(model.finalState[place], number: isAmbiguous ? place + 1 : nil)
    }.joined()
  }
}
