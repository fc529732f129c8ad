import BeamMaps
import Communication
import SystemLibrary

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
  /// - Precondition: The bunch has all of its particles; for a bunch of several processes there is
  ///   ``init(_:of:along:_:)``.
  public init<Word: ParticleWord>(
    _ losses: [ParticleLoss], of bunch: Bunch<Word>, along beamline: Beamline
  ) {
    require(bunch.share.isWhole, "the map of losses needs the particles of all processes")
    self.init(
      losses, weights: losses.map { bunch.weight(of: $0.particle) },
      alive: (0..<bunch.count).count { bunch.isAlive($0) }, of: bunch.reference.species,
      along: beamline)
  }

  /// The map of the losses of a run of several processes.
  ///
  /// - Parameters:
  ///   - losses: What `Tracker.track` returned: in the first process all losses, none in the others.
  ///   - bunch: The particles of this process after the run. Those that were dead before it count nowhere.
  ///   - beamline: The beamline.
  ///   - communicator: The processes, all of which call this.
  /// - Returns: The map in the first process; that of no losses in the others.
  /// - Throws: What the processes throw if they cannot communicate.
  public init<Word: ParticleWord>(
    _ losses: [ParticleLoss], of bunch: Bunch<Word>, along beamline: Beamline,
    _ communicator: any Communicator
  ) throws {
    let lost = try bunch.collect(losses.map(\.particle), communicator)
    self.init(
      losses, weights: lost.map(\.weight), alive: try bunch.totalAlive(communicator),
      of: bunch.reference.species, along: beamline)
  }

  /// - Parameters:
  ///   - weights: How many real particles each of the lost stands for.
  ///   - alive: The number of living particles after the run.
  private init(
    _ losses: [ParticleLoss], weights: [Double], alive: Int, of species: Species,
    along beamline: Beamline
  ) {
    places = Self.places(
      Array(zip(losses, weights)),
      chargeOfOne: species.chargeNumber * PhysicalConstants.elementaryCharge,
      beamline)
    turns = Self.turns(losses, initial: alive + losses.count)
  }

  private static func places(
    _ losses: [(loss: ParticleLoss, weight: Double)], chargeOfOne: Double, _ beamline: Beamline
  ) -> [Place] {
    let byPlace = Dictionary(grouping: losses, by: \.loss.place)
    // Errors of lengths move what is behind them.
    let built = beamline.asBuilt
    var places: [Place] = []
    var s = 0.0
    var (count, charge) = (0, 0.0)
    for place in 0..<built.count {
      s += built[place: place].element.length
      guard let here = byPlace[place] else { continue }
      let realParticles = here.reduce(0) { $0 + $1.weight }
      count += here.count
      charge += realParticles * chargeOfOne
      places.append(
        Place(
          place: place, name: beamline.placeNames[place], s: s,
          counts: Counts(here.map(\.loss)),
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
