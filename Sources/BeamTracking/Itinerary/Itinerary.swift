import BeamMaps

/// The order of the steps of a beam along a beamline: which element is passed in which turn, in
/// which slices, and where collective effects act.
///
/// All code that follows a beamline iterates over an itinerary: tracking of particles and of
/// envelopes, forward and backward passes of derivatives, second-order maps. It is a collection of
/// ``Visit``s, one for each element in each turn. A visit is a collection of ``Passage``s, one for
/// each step in the element. Both are made on demand, forward or backward, so that the memory is
/// proportional to the length of the beamline, for any number of turns.
///
///     for visit in itinerary {
///       for passage in visit { … }
///     }
///
/// Code that needs no step inside an element can take a visit as a whole.
public struct Itinerary: Sendable, BidirectionalCollection {
  /// The beamline.
  public private(set) var beamline: Beamline
  /// The number of turns.
  public let turns: Int
  /// For each effect, the coordinates in which it acts.
  let frames: [EffectFrame]
  /// For each element, its number of slices.
  let sliceCounts: [Int]
  /// The different sequences of steps in one slice; `pattern` is the index of each element's
  /// sequence.
  private let patterns: [[Step]]
  private let pattern: [Int]
  private let passagesPerTurn: Int

  /// A step within one slice of an element.
  enum Step: Sendable {
    /// The particles pass the slice, or one of its halves.
    case slice(half: Int?)
    case frame(isExit: Bool)
    case effect(Int)
    case gain(Int)

    var entersFrame: Bool { if case .frame(isExit: false) = self { true } else { false } }
  }

  /// Where a collective effect acts along a beamline, and in which order with the slices.
  public struct Effect: Sendable {
    /// The order of the effect and a slice.
    public var slicing: EffectSlicing
    /// The coordinates in which it acts.
    public var frame: EffectFrame
    /// For each element of the beamline, whether the effect acts in it.
    public var acts: [Bool]
    /// Whether it changes the reference particle's energy.
    public var changesReferenceEnergy = false

    /// An effect with this order and frame.
    public init(_ slicing: EffectSlicing, in frame: EffectFrame, acts: [Bool]) {
      self.slicing = slicing
      self.frame = frame
      self.acts = acts
    }

    init(_ effect: any CollectiveEffect, acts: [Bool]) {
      self.init(effect.slicing, in: effect.frame, acts: acts)
      changesReferenceEnergy = effect.changesReferenceEnergy
    }
  }

  /// - Parameters:
  ///   - beamline: The beamline.
  ///   - turns: The number of turns.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - effects: The collective effects, which act one after the other.
  public init(_ beamline: Beamline, turns: Int = 1, slices: Int = 1, effects: [Effect] = []) {
    self.beamline = beamline
    self.turns = Swift.max(turns, 1)
    frames = effects.map(\.frame)
    var patterns: [[Step]] = [[.slice(half: nil)]]
    var known: [Acting: Int] = [:]
    let pattern = beamline.elements.enumerated().map { index, item in
      let numbers = effects.indices.filter { effects[$0].acts[index] }
      if numbers.isEmpty { return 0 }
      let acting = Acting(effects: numbers, isPlace: item.element.isCollective)
      if let known = known[acting] { return known }
      patterns.append(Self.pattern(acting, effects))
      known[acting] = patterns.count - 1
      return patterns.count - 1
    }
    let sliceCounts = beamline.elements.map { $0.sliceCount(default: slices) }
    passagesPerTurn = beamline.order.reduce(0) {
      $0 + sliceCounts[$1] * patterns[pattern[$1]].count
    }
    self.patterns = patterns
    self.pattern = pattern
    self.sliceCounts = sliceCounts
  }

  /// The same passages along a beamline with other numbers, whose elements have as many slices.
  func along(_ beamline: Beamline) -> Self {
    var itinerary = self
    itinerary.beamline = beamline
    return itinerary
  }

  /// The effects that act in an element, and whether the element is only a place for a kick.
  private struct Acting: Hashable {
    let effects: [Int]
    let isPlace: Bool
  }

  /// The steps in a slice of an element in which some effects act.
  private static func pattern(_ acting: Acting, _ effects: [Effect]) -> [Step] {
    let inside = acting.effects.filter { !acting.isPlace && effects[$0].slicing == .strang }
    let before = acting.effects.filter { !inside.contains($0) }
    let halves: [Step] = [.slice(half: 0)] + act(inside, effects) + [.slice(half: 1)]
    return act(before, effects) + (inside.isEmpty ? [.slice(half: nil)] : halves)
  }

  /// The steps of effects that act one after the other, with the changes of coordinates.
  private static func act(_ numbers: [Int], _ effects: [Effect]) -> [Step] {
    var steps: [Step] = []
    var frame = EffectFrame.fixedPosition
    func change(to next: EffectFrame) {
      if next != frame { steps.append(.frame(isExit: next == .fixedPosition)) }
      frame = next
    }
    for number in numbers {
      change(to: effects[number].frame)
      steps.append(.effect(number))
      if effects[number].changesReferenceEnergy { steps.append(.gain(number)) }
    }
    change(to: .fixedPosition)
    return steps
  }

  /// A position in the sequence of visits.
  public struct Index: Comparable, Sendable {
    /// The turn, from 1.
    public fileprivate(set) var turn: Int
    /// An index into ``Beamline/placeNames``.
    public fileprivate(set) var place: Int
    /// The number of passages before this visit.
    public fileprivate(set) var passage: Int

    public static func < (a: Self, b: Self) -> Bool { (a.turn, a.place) < (b.turn, b.place) }
  }

  public var startIndex: Index {
    Index(turn: beamline.count == 0 ? turns + 1 : 1, place: 0, passage: 0)
  }
  public var endIndex: Index {
    Index(turn: turns + 1, place: 0, passage: turns * passagesPerTurn)
  }
  /// The first index after so many turns.
  func startIndex(after turn: Int) -> Index {
    if beamline.count == 0 { return startIndex }
    return Index(turn: turn + 1, place: 0, passage: turn * passagesPerTurn)
  }
  /// The number of visits.
  public var count: Int { turns * beamline.count }

  public func index(after i: Index) -> Index {
    var next = i
    next.passage += passageCount(ofElement: beamline.order[i.place])
    next.place += 1
    if next.place == beamline.count { (next.turn, next.place) = (next.turn + 1, 0) }
    return next
  }

  public func index(before i: Index) -> Index {
    var last = i
    if last.place == 0 { (last.turn, last.place) = (last.turn - 1, beamline.count) }
    last.place -= 1
    last.passage -= passageCount(ofElement: beamline.order[last.place])
    return last
  }

  /// The visit at this index.
  public subscript(i: Index) -> Visit {
    let element = beamline.order[i.place]
    return Visit(
      turn: i.turn, place: i.place, element: element, firstPassage: i.passage,
      sliceCount: sliceCounts[element], steps: patterns[pattern[element]])
  }

  /// The number of slices of all elements in all turns; halves do not count.
  package var sliceCount: Int { turns * beamline.order.reduce(0) { $0 + sliceCounts[$1] } }

  private func passageCount(ofElement index: Int) -> Int {
    sliceCounts[index] * patterns[pattern[index]].count
  }

  /// Whether a collective effect acts in an element.
  public func hasEffects(inElement index: Int) -> Bool { pattern[index] != 0 }

  /// The number of applications of effects in all turns.
  public var effectCount: Int {
    let counts = patterns.map { steps in
      steps.count { if case .effect = $0 { true } else { false } }
    }
    return turns * beamline.order.reduce(0) { $0 + counts[pattern[$1]] * sliceCounts[$1] }
  }

  /// The first place where an effect acts; nil if there is none.
  package func firstPlace(ofEffect number: Int) -> Int? {
    beamline.order.indices.first { place in
      patterns[pattern[beamline.order[place]]].contains { step in
        if case .effect(number) = step { true } else { false }
      }
    }
  }
}

/// The visit of the beam to one element, from its entrance to its exit.
public struct Visit: Sendable, RandomAccessCollection {
  /// The turn, from 1.
  public let turn: Int
  /// An index into ``Beamline/placeNames``.
  public let place: Int
  /// An index into ``Beamline/elements``.
  public let element: Int
  /// The number of its first passage.
  public let firstPassage: Int
  /// The number of the element's slices.
  public let sliceCount: Int
  let steps: [Itinerary.Step]

  public var startIndex: Int { 0 }
  public var endIndex: Int { sliceCount * steps.count }

  /// The passage with index `i` of the visit.
  public subscript(i: Int) -> Passage {
    let (slice, step) = i.quotientAndRemainder(dividingBy: steps.count)
    var passage = Passage(
      index: firstPassage + i, turn: turn, place: place, element: element,
      slice: Slice(index: slice, of: sliceCount), kind: .slice, completes: false)
    switch steps[step] {
    case .slice(let half):
      if let half { passage.slice = Slice(index: 2 * slice + half, of: 2 * sliceCount) }
      passage.completes = half != 0
    case .frame(let isExit): passage.kind = .frame(isExit: isExit)
    case .effect(let number):
      passage.kind = .effect(number)
      passage.followsFrame = step > 0 && steps[step - 1].entersFrame
    case .gain(let number): passage.kind = .gain(number)
    }
    return passage
  }
}

/// A passage: one step of the itinerary, such as passing a slice of an element, or a collective
/// effect.
public struct Passage: Sendable {
  /// What happens in the step.
  public enum Kind: Sendable, Equatable {
    /// The particles pass the slice, or half of it.
    case slice
    /// The particles change to the coordinates of an effect at fixed time, or, at an exit, back
    /// from them.
    case frame(isExit: Bool)
    /// The effect with this index acts, for the length of the slice.
    case effect(Int)
    /// The reference particle gains energy by the effect with this index, directly after the
    /// effect.
    case gain(Int)
  }

  /// The index of the passage in the itinerary, 0 at the start of the run.
  public let index: Int
  /// The turn, from 1.
  public let turn: Int
  /// An index into ``Beamline/placeNames``.
  public let place: Int
  /// An index into ``Beamline/elements``.
  public let element: Int
  /// The slice of the element, or the half of it that is passed.
  public fileprivate(set) var slice: Slice
  /// What happens in the step.
  public fileprivate(set) var kind: Kind
  /// Whether one of the element's slices ends here. Apertures act there, and the beam can be
  /// observed.
  public fileprivate(set) var completes: Bool
  /// Whether the preceding step was the change to the coordinates of an effect at fixed time.
  fileprivate(set) var followsFrame = false

  /// The index of the passage of the effect that this passage, an effect or its energy gain,
  /// belongs to.
  var ofEffect: Int { if case .gain = kind { index - 1 } else { index } }
  /// Whether the element ends here.
  public var isEnd: Bool { completes && slice.isLast }
}

extension Beamline {
  /// Whether there are elements that are places for collective kicks.
  package var hasCollectivePlaces: Bool {
    order.contains { elements[$0].element.isCollective }
  }

  /// For each element, whether collective effects act in it.
  ///
  /// - Parameter lengthVaries: Whether the derivative with respect to the length of the kick is
  ///   required: it is not zero where the length is zero.
  package func kicked(lengthVaries: (Int) -> Bool = { _ in false }) -> [Bool] {
    let kicksAtPlaces = hasCollectivePlaces
    return elements.indices.map { index in
      let element = elements[index].element
      return (element.isCollective || !kicksAtPlaces)
        && (element.kickLength != 0 || lengthVaries(index))
    }
  }
}
