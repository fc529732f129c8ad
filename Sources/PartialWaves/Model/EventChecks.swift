import Documents

/// What events must have in common with the model that reads them.
extension ModelFile {
  /// A sentence about events that the parent at rest cannot decay to; nil if there are none.
  ///
  /// A thousandth of the parent's mass is allowed for: measured momenta add up to the parent's only
  /// after a kinematic fit.
  func outsidePhaseSpace(_ events: EventTable, _ path: String) -> String? {
    var outside: [Int] = []
    for event in 0..<events.count {
      var sums = [0.0, 0.0, 0.0, -parentMass]
      for particle in 0..<events.particleCount {
        for component in 0..<4 { sums[component] += events[particle, component, event] }
      }
      if sums.contains(where: { $0.magnitude > 1e-3 * parentMass }) { outside.append(event) }
    }
    guard let first = outside.first else { return nil }
    return "\(path): the momenta of \(outside.count) of \(events.count) events do not add up to "
      + "\(parent) at rest (\(parentMass) GeV) within a thousandth; the first is event \(first), "
      + "counted from 0"
  }

  /// A sentence about events outside the channel's windows of masses; nil if there are none.
  ///
  /// - Parameter counts: Which events, by number, are looked at.
  func outsideWindows(
    _ events: EventTable, of channel: ChannelModel, _ path: String,
    counting counts: (Int) -> Bool = { _ in true }
  ) -> String? {
    for window in channel.windows {
      let (low, high) = (window.masses.lowerBound, window.masses.upperBound)
      // A millionth is what momenta in single precision may be off.
      let outside = (0..<events.count).filter { event in
        guard counts(event) else { return false }
        let square = events.squaredMass(of: [window.first, window.second], event: event)
        return square < low * low * (1 - 1e-6) || square > high * high * (1 + 1e-6)
      }
      guard let first = outside.first else { continue }
      return
        "\(path): \(outside.count) of \(events.count) events lie outside the window of particles "
        + "\(window.first + 1) and \(window.second + 1), \(low) to \(high) GeV, that generated events keep to; "
        + "the first is event \(first), counted from 0; cut the events or widen the window"
    }
    return nil
  }

  /// What the masses of the particles say of their order.
  enum ParticleOrder: Equatable {
    case right
    /// With which particle of the file stands in each place of the final state.
    case exchanged([Int])
    /// With the first particle that is none of its name, and its mass [GeV].
    case unknown(particle: Int, mass: Double)
  }

  /// Compares the median of each particle's squared mass with that of its name.
  ///
  /// A hundredth of the squared mass, and a millionth of the squared energy for momenta in single
  /// precision, are allowed for.
  func order(of events: EventTable, in channel: ChannelModel) -> ParticleOrder {
    let names = channel.finalState.compactMap { Particle.named($0)?.mass }
    let particles = names.indices
    guard names.count == events.particleCount else { return .right }
    func median(_ values: [Double]) -> Double { values.sorted()[(values.count - 1) / 2] }
    let squares = particles.map { i in
      median((0..<events.count).map { events.squaredMass(of: [i], event: $0) })
    }
    let energies = particles.map { i in median((0..<events.count).map { events[i, 3, $0] }) }
    func fits(_ particle: Int, _ place: Int) -> Bool {
      let square = names[place] * names[place]
      return (squares[particle] - square).magnitude
        <= 1e-2 * square + 1e-6 * energies[particle] * energies[particle]
    }
    guard let wrong = particles.first(where: { !fits($0, $0) }) else { return .right }
    let orders = particles.reduce([[Int]]([[]])) { orders, place in
      orders.flatMap { order in
        particles.filter { !order.contains($0) && fits($0, place) }.map { order + [$0] }
      }
    }
    guard let order = orders.first else {
      return .unknown(particle: wrong, mass: max(squares[wrong], 0).squareRoot())
    }
    return .exchanged(order)
  }
}
