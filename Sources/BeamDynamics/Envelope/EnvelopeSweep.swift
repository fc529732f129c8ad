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
    self.beamline = beamline
    self.options = options
    self.parameters = parameters
    self.values = values ?? parameters.map { C(beamline[$0]) }
    self.start = start
    let reference = start.reference.map { $0.plainValue }
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
    elements = beamline.elements.map { ElementValues($0.placement) }
    for (number, parameter) in parameters.enumerated() {
      elements[parameter.element].set(parameter.site, to: values[number], number: number)
    }
    maps.reset(elementCount: elements.count)
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
    let item = beamline.elements[index]
    let element = item.element
    let isThin = element.length == 0
    let sliceCount = item.sliceCount(default: options.slices)
    let charge = isThin ? nil : options.spaceCharge
    let halves = charge?.slicing == .strang ? 2 : 1
    let count = sliceCount * halves
    let looks = isObserved(place)
    let looksInside = looks && options.moments == .slice && options.observedPlaces == nil
    let passage = SlicePassage(index: index, place: place, count: count, charge: charge)

    if element.alikeSlices == .none || looksInside || !options.tracksEnvelope {
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
    return maps.number(of: index, slice, element, elements[index], reference, way.lastPassage)
  }

  /// The kick of the slices in `range`.
  private mutating func kick(
    _ passage: SlicePassage, _ range: ClosedRange<Int>, _ element: any Element,
    _ reference: ReferenceParticle<C>
  ) -> Int? {
    guard let charge = passage.charge else { return nil }
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
    kicks.append(
      KickSource(
        kick: SpaceChargeKick(charge.model, intensity: start.intensity, over: length, reference),
        element: passage.index, passage: way.lastPassage, sliceCount: passage.count,
        firstSlice: range.lowerBound, lastSlice: range.upperBound))
    return kicks.count - 1
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
      maps.number(
        of: index, Slice(index: slice, of: count), element, elements[index], reference,
        way.lastPassage)
    }
    let (first, last) = (map(0), map(count - 1))
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
