import BeamTracking
import SystemLibrary

/// The cost of a backward pass through a run with collective kicks.
public struct CheckpointPlan: Sendable, Equatable {
  /// The number of kicks.
  public let kicks: Int
  /// The number of places where the bunch is stored besides the start; nil if it is restored by
  /// inversion.
  public let slots: Int?
  /// Memory of one copy of the bunch [bytes].
  public let bytesPerSlot: Int
  /// The number of kicks that are computed again in the backward pass, each with the maps before
  /// it.
  public let repeatedKicks: Int

  init(_ checkpointing: Checkpointing, kicks: Int, bytesPerSlot: Int, availableBytes: Int) {
    self.kicks = kicks
    self.bytesPerSlot = bytesPerSlot
    let wanted: Int?
    switch checkpointing {
    case .restoring: wanted = nil
    case .binomial(let slots): wanted = slots
    case .memory(let bytes): wanted = bytes / max(bytesPerSlot, 1)
    case .automatic: wanted = availableBytes / 4 / max(bytesPerSlot, 1)
    }
    guard let wanted, kicks > 0 else {
      slots = nil
      repeatedKicks = 0
      return
    }
    let slots = max(0, min(wanted, kicks - 1))
    self.slots = slots
    // Each kick is computed once more when it is reversed; the schedule's own advances are added.
    repeatedKicks = kicks + BinomialSchedule.advances(steps: kicks, snapshots: slots + 1)
  }

  /// Memory for all copies of the bunch [bytes].
  public var bytes: Int { (slots ?? 0) * bytesPerSlot }
}

extension DesignRun {
  /// The cost of a backward pass through the kicks of this run; nil without kicks.
  public var checkpointPlan: CheckpointPlan? {
    guard particleCount > 0 else { return nil }
    let line = VariedBeamline<Double>(beamline)
    let all = VariedEffects(effects, along: line)
    if all.effects.isEmpty { return nil }
    let itinerary = Itinerary(
      beamline, turns: turns, slices: slices, effects: all.itineraries(along: line))
    return CheckpointPlan(
      checkpointing, kicks: itinerary.effectCount,
      bytesPerSlot: SweepTiles<Double>.byteCount(particles: particleCount),
      availableBytes: Int(clamping: Host.physicalMemory))
  }
}
