import BeamMaps

/// The beam at one place of a tracking run.
public struct ObservedBeam: Sendable {
  /// Where and when, with the reference particle there.
  public let observation: Observation
  /// The moments of the living particles.
  public let moments: Moments

  /// The name of the place: "start", or that of the element just passed.
  public var name: String { observation.name }
  /// Path length along the design orbit [m].
  public var s: Double { observation.reference.s }
  /// Sizes, emittances, Twiss functions and all else that `moments.csv` has.
  public var statistics: BeamStatistics {
    BeamStatistics(moments, reference: observation.reference)
  }
}

/// What a tracking run saw: the beam place by place, and the particles that were lost.
public struct TrackingRecord: Sendable {
  /// In the order of passing; which places there are, `TrackingOptions.moments` says.
  public internal(set) var beams: [ObservedBeam] = []
  /// In the order of place, then of the particle's number.
  public internal(set) var losses: [ParticleLoss] = []

  /// The beam behind the place of this name, in the last turn; nil if it was not observed there.
  public subscript(place: String) -> ObservedBeam? { beams.last { $0.name == place } }

  /// The beam at the start.
  public var start: ObservedBeam? { beams.first }
  /// The beam where it was observed last: at the end.
  public var end: ObservedBeam? { beams.last }
}

extension Tracker {
  /// Takes `bunch` through the beamline, and returns the beam at each place that
  /// ``TrackingOptions/moments`` names.
  ///
  /// What monitors see is told to a ``TrackingObserver`` alone.
  ///
  /// - Throws: as ``track(_:observer:)``.
  public func record<Word: ParticleWord>(_ bunch: inout Bunch<Word>) throws -> TrackingRecord {
    var observer = RecordingObserver()
    observer.record.losses = try track(&bunch, observer: &observer)
    return observer.record
  }
}

/// Keeps the moments at every place.
private struct RecordingObserver: TrackingObserver {
  var record = TrackingRecord()

  mutating func record(_ observation: Observation, _ moments: Moments) {
    record.beams.append(ObservedBeam(observation: observation, moments: moments))
  }

  mutating func record<Word: ParticleWord>(
    _ bunch: Bunch<Word>, atMonitor name: String, occurrence: Int, turn: Int
  ) {}
}
