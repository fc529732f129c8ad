import BeamMaps

/// Where along a beamline particles were lost, in which turns, and why.
public struct LossMap: Sendable, Equatable {
  /// The places where particles were lost, in the order of the beam; those of all turns together.
  public let places: [Place]
  /// The turns in which particles were lost, in order.
  public let turns: [Turn]

  /// Numbers of macro-particles by the cause of their loss.
  public struct Counts: Sendable, Equatable {
    private var numbers: [ParticleLoss.Cause: Int] = [:]

    /// The number of particles that this cause lost.
    public subscript(cause: ParticleLoss.Cause) -> Int { numbers[cause] ?? 0 }

    /// The number of lost particles.
    public var total: Int { numbers.values.reduce(0, +) }

    fileprivate mutating func add(_ cause: ParticleLoss.Cause) { numbers[cause, default: 0] += 1 }
  }

  /// The losses at one place.
  public struct Place: Sendable, Equatable {
    /// The place, an index into `Beamline.placeNames`.
    public let place: Int
    /// Its name.
    public let name: String
    /// The path length from the start of the line to the end of the element there [m], whatever the
    /// turn.
    public let s: Double
    /// The macro-particles that were lost there.
    public let counts: Counts
    /// The real particles that they represent.
    public let realParticles: Double
    /// Their charge [C], with the species' sign.
    public let charge: Double
    /// The macro-particles lost up to there, from the start of the line.
    public let cumulativeCount: Int
    /// The charge lost up to there [C], with the species' sign.
    public let cumulativeCharge: Double
  }

  /// The losses in one turn.
  public struct Turn: Sendable, Equatable {
    /// The turn, from 1.
    public let turn: Int
    /// The macro-particles that were lost in it.
    public let counts: Counts
    /// The macro-particles lost up to its end.
    public let cumulativeCount: Int
    /// The macro-particles that live at its end.
    public let alive: Int
  }

  /// The map of the losses of a run.
  ///
  /// - Parameters:
  ///   - losses: What `Tracker.track` returned.
  ///   - bunch: The bunch after the run. Particles that were dead before it count nowhere.
  ///   - beamline: The beamline.
  public init<Word: ParticleWord>(
    _ losses: [ParticleLoss], of bunch: Bunch<Word>, along beamline: Beamline
  ) {
    places = Self.places(losses, bunch, beamline)
    turns = Self.turns(losses, initial: bunch.alive.count { $0 } + losses.count)
  }

  private static func places<Word: ParticleWord>(
    _ losses: [ParticleLoss], _ bunch: Bunch<Word>, _ beamline: Beamline
  ) -> [Place] {
    let chargeOfOne =
      bunch.reference.species.chargeNumber * PhysicalConstants.elementaryCharge
    let byPlace = Dictionary(grouping: losses, by: \.place)
    // Errors of lengths move what is behind them.
    let built = beamline.asBuilt
    var places: [Place] = []
    var s = 0.0
    var (count, charge) = (0, 0.0)
    for place in 0..<built.count {
      s += built[place: place].element.length
      guard let here = byPlace[place] else { continue }
      let realParticles = here.reduce(0) { $0 + bunch.weight(of: $1.particle) }
      count += here.count
      charge += realParticles * chargeOfOne
      places.append(
        Place(
          place: place, name: beamline.placeNames[place], s: s, counts: Counts(here),
          realParticles: realParticles, charge: realParticles * chargeOfOne,
          cumulativeCount: count, cumulativeCharge: charge))
    }
    return places
  }

  private static func turns(_ losses: [ParticleLoss], initial: Int) -> [Turn] {
    var count = 0
    return Dictionary(grouping: losses, by: \.turn).sorted { $0.key < $1.key }.map { turn, here in
      count += here.count
      return Turn(
        turn: turn, counts: Counts(here), cumulativeCount: count, alive: initial - count)
    }
  }
}

extension LossMap.Counts {
  fileprivate init(_ losses: [ParticleLoss]) {
    self.init()
    for loss in losses { add(loss.cause) }
  }
}
