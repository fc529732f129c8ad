import BeamMaps

/// The order of what happens to a beam on its way: which element is passed in which turn, in which
/// slices, and where its particles act on each other.
///
/// Everything that takes something through a beamline walks one: particles, their derivatives there
/// and back, envelopes, maps. It is a collection of visits to elements, each a collection of
/// passages, made as they are asked for, forward or backward: its memory is that of the beamline,
/// whatever the number of turns.
///
///     for visit in itinerary {
///       for passage in visit { … }
///     }
///
/// A walker that needs nothing inside an element takes a visit whole.
public struct Itinerary: Sendable, BidirectionalCollection {
  public let beamline: Beamline
  /// How often the beamline is passed.
  public let turns: Int
  /// In which coordinates each effect acts.
  let frames: [EffectFrame]
  /// In how many slices each element is passed.
  let sliceCounts: [Int]
  /// What may happen in one slice, and which of these it is in each element.
  private let patterns: [[Step]]
  private let pattern: [Int]
  private let passagesPerTurn: Int

  /// What happens in each slice of an element.
  enum Step: Sendable {
    /// The slice is passed, or half of it.
    case slice(half: Int?)
    case frame(isExit: Bool)
    case effect(Int)
    case gain(Int)

    var entersFrame: Bool { if case .frame(isExit: false) = self { true } else { false } }
  }

  /// How an effect of particles on each other follows the slices of elements.
  public struct Effect: Sendable {
    public var slicing: EffectSlicing
    public var frame: EffectFrame
    /// For each element of the beamline, whether it acts there.
    public var acts: [Bool]
    /// Whether it changes the reference particle's energy.
    public var changesReferenceEnergy = false

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
  ///   - slices: Of elements that name none.
  ///   - effects: How particles act on each other, one after the other.
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

  /// Which effects act in an element, and whether it is nothing but a place for them.
  private struct Acting: Hashable {
    let effects: [Int]
    let isPlace: Bool
  }

  /// What happens in a slice of an element where some effects act.
  private static func pattern(_ acting: Acting, _ effects: [Effect]) -> [Step] {
    let inside = acting.effects.filter { !acting.isPlace && effects[$0].slicing == .strang }
    let before = acting.effects.filter { !inside.contains($0) }
    let halves: [Step] = [.slice(half: 0)] + act(inside, effects) + [.slice(half: 1)]
    return act(before, effects) + (inside.isEmpty ? [.slice(half: nil)] : halves)
  }

  /// Effects one after the other, with the changes to their coordinates and back.
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

  /// A place in the order of visits.
  public struct Index: Comparable, Sendable {
    /// From 1.
    public fileprivate(set) var turn: Int
    /// An index into the beamline's places.
    public fileprivate(set) var place: Int
    /// How many passages come before.
    public fileprivate(set) var passage: Int

    public static func < (a: Self, b: Self) -> Bool { (a.turn, a.place) < (b.turn, b.place) }
  }

  public var startIndex: Index {
    Index(turn: beamline.count == 0 ? turns + 1 : 1, place: 0, passage: 0)
  }
  public var endIndex: Index {
    Index(turn: turns + 1, place: 0, passage: turns * passagesPerTurn)
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

  /// The visit at a place of the order.
  public subscript(i: Index) -> Visit {
    let element = beamline.order[i.place]
    return Visit(
      turn: i.turn, place: i.place, element: element, firstPassage: i.passage,
      sliceCount: sliceCounts[element], steps: patterns[pattern[element]])
  }

  /// The elements' own slices in all turns.
  package var sliceCount: Int { turns * beamline.order.reduce(0) { $0 + sliceCounts[$1] } }

  private func passageCount(ofElement index: Int) -> Int {
    sliceCounts[index] * patterns[pattern[index]].count
  }

  /// Whether particles act on each other in an element.
  public func hasEffects(inElement index: Int) -> Bool { pattern[index] != 0 }

  /// How often particles act on each other in all turns.
  public var effectCount: Int {
    let counts = patterns.map { steps in
      steps.count { if case .effect = $0 { true } else { false } }
    }
    return turns * beamline.order.reduce(0) { $0 + counts[pattern[$1]] * sliceCounts[$1] }
  }

  /// The first place where an effect acts; nil if it acts nowhere.
  package func firstPlace(ofEffect number: Int) -> Int? {
    beamline.order.indices.first { place in
      patterns[pattern[beamline.order[place]]].contains { step in
        if case .effect(number) = step { true } else { false }
      }
    }
  }
}

/// The passage of one element, from its entrance to its exit.
public struct Visit: Sendable, RandomAccessCollection {
  /// From 1.
  public let turn: Int
  /// An index into the beamline's places.
  public let place: Int
  /// An index into the beamline's elements.
  public let element: Int
  /// The number of its first passage.
  public let firstPassage: Int
  /// The element's own slices.
  public let sliceCount: Int
  let steps: [Itinerary.Step]

  public var startIndex: Int { 0 }
  public var endIndex: Int { sliceCount * steps.count }

  /// Passage number `i` of the visit.
  public subscript(i: Int) -> Passage {
    let (slice, step) = i.quotientAndRemainder(dividingBy: steps.count)
    var passage = Passage(
      number: firstPassage + i, turn: turn, place: place, element: element,
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

/// One step of a beam on its way.
public struct Passage: Sendable {
  public enum Kind: Sendable, Equatable {
    /// Particles pass the slice.
    case slice
    /// They change to the coordinates of an effect at fixed time, or back from them.
    case frame(isExit: Bool)
    /// They act on each other, for the length of the slice.
    case effect(Int)
    /// Behind an effect, the reference particle gains energy.
    case gain(Int)
  }

  /// From 0 at the start of the run.
  public let number: Int
  /// From 1.
  public let turn: Int
  /// An index into the beamline's places.
  public let place: Int
  /// An index into the beamline's elements.
  public let element: Int
  public fileprivate(set) var slice: Slice
  public fileprivate(set) var kind: Kind
  /// Whether one of the element's own slices ends here: apertures act, and the beam may be looked
  /// at.
  public fileprivate(set) var completes: Bool
  /// Whether the particles have just changed to the coordinates of an effect at fixed time.
  fileprivate(set) var followsFrame = false

  /// The passage of the effect, where a gain of energy belongs to one.
  var ofEffect: Int { if case .gain = kind { number - 1 } else { number } }
  /// Whether the element's end is reached.
  public var isEnd: Bool { completes && slice.isLast }
}

extension Beamline {
  /// Whether collective kicks have places of their own.
  package var hasCollectivePlaces: Bool {
    order.contains { elements[$0].element.isCollective }
  }

  /// For each element, whether particles kick each other there.
  ///
  /// - Parameter lengthVaries: Whether a derivative to the length that kicks stand for is wanted: it
  ///   is not zero where the length is.
  package func kicked(lengthVaries: (Int) -> Bool = { _ in false }) -> [Bool] {
    let kicksAtPlaces = hasCollectivePlaces
    return elements.indices.map { index in
      let element = elements[index].element
      return (element.isCollective || !kicksAtPlaces)
        && (element.kickLength != 0 || lengthVaries(index))
    }
  }
}
