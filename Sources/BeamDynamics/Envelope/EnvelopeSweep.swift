import AutoDiff
import LinearAlgebra

/// Takes an envelope through a beamline, Σ ← RΣRᵀ slice by slice, and can go back: a gradient for
/// the price of a few values.
///
/// R is the Jacobian of each slice's map on the design orbit. It is found once for all slices that
/// are alike, by differentiation of the generic formulas. Going forward, Σ before each slice is
/// kept.
public struct EnvelopeSweep<C: EnvelopeScalar> {
  public let beamline: Beamline
  public let options: EnvelopeOptions
  /// What may be differentiated to.
  public let parameters: [BeamlineParameter]
  /// The number of each of ``parameters``.
  public var values: [C]
  public var start: EnvelopeStart<C>
  /// Whether the way is recorded, so that ``pullBack(_:)`` can go back.
  public var recordsWay = false
  /// Whether the way back reaches the reference particle at the start.
  public var differentiatesReference = false

  var elements: [ElementValues<C>] = []
  private var facts: [ElementFacts] = []
  /// For each parameter, the number of its substitution in its element.
  private var substitutions: [Int?] = []
  /// The elements that have parameters, once each.
  private var varied: [Int] = []
  /// The path that a kick in each element stands for, if it is known.
  private var kickLengths: [C?] = []
  /// Which elements may change the reference particle's energy.
  private let changesEnergy: [Bool]
  var maps = SliceMaps<C>()
  var way = EnvelopeWay<C>()
  var kicks: [KickSource<C>] = []

  /// - Parameters:
  ///   - parameters: Numbers of the beamline with a value of their own.
  ///   - values: These values; the beamline's by default.
  public init(
    _ beamline: Beamline, options: EnvelopeOptions, start: EnvelopeStart<C>,
    parameters: [BeamlineParameter] = [], values: [C]? = nil
  ) {
    let reference = start.reference.map { $0.plainValue }
    let beamline = beamline.choosingSteps(from: reference, slices: options.slices)
    self.beamline = beamline
    self.options = options
    self.parameters = parameters
    self.values = values ?? parameters.map { C(beamline[$0]) }
    self.start = start
    changesEnergy = beamline.elements.map { $0.element.mayChangeEnergy(reference) }
    precondition(self.values.count == parameters.count, "each parameter has one value")
  }

  /// Passes the beamline.
  ///
  /// - Parameter observer: Told the envelope at each place where the options look at it, in order.
  /// - Throws: ``EnvelopeError`` for a beam without size that has a charge, ``StoppedBeam``; what the
  ///   observer throws.
  public mutating func run(
    _ observer: (EnvelopeObservation<C>) throws -> Void
  ) throws { try C.run(&self, observer) }

  /// The envelope at each place where the options look at it.
  public mutating func run() throws -> [EnvelopeObservation<C>] {
    var observations: [EnvelopeObservation<C>] = []
    try run { observations.append($0) }
    return observations
  }
}

/// What a sweep asks an element again and again.
private struct ElementFacts {
  let element: any Element
  let alike: AlikeSlices
  let sliceCount: Int
  let isThin: Bool

  init(_ item: BeamlineElement, slices: Int) {
    element = item.element
    alike = item.element.alikeSlices
    sliceCount = item.sliceCount(default: slices)
    isThin = item.element.length == 0
  }
}

/// A kick, and the element from whose length it comes.
struct KickSource<C: EnvelopeScalar> {
  let kick: SpaceChargeKick<C>
  let element: Int
  /// Where the reference particle was, among those of the way.
  let passage: Int
  /// The path that it stands for: `sliceCount` of them make the element.
  let sliceCount: Int
  let firstSlice: Int
  let lastSlice: Int
}

extension EnvelopeSweep {
  @inline(__always)
  mutating func passBeamline(_ observer: (EnvelopeObservation<C>) throws -> Void) throws {
    prepare()
    var reference = start.reference
    try observe("start", nil, turn: 1, reference, observer)
    for turn in 1...options.turns {
      for place in 0..<beamline.count {
        try pass(place, turn: turn, &reference, observer)
      }
    }
    if options.moments == .none && options.observedPlaces == nil {
      try observe("end", beamline.count - 1, turn: options.turns, reference, observer)
    }
  }

  private mutating func prepare() {
    if elements.isEmpty {
      elements = beamline.elements.map { ElementValues($0.placement) }
      facts = beamline.elements.map { ElementFacts($0, slices: options.slices) }
      varied = Set(parameters.map(\.element)).sorted()
      kickLengths = elements.map { _ in nil }
      substitutions = parameters.indices.map {
        elements[parameters[$0].element].add(parameters[$0].site, number: $0)
      }
    }
    for number in parameters.indices {
      let parameter = parameters[number]
      elements[parameter.element].set(
        parameter.site, substitutions[number], to: values[number])
    }
    for index in varied { kickLengths[index] = nil }
    maps.reset(
      elementCount: elements.count, changed: varied, start: start.reference,
      isRecorded: recordsWay)
    way.reset(start, options, isRecorded: recordsWay)
    kicks.removeAll(keepingCapacity: true)
  }

  /// Passes the element at `place`.
  @inline(__always)
  private mutating func pass(
    _ place: Int, turn: Int, _ reference: inout ReferenceParticle<C>,
    _ observer: (EnvelopeObservation<C>) throws -> Void
  ) throws {
    let index = beamline.order[place]
    let element = facts[index].element
    let sliceCount = facts[index].sliceCount
    let charge = facts[index].isThin ? nil : options.spaceCharge
    let halves = charge?.slicing == .strang ? 2 : 1
    let count = sliceCount * halves
    let looks = isObserved(place)
    let looksInside = looks && options.moments == .slice && options.observedPlaces == nil
    let passage = SlicePassage(index: index, place: place, count: count, charge: charge)

    if facts[index].alike == .none || looksInside || !options.tracksEnvelope {
      for slice in 0..<sliceCount {
        try passSlice(passage, slice, element, &reference)
        let isLast = slice == sliceCount - 1
        if looksInside || (looks && isLast) {
          try observe(beamline.placeNames[place], place, turn: turn, reference, observer)
        }
      }
    } else {
      try passAlike(passage, sliceCount, element, &reference)
      if looks { try observe(beamline.placeNames[place], place, turn: turn, reference, observer) }
    }
    if changesEnergy[index] { maps.beginStretch() }
  }

  private func isObserved(_ place: Int) -> Bool {
    if let places = options.observedPlaces { return places.contains(place) }
    return options.moments != .none
  }

  /// Which slices of which element are being passed.
  private struct SlicePassage {
    let index: Int
    let place: Int
    /// Maps in the element: as many as slices, or twice as many.
    let count: Int
    let charge: EnvelopeSpaceCharge?
  }

  /// Passes one slice.
  private mutating func passSlice(
    _ passage: SlicePassage, _ slice: Int, _ element: any Element,
    _ reference: inout ReferenceParticle<C>
  ) throws {
    switch passage.charge?.slicing {
    case .kickFirst?:
      let kick = kick(passage, slice...slice, element, reference)
      let map = try advance(passage, slice, element, &reference)
      try way.pass(map, of: &maps, after: kick, of: kicks, times: 1, passage.place, beamline)
    case .strang?:
      let first = try advance(passage, 2 * slice, element, &reference)
      try way.pass(first, of: &maps, after: nil, of: kicks, times: 1, passage.place, beamline)
      let kick = kick(passage, 2 * slice...2 * slice + 1, element, reference)
      let second = try advance(passage, 2 * slice + 1, element, &reference)
      try way.pass(second, of: &maps, after: kick, of: kicks, times: 1, passage.place, beamline)
    case nil:
      let map = try advance(passage, slice, element, &reference)
      try way.pass(map, of: &maps, after: nil, of: kicks, times: 1, passage.place, beamline)
    }
  }

  /// Takes the reference particle through a slice.
  ///
  /// - Returns: The number of the slice's map.
  private mutating func advance(
    _ passage: SlicePassage, _ slice: Int, _ element: any Element,
    _ reference: inout ReferenceParticle<C>
  ) throws(StoppedBeam) -> Int {
    let index = passage.index
    let slice = Slice(index: slice, of: passage.count)
    way.note(reference, before: index, slice)
    reference = C.referenceAfter(
      element, SliceInputs(slice, reference, substituting: elements[index].substitutions))
    guard reference.kineticEnergyOverMass.plainValue > 0 else {
      throw StoppedBeam(place: beamline.placeNames[passage.place])
    }
    guard options.tracksEnvelope else { return 0 }
    return map(of: index, slice, element, reference)
  }

  /// The number of the map of a slice; `reference` is at its end.
  private mutating func map(
    of index: Int, _ slice: Slice, _ element: any Element, _ reference: ReferenceParticle<C>
  ) -> Int {
    let alike = facts[index].alike
    let energy = reference.kineticEnergyOverMass
    if let number = maps.knownNumber(of: index, slice, alike: alike, at: energy) { return number }
    return maps.find(
      of: index, slice, element, alike: alike, elements[index], reference, way.lastPassage)
  }

  /// The kick of the slices in `range`.
  private mutating func kick(
    _ passage: SlicePassage, _ range: ClosedRange<Int>, _ element: any Element,
    _ reference: ReferenceParticle<C>
  ) -> Int? {
    guard let charge = passage.charge else { return nil }
    let length = kickLength(passage, range, element, reference)
    kicks.append(
      KickSource(
        kick: SpaceChargeKick(charge.model, intensity: start.intensity, over: length, reference),
        element: passage.index, passage: way.lastPassage, sliceCount: passage.count,
        firstSlice: range.lowerBound, lastSlice: range.upperBound))
    return kicks.count - 1
  }

  /// The path that the slices in `range` cover.
  private mutating func kickLength(
    _ passage: SlicePassage, _ range: ClosedRange<Int>, _ element: any Element,
    _ reference: ReferenceParticle<C>
  ) -> C {
    if let known = kickLengths[passage.index] { return known }
    var length = C.zero
    for slice in range {
      var origin = reference
      origin.s = .zero
      length +=
        C.referenceAfter(
          element,
          SliceInputs(
            Slice(index: slice, of: passage.count), origin,
            substituting: elements[passage.index].substitutions)
        ).s
    }
    if facts[passage.index].alike != .none { kickLengths[passage.index] = length }
    return length
  }

  /// Passes all slices of an element whose slices are alike.
  private mutating func passAlike(
    _ passage: SlicePassage, _ sliceCount: Int, _ element: any Element,
    _ reference: inout ReferenceParticle<C>
  ) throws {
    let (index, count, place) = (passage.index, passage.count, passage.place)
    // All at once.
    let whole = Slice()
    let kick = kick(passage, 0...(passage.charge?.slicing == .strang ? 1 : 0), element, reference)
    way.note(reference, before: index, whole)
    reference = C.referenceAfter(
      element, SliceInputs(whole, reference, substituting: elements[index].substitutions))
    func map(_ slice: Int) -> Int {
      self.map(of: index, Slice(index: slice, of: count), element, reference)
    }
    let first = map(0)
    let last = facts[index].alike == .all ? first : map(count - 1)
    if passage.charge?.slicing == .strang {
      try way.pass(first, of: &maps, after: nil, of: kicks, times: 1, place, beamline)
      if sliceCount > 1 {
        let inner = maps.square(of: map(1))
        try way.pass(
          inner, of: &maps, after: kick, of: kicks, times: sliceCount - 1, place, beamline)
      }
      try way.pass(last, of: &maps, after: kick, of: kicks, times: 1, place, beamline)
    } else if first == last {
      try way.pass(first, of: &maps, after: kick, of: kicks, times: sliceCount, place, beamline)
    } else {
      try way.pass(first, of: &maps, after: kick, of: kicks, times: 1, place, beamline)
      if sliceCount > 2 {
        try way.pass(
          map(1), of: &maps, after: kick, of: kicks, times: sliceCount - 2, place, beamline)
      }
      try way.pass(last, of: &maps, after: kick, of: kicks, times: 1, place, beamline)
    }
  }

  private mutating func observe(
    _ name: String, _ place: Int?, turn: Int, _ reference: ReferenceParticle<C>,
    _ observer: (EnvelopeObservation<C>) throws -> Void
  ) throws {
    way.noteObservation()
    try observer(
      EnvelopeObservation(
        name: name, place: place, turn: turn, reference: reference, mean: way.mean,
        covariance: way.covariance, transferMatrix: way.transferMatrix))
  }
}
