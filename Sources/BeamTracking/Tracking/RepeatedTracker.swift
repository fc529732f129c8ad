import AutoDiff
import BeamMaps
import Communication
import Synchronization

/// Tracks bunches through one beamline again and again, each time with other values of some of its
/// numbers, and observes them at the end.
///
/// It keeps the steps of a first run. A run takes from them what lies between the elements that
/// differ, as long as the reference particle is the same. Its bits are those of a run of its own.
package struct RepeatedTracker<Word: ParticleWord>: Sendable {
  private let line: VariedBeamline<Double>
  private let lines: LinePool
  private let effects: VariedEffects<Double>
  private let itinerary: Itinerary
  private let parameters: [BeamlineParameter]
  private let steps: SharedSteps<Double, Word>
  private let charge: Double
  /// Whether the beamline suits other runs only as long as the reference particle is the same.
  private let needsSameReference: Bool

  /// More passages are not kept.
  private static var passageLimit: Int { 1 << 16 }

  /// A tracker for runs that differ in these parameters. It is nil where every run has to be prepared
  /// for itself: with errors or girders, with effects of elements, where steps of a varied element are
  /// to be chosen, and for very many turns.
  ///
  /// - Parameters:
  ///   - design: The beamline of the first run, which may leave orders and steps of elements open.
  ///   - chosen: The same, with orders and steps.
  ///   - turns: The number of turns.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - reference: The reference particle at the start of the first run.
  /// - Throws: `StoppedBeam` if the reference particle of the first run is stopped.
  package init?(
    _ design: Beamline, choosing chosen: Beamline, turns: Int, slices: Int,
    varying parameters: [BeamlineParameter], from reference: ReferenceParticle<Double>
  ) throws {
    guard design.errors.isEmpty, design.girders.isEmpty, !design.hasHarmonics,
      !parameters.contains(where: { design.elements[$0.element].leavesStepsOpen })
    else { return nil }
    needsSameReference = design.leavesStepsOpen
    line = VariedBeamline(chosen)
    lines = LinePool(line)
    effects = VariedEffects([], along: line)
    itinerary = Itinerary(line.beamline, turns: turns, slices: slices)
    guard effects.effects.isEmpty, itinerary.sliceCount <= Self.passageLimit else { return nil }
    self.parameters = parameters
    charge = reference.species.charge
    var builder = SectionBuilder<Double, Word>(
      itinerary, line, effects, from: reference, charge: charge, .atEnd)
    builder.noteJoints()
    guard let section = try builder.next(), let joints = builder.joints else { return nil }
    steps = SharedSteps(section.steps, joints)
  }

  /// Tracks a bunch, in place.
  ///
  /// - Parameter values: One for each of the parameters.
  /// - Returns: The moments at the end, and the particles that were lost, in the order of place, then
  ///   of number, of several processes in the first; nil if an element cannot have its value, or if a run with these values has other
  ///   passages than the first, so that it has to be prepared for itself.
  /// - Throws: As ``Tracker/track(_:observer:)``.
  package func track(
    _ bunch: inout Bunch<Word>, _ values: [Double], workers: Workers
  ) throws -> (moments: Moments, losses: [ParticleLoss])? {
    precondition(parameters.count == values.count, "each parameter has one value")
    guard values.allSatisfy({ $0.isFinite }) else { return nil }
    var line = lines.take()
    defer { lines.give(line) }
    for (parameter, value) in zip(parameters, values)
    where line.beamline[parameter].bitPattern != value.bitPattern {
      line.set(parameter, to: value)
    }
    var changed: Set<Int> = []
    for (parameter, value) in zip(parameters, values)
    where self.line.beamline[parameter].bitPattern != value.bitPattern {
      changed.insert(parameter.element)
      if case .own(let own, _) = parameter.site,
        line.beamline.elements[parameter.element].element.obstacle(toParameter: own) != nil
      {
        return nil
      }
    }
    for index in changed {
      let (before, after) = (
        self.line.beamline.elements[index], line.beamline.elements[index]
      )
      if after.element.effect != nil || !after.element.mistakes.isEmpty
        || after.sliceCount(default: 2) != before.sliceCount(default: 2)
      {
        return nil
      }
    }
    var builder = SectionBuilder<Double, Word>(
      itinerary.along(line.beamline), line, effects, from: bunch.reference, charge: charge, .atEnd)
    builder.share(StepSharing(steps, changing: changed))
    bunch.requireShare(in: workers.communicator)
    guard let section = try builder.next() else { return nil }
    if needsSameReference, builder.sharing?.hasSameReference == false { return nil }
    let hasUniformWeights = bunch.hasUniformWeights
    let (seen, lost) = try bunch.withBlocks { particles in
      try section.pass(
        particles, workers,
        observe: { tile, _, kept, seen in
          seen.append(of: tile, hasUniformWeights: hasUniformWeights, kept: kept)
        })
    }
    bunch.reference = builder.reference
    let losses = try workers.communicator.gather(losses: lost)
    return (
      seen?.last ?? Moments(), losses.sorted { ($0.place, $0.particle) < ($1.place, $1.particle) }
    )
  }
}

extension SectionBuilder.Settings {
  /// One section for the whole run, with an observation at its end.
  fileprivate static var atEnd: Self {
    var selection = ObservationSelection(behind: [])
    selection.atStart = false
    selection.atEnd = true
    var settings = Self(selecting: selection)
    settings.endsForObservers = false
    return settings
  }
}

/// Beamlines whose numbers runs change in place, each for one run at a time: to copy all elements for each run
/// took as long as to track 70 particles along the HTU beamline.
private final class LinePool: Sendable {
  private let first: VariedBeamline<Double>
  private let lines = Mutex<[VariedBeamline<Double>]>([])

  /// - Parameter first: What a beamline is that no run has changed.
  init(_ first: VariedBeamline<Double>) { self.first = first }

  /// A beamline with the numbers of any run before.
  func take() -> VariedBeamline<Double> { lines.withLock { $0.popLast() } ?? first }

  func give(_ line: VariedBeamline<Double>) { lines.withLock { $0.append(line) } }
}
