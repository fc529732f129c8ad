import Communication
import Documents

/// Checks of events that are read from files against the model.
extension ModelFile {
  /// A sentence about events that the parent at rest cannot decay to; nil if there are none.
  ///
  /// Deviations up to a thousandth of the parent's mass are allowed: measured momenta add up to the
  /// parent's only after a kinematic fit.
  func outsidePhaseSpace(
    _ events: EventTable, _ path: String, _ communicator: any Communicator
  ) throws -> String? {
    func isOutside(_ event: Int) -> Bool {
      var sums = [0.0, 0.0, 0.0, -parentMass]
      for particle in 0..<events.particleCount {
        for component in 0..<4 { sums[component] += events[particle, component, event] }
      }
      return sums.contains { $0.magnitude > 1e-3 * parentMass }
    }
    guard let (count, first) = try events.share.found(communicator, isOutside) else { return nil }
    return "\(path): the momenta of \(count) of \(events.share.total) events do not add up to "
      + "\(parent) at rest (\(parentMass) GeV) within a thousandth; the first is event \(first), "
      + "counted from 0"
  }

  /// A sentence about events outside the channel's windows of masses; nil if there are none.
  ///
  /// - Parameter counts: Which events, counted from the first of this process, are checked.
  func outsideWindows(
    _ events: EventTable, of channel: ChannelModel, _ path: String,
    _ communicator: any Communicator, counting counts: (Int) -> Bool = { _ in true }
  ) throws -> String? {
    for window in channel.windows {
      let (low, high) = (window.masses.lowerBound, window.masses.upperBound)
      // A millionth is allowed for the rounding of momenta in single precision.
      let found = try events.share.found(communicator) { event in
        guard counts(event) else { return false }
        let square = events.squaredMass(of: [window.first, window.second], event: event)
        return square < low * low * (1 - 1e-6) || square > high * high * (1 + 1e-6)
      }
      guard let (count, first) = found else { continue }
      return
        "\(path): \(count) of \(events.share.total) events lie outside the window of particles "
        + "\(window.first + 1) and \(window.second + 1), \(low) to \(high) GeV, that generated events keep to; "
        + "the first is event \(first), counted from 0; cut the events or widen the window"
    }
    return nil
  }

  /// What the masses of the particles show about their order.
  enum ParticleOrder: Equatable {
    /// The order is that of the final state.
    case right
    /// Another order fits: for each place of the final state the particle of the file.
    case exchanged([Int])
    /// No order fits: the first particle whose mass [GeV] is not that of its name.
    case unknown(particle: Int, mass: Double)
  }

  /// Compares the median of each particle's squared mass with that of its name.
  ///
  /// Deviations up to a hundredth of the squared mass, and a millionth of the squared energy for
  /// the rounding of momenta in single precision, are allowed.
  func order(
    of events: EventTable, in channel: ChannelModel, _ communicator: any Communicator
  ) throws -> ParticleOrder {
    let names = channel.finalState.compactMap { Particle.named($0)?.mass }
    let particles = names.indices
    guard names.count == events.particleCount else { return .right }
    let squares = try particles.map { i in
      try Median.of(
        (0..<events.count).map { events.squaredMass(of: [i], event: $0) }, communicator)
    }
    let energies = try particles.map { i in
      try Median.of((0..<events.count).map { events[i, 3, $0] }, communicator)
    }
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

extension EventShare {
  /// How many events of all processes there are for which `isFound` returns true, and the number of the first; nil
  /// if there are none.
  fileprivate func found(
    _ communicator: any Communicator, _ isFound: (Int) -> Bool
  ) throws -> (count: Int, first: Int)? {
    let places = (0..<count).filter(isFound)
    let all = try communicator.allGather(
      values: places.first.map { [places.count, $0 + events.lowerBound] }
    ).compactMap(\.self)
    return all.first.map { first in (all.reduce(0) { $0 + $1[0] }, first[1]) }
  }
}
