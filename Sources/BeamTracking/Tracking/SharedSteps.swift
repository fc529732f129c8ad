import AutoDiff
import BeamMaps

/// The points of a run between which other runs, with other values of a few numbers, can take its
/// steps.
///
/// At a joint, no linear elements wait to be merged: what follows depends on the reference particle
/// there and on the elements behind it alone.
struct StepJoints<C: SweepScalar>: Sendable {
  /// A point between two passages.
  struct Joint: Sendable {
    let cursor: PassageCursor
    let reference: ReferenceParticle<C>
    /// The number of steps before it.
    let step: Int
  }

  private(set) var joints: [Joint] = []
  /// For each element, the joints of which it, or the elements merged with it, stand directly
  /// behind.
  private var jointsBefore: [Int: Set<Int>] = [:]
  private var elementsSinceJoint: Set<Int> = []

  /// Notes that an element is passed.
  mutating func notePassage(ofElement index: Int) { elementsSinceJoint.insert(index) }

  /// Adds a joint behind this number of steps.
  mutating func addJoint(
    _ cursor: PassageCursor, _ reference: ReferenceParticle<C>, behind step: Int
  ) {
    for index in elementsSinceJoint {
      jointsBefore[index, default: []].insert(joints.count - 1)
    }
    elementsSinceJoint = []
    joints.append(Joint(cursor: cursor, reference: reference, step: step))
  }

  /// The joints behind which a run differs in which some elements have other numbers; the last is the
  /// end of the run.
  func joints(before elements: Set<Int>) -> [Int] {
    let different = elements.reduce(into: Set<Int>()) { $0.formUnion(jointsBefore[$1] ?? []) }
    return different.sorted() + [joints.count - 1]
  }
}

/// The steps of a whole run, to be shared.
struct SharedSteps<C: SweepScalar, Word: ParticleWord>: Sendable {
  fileprivate let steps: [TileStep<Word>]
  fileprivate let joints: StepJoints<C>
  /// For each number of passages before a joint, the joint.
  fileprivate let jointOfPassage: [Int: Int]

  init(_ steps: [TileStep<Word>], _ joints: StepJoints<C>) {
    self.steps = steps
    self.joints = joints
    jointOfPassage = Dictionary(
      joints.joints.enumerated().map { ($1.cursor.passage, $0) }, uniquingKeysWith: { $1 })
  }
}

/// What a run takes from the steps of another one.
struct StepSharing<C: SweepScalar, Word: ParticleWord>: Sendable {
  private let shared: SharedSteps<C, Word>
  /// The joints behind which the run differs, in order.
  private let ends: [Int]
  private var next = 0
  /// Whether the reference particle has always been the same at the joints so far.
  private(set) var hasSameReference = true

  /// - Parameter elements: Those that have other numbers than in the run of the shared steps.
  init(_ shared: SharedSteps<C, Word>, changing elements: Set<Int>) {
    self.shared = shared
    ends = shared.joints.joints(before: elements)
  }

  /// The steps that both runs have in common from here on, and the joint where they end; nil if there
  /// are none.
  mutating func steps(
    from cursor: PassageCursor, _ reference: ReferenceParticle<C>
  ) -> (steps: ArraySlice<TileStep<Word>>, end: StepJoints<C>.Joint)? {
    guard let number = shared.jointOfPassage[cursor.passage] else { return nil }
    let joints = shared.joints.joints
    guard joints[number].reference.isSame(as: reference) else {
      hasSameReference = false
      return nil
    }
    while next < ends.count, ends[next] < number { next += 1 }
    guard next < ends.count, ends[next] > number else { return nil }
    let end = joints[ends[next]]
    return (shared.steps[joints[number].step..<end.step], end)
  }
}

extension ReferenceParticle where C: Equatable {
  /// Whether all numbers are the same, also the corrections for rounding.
  func isSame(as other: Self) -> Bool {
    kineticEnergyOverMass == other.kineticEnergyOverMass
      && pathSum.isSame(as: other.pathSum) && timeSum.isSame(as: other.timeSum)
      && crestPhase == other.crestPhase && position.isSame(as: other.position)
      && orientation.right.isSame(as: other.orientation.right)
      && orientation.up.isSame(as: other.orientation.up)
      && orientation.forward.isSame(as: other.orientation.forward) && species == other.species
  }
}

extension CompensatedSum where C: Equatable {
  fileprivate func isSame(as other: Self) -> Bool {
    value == other.value && excess == other.excess
  }
}

extension Vector3 where C: Equatable {
  fileprivate func isSame(as other: Self) -> Bool {
    x == other.x && y == other.y && z == other.z
  }
}
