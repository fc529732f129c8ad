import AutoDiff
import BeamMaps
import ParameterTables
import SystemLibrary

/// A run at the end of a turn: all that its further turns depend on.
///
/// A run that goes on from it (``Tracker/resume(_:observer:)``) has the same bits as one that was never
/// interrupted: a ring can be tracked in pieces, and a run that was killed can be continued from the last
/// state that an observer has stored (``TrackingObserver``).
///
///     var state = TrackingState(bunch)
///     tracker.options.turns = 100
///     try tracker.resume(&state, observer: &observer)
///     tracker.options.turns = 200
///     try tracker.resume(&state, observer: &observer)
public struct TrackingState<Word: ParticleWord>: Sendable {
  /// The number of turns that are over; 0 at the start.
  public package(set) var turn = 0
  /// The particles, with their reference particle.
  public package(set) var bunch: Bunch<Word>
  /// The reference particle at the start of the first turn.
  public let start: ReferenceParticle<Double>
  /// The particles lost so far, in the order of place, then of number; of several processes in the first.
  public package(set) var losses: [ParticleLoss] = []
  /// For each element of the beamline as built, whether particles change their energies in it, as far
  /// as it has been determined; empty at the start.
  package var energyChanges: [Bool?] = []
  /// For each effect, its `EffectRun.memory`; empty at the start.
  package var memories: [[Double]] = []
  /// The kind of an effect that has a history and no memory, if there is one.
  package var effectWithoutMemory: String?

  /// The state at the start of a run.
  public init(_ bunch: Bunch<Word>) {
    self.bunch = bunch
    start = bunch.reference
  }

  /// A state that was stored.
  package init(_ bunch: Bunch<Word>, after turn: Int, from start: ReferenceParticle<Double>) {
    self.bunch = bunch
    self.start = start
    self.turn = turn
  }

  /// What has been determined of the elements of a beamline.
  func energyChanges(along beamline: Beamline) -> EnergyChanges {
    if energyChanges.isEmpty { return EnergyChanges(beamline) }
    require(
      energyChanges.count == beamline.elements.count, "the state is that of another beamline")
    return EnergyChanges(known: energyChanges)
  }

  /// Gives the runs of effects the memory that they have left in the state.
  ///
  /// - Throws: ``EffectWithoutMemory`` if one has left none, and needs it.
  func restore(
    _ runs: [any EffectRun], of effects: [any CollectiveEffect]
  ) throws(EffectWithoutMemory) {
    try requireMemory()
    if memories.isEmpty { return }
    require(memories.count == runs.count, "the state is that of other effects")
    for (run, memory) in zip(runs, memories) { run.memory = memory }
  }

  /// Keeps what the effects remember, and what is known of the elements.
  mutating func keep(
    _ runs: [any EffectRun], of effects: [any CollectiveEffect], _ changes: EnergyChanges
  ) {
    energyChanges = changes.known
    memories = runs.map(\.memory)
    effectWithoutMemory = nil
    for (index, run) in runs.enumerated() where memories[index].isEmpty && run.state != nil {
      effectWithoutMemory = type(of: effects[index]).kind
    }
  }

  /// - Throws: ``EffectWithoutMemory`` if an effect has left none, and needs it.
  package func requireMemory() throws(EffectWithoutMemory) {
    if let effectWithoutMemory { throw EffectWithoutMemory(kind: effectWithoutMemory) }
  }
}

/// The error of a run that cannot be continued, as one of its effects has a history that it does not
/// give away.
public struct EffectWithoutMemory: Error, Equatable, CustomStringConvertible {
  /// The effect's `CollectiveEffect.kind`.
  public let kind: String

  public var description: String {
    "the effect \(quoted(kind)) depends on earlier turns, and has no `EffectRun.memory` from which a run "
      + "could be continued"
  }
}
