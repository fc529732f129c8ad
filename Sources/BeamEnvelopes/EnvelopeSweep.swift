import AutoDiff
import BeamTracking
import LinearAlgebra
import ParameterTables
import SystemLibrary

/// Tracks an envelope through a beamline, Σ ← RΣRᵀ slice by slice, and propagates derivatives
/// backward. A gradient takes the time of a few values.
///
/// R is the Jacobian of each slice's map on the design orbit. It is computed once for all
/// equivalent slices, by differentiation of the generic formulas. The forward pass stores Σ before
/// each slice.
public struct EnvelopeSweep<C: SweepScalar> {
  /// The beamline.
  public let beamline: Beamline
  /// The options of each run.
  public let options: EnvelopeOptions
  /// The numbers of the beamline with respect to which derivatives can be computed.
  public let parameters: [BeamlineParameter]
  /// The value of each of ``parameters``.
  public var values: [C]
  /// The initial values.
  public var start: EnvelopeStart<C>
  /// Whether a run is recorded, as needed for ``pullBack(_:)``.
  public var recordsTrajectory = false
  /// Whether the backward pass includes the reference particle at the start.
  public var differentiatesReference = false

  private let itinerary: Itinerary
  let recordings: SliceRecordings
  /// For each element, whether linear effects act in it.
  private let actsLinearly: [Bool]
  /// The error of an effect that cannot act on envelopes, if there is one.
  private let refusal: EnvelopeError?
  var elements: [VariedElement<C>] = []
  /// For each element, which slices are equivalent.
  private let alike: [EquivalentSlices]
  /// The elements that have parameters, each once.
  private var varied: [Int] = []
  /// For each element, whether a number of it varies.
  private(set) var isVaried: [Bool] = []
  /// For each element, the path length of a kick, if it is known.
  private var kickLengths: [C?] = []
  /// For each element, its parameters on which this length depends.
  private(set) var lengthParameters: [[Int]] = []
  /// For each element, the variables of the reference particle that vary there, for recorded runs.
  private(set) var reach: [ReferenceReach] = []
  var maps = SliceMaps<C>()
  var trajectory = EnvelopeTrajectory<C>()
  var kicks: [KickSource<C>] = []
  var linearKicks: [LinearKick<C>] = []

  /// - Parameters:
  ///   - beamline: The beamline.
  ///   - options: The options.
  ///   - start: The envelope at the start.
  ///   - parameters: The numbers of the beamline that vary.
  ///   - values: Their values; by default those of the beamline.
  public init(
    _ beamline: Beamline, options: EnvelopeOptions, start: EnvelopeStart<C>,
    parameters: [BeamlineParameter] = [], values: [C]? = nil
  ) {
    self.init(
      beamline, options: options, start: start, parameters: parameters, values: values,
      recordings: SliceRecordings())
  }

  /// - Parameter recordings: Recordings, also of other sweeps with the same beamline and
  ///   parameters.
  package init(
    _ beamline: Beamline, options: EnvelopeOptions, start: EnvelopeStart<C>,
    parameters: [BeamlineParameter], values: [C]?, recordings: SliceRecordings
  ) {
    self.recordings = recordings
    let reference = start.reference.map { $0.plain }
    let design = beamline.choosingSteps(from: reference, slices: options.slices)
    self.options = options
    self.parameters = parameters
    self.values = values ?? parameters.map { C(design[$0]) }
    let beamline = design.asBuilt
    self.beamline = beamline
    self.start = start
    let charge = options.spaceCharge
    let kicked = beamline.kicked()
    itinerary = Itinerary(
      beamline, turns: options.turns, slices: options.slices,
      effects: (charge.map {
        [
          .init(
            $0.slicing, in: .fixedPosition, acts: beamline.elements.map { $0.element.length != 0 })
        ]
      } ?? []) + options.effects.map { .init($0.slicing, in: .fixedPosition, acts: kicked) })
    actsLinearly = options.effects.isEmpty ? beamline.elements.map { _ in false } : kicked
    refusal = Self.refusal(beamline, options)
    alike = Self.equivalentSlices(of: beamline, parameters)
    require(self.values.count == parameters.count, "each parameter has one value")
  }

  /// The slices of each element that are equivalent. In a frame that depends on the place along the
  /// element, none are.
  private static func equivalentSlices(
    of beamline: Beamline, _ parameters: [BeamlineParameter]
  ) -> [EquivalentSlices] {
    let elements = beamline.varied(parameters, parameters.map { _ in C.zero })
    return zip(beamline.elements, elements).map { item, values in
      values.isSpatial ? .none : item.element.equivalentSlices
    }
  }

  /// Effects act on particles. An envelope tracked without them would be that of another beam.
  private static func refusal(_ beamline: Beamline, _ options: EnvelopeOptions) -> EnvelopeError? {
    for effect in options.effects {
      let reason =
        effect.changesReferenceEnergy
        ? "it changes the reference particle's energy"
        : effect is any LinearEffect ? nil : "it has no kick matrix"
      if let reason {
        return EnvelopeError(
          place: "start",
          reason: "the effect \(quoted(type(of: effect).kind)) acts on particles, not on "
            + "envelopes: \(reason)")
      }
    }
    for (place, index) in beamline.order.enumerated() {
      guard let effect = beamline.elements[index].element.effect,
        options.tracksEnvelope || effect.changesReferenceEnergy
      else { continue }
      return EnvelopeError(
        place: beamline.placeNames[place],
        reason: "the effect \(quoted(type(of: effect).kind)) acts on particles, not on envelopes")
    }
    return nil
  }

  /// Tracks the envelope through the beamline.
  ///
  /// - Parameter observer: Receives the envelope at each observation point of the options, in
  ///   order.
  /// - Throws: ``EnvelopeError`` for a charged beam of zero size, and for an effect that cannot act
  ///   on envelopes; `StoppedBeam` if the reference particle loses all its kinetic energy; the
  ///   errors of the observer.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  public mutating func run(
    _ observer: (EnvelopeObservation<C>) throws -> Void
  ) throws { try passBeamline(observer) }

  /// Tracks the envelope through the beamline.
  ///
  /// - Returns: The envelope at each observation point of the options, in order.
  /// - Throws: As ``run(_:)``, except for the errors of the observer.
  @_specialize(exported:false,where C == Double)
  @_specialize(exported:false,where C == Tangent<Double>)
  public mutating func run() throws -> [EnvelopeObservation<C>] {
    var observations: [EnvelopeObservation<C>] = []
    try run { observations.append($0) }
    return observations
  }
}

/// A kick, and the element with the length that it stands for.
struct KickSource<C: SweepScalar> {
  let kick: EnvelopeKick<C>
  let element: Int
  /// The index of the reference particle in the recorded passages.
  let passage: Int
  /// The slice whose path length it stands for.
  let slice: Slice
}

extension EnvelopeSweep {
  @inline(__always)
  mutating func passBeamline(_ observer: (EnvelopeObservation<C>) throws -> Void) throws {
    if let refusal { throw refusal }
    prepare()
    var reference = start.reference
    try observe("start", nil, turn: 1, reference, observer)
    for visit in itinerary { try pass(visit, &reference, observer) }
    if options.moments == .none && options.observedPlaces == nil {
      try observe("end", beamline.count - 1, turn: options.turns, reference, observer)
    }
  }

  private mutating func prepare() {
    if elements.isEmpty {
      elements = beamline.varied(parameters, values)
      isVaried = elements.map(\.isVaried)
      varied = elements.indices.filter { isVaried[$0] }
      kickLengths = elements.map { _ in nil }
      lengthParameters = elements.indices.map { parametersOfLength(ofElement: $0) }
    }
    if recordsTrajectory { findReach() }
    for index in varied {
      elements[index].take(values)
      if !lengthParameters[index].isEmpty { kickLengths[index] = nil }
    }
    maps.reset(
      elementCount: elements.count, changed: varied, start: start.reference,
      isRecorded: recordsTrajectory)
    trajectory.reset(
      start, options, isRecorded: recordsTrajectory,
      blocks: itinerary.sliceCount + itinerary.count + 2)
    kicks.removeAll(keepingCapacity: true)
    linearKicks.removeAll(keepingCapacity: true)
  }

  /// The parameters on which the length of an element's kicks depends: those whose tangent, if it is
  /// NaN, makes that of the length NaN, at the values of the first evaluation.
  ///
  /// The orbit's own length may depend on more than the declared length, of which
  /// ``VariedElement/lengthVaries`` tells.
  private func parametersOfLength(ofElement index: Int) -> [Int] {
    let reference = start.reference.map { Tangent($0.plain, tangent: 0) }
    return elements[index].numbers.own.filter { parameter in
      let inputs = elements[index].inputs(Slice(), reference, along: parameter) { value, isVaried in
        Tangent(value.plain, tangent: isVaried ? .nan : 0)
      }
      return Double.kickLength(beamline.elements[index].element, inputs).tangent.isNaN
    }
  }

  /// Passes an element.
  @inline(__always)
  private mutating func pass(
    _ visit: Visit, _ reference: inout ReferenceParticle<C>,
    _ observer: (EnvelopeObservation<C>) throws -> Void
  ) throws {
    let index = visit.element
    let element = beamline.elements[index].element
    let isObservedHere = isObserved(visit.place)
    let observesSlices =
      isObservedHere && options.moments == .slice && options.observedPlaces == nil
    let energy = reference.kineticEnergyOverMass
    if alike[index] == .none || observesSlices || !options.tracksEnvelope || actsLinearly[index] {
      var kick: Int?
      for passage in visit {
        if case .effect(let number) = passage.kind {
          let effect = number - (options.spaceCharge == nil ? 0 : 1)
          if effect < 0 {
            kick = self.kick(visit, passage.slice, element, reference)
          } else if let linear = options.effects[effect] as? any LinearEffect {
            if kick != nil {
              try trajectory.pass(
                maps.identity, of: &maps, after: kick, of: kicks, times: 1, visit.place, beamline)
              kick = nil
            }
            act(linear, passage, element, reference)
          }
          continue
        }
        let map = try advance(visit, passage.slice, element, &reference)
        try trajectory.pass(map, of: &maps, after: kick, of: kicks, times: 1, visit.place, beamline)
        kick = nil
        if passage.completes && (observesSlices || (isObservedHere && passage.isEnd)) {
          try observe(
            beamline.placeNames[visit.place], visit.place, turn: visit.turn, reference, observer)
        }
      }
    } else {
      try passAlike(visit, element, &reference)
      if isObservedHere {
        try observe(
          beamline.placeNames[visit.place], visit.place, turn: visit.turn, reference, observer)
      }
    }
    guard alike[index] == .none else { return }
    let energyVaries = recordsTrajectory && reach[index].varies(.energy)
    if energyVaries || !energy.hasSameWords(as: reference.kineticEnergyOverMass) {
      maps.beginSection()
    }
  }

  private func isObserved(_ place: Int) -> Bool {
    if let places = options.observedPlaces { return places.contains(place) }
    return options.moments != .none
  }

  /// Advances the reference particle over a slice.
  ///
  /// - Returns: The index of the slice's map.
  private mutating func advance(
    _ visit: Visit, _ slice: Slice, _ element: any Element,
    _ reference: inout ReferenceParticle<C>
  ) throws(StoppedBeam) -> Int {
    let index = visit.element
    trajectory.note(reference, before: index, slice)
    reference = C.referenceAfter(
      element, SliceInputs(slice, reference, substituting: elements[index].numbers.substitutions))
    guard reference.kineticEnergyOverMass.plain > 0 else {
      throw StoppedBeam(place: beamline.placeNames[visit.place])
    }
    guard options.tracksEnvelope else { return 0 }
    return map(of: index, slice, element, reference)
  }

  /// The index of the map of a slice; `reference` is at the slice's end.
  private mutating func map(
    of index: Int, _ slice: Slice, _ element: any Element, _ reference: ReferenceParticle<C>
  ) -> Int {
    let alike = alike[index]
    let energy = reference.kineticEnergyOverMass
    if let number = maps.knownNumber(of: index, slice, alike: alike, at: energy) { return number }
    let inputs = SliceInputs(slice, reference, substituting: elements[index].numbers.substitutions)
    // An element's numbers are several lists: not copied where there is no frame.
    let frame = elements[index].isNominal ? nil : C.frame(of: element, elements[index], inputs)
    return maps.find(
      of: index, element, alike: alike, inputs, in: frame, trajectory.lastPassage, recordings)
  }

  /// The kick of a slice.
  private mutating func kick(
    _ visit: Visit, _ slice: Slice, _ element: any Element, _ reference: ReferenceParticle<C>
  ) -> Int? {
    guard let charge = options.spaceCharge, itinerary.hasEffects(inElement: visit.element) else {
      return nil
    }
    let length = kickLength(visit.element, slice, element, reference)
    kicks.append(
      KickSource(
        kick: EnvelopeKick(charge.model, intensity: start.intensity, over: length, reference),
        element: visit.element, passage: trajectory.lastPassage, slice: slice))
    return kicks.count - 1
  }

  /// The path length of a slice.
  mutating func kickLength(
    _ index: Int, _ slice: Slice, _ element: any Element, _ reference: ReferenceParticle<C>
  ) -> C {
    if let known = kickLengths[index] { return known }
    let length = C.kickLength(
      element, SliceInputs(slice, reference, substituting: elements[index].numbers.substitutions))
    if alike[index] != .none { kickLengths[index] = length }
    return length
  }

  /// Passes all slices of an element with equivalent slices.
  private mutating func passAlike(
    _ visit: Visit, _ element: any Element, _ reference: inout ReferenceParticle<C>
  ) throws {
    let (index, place, sliceCount) = (visit.element, visit.place, visit.sliceCount)
    let kick = kick(visit, Slice(index: 0, of: sliceCount), element, reference)
    let isStrang = kick != nil && options.spaceCharge?.slicing == .strang
    let count = isStrang ? 2 * sliceCount : sliceCount
    // All slices at once.
    let whole = Slice()
    trajectory.note(reference, before: index, whole)
    reference = C.referenceAfter(
      element, SliceInputs(whole, reference, substituting: elements[index].numbers.substitutions))
    func map(_ slice: Int) -> Int {
      self.map(of: index, Slice(index: slice, of: count), element, reference)
    }
    let first = map(0)
    let last = alike[index] == .all ? first : map(count - 1)
    if isStrang {
      try trajectory.pass(first, of: &maps, after: nil, of: kicks, times: 1, place, beamline)
      if sliceCount > 1 {
        let inner = maps.square(of: map(1))
        try trajectory.pass(
          inner, of: &maps, after: kick, of: kicks, times: sliceCount - 1, place, beamline)
      }
      try trajectory.pass(last, of: &maps, after: kick, of: kicks, times: 1, place, beamline)
    } else if first == last {
      try trajectory.pass(
        first, of: &maps, after: kick, of: kicks, times: sliceCount, place, beamline)
    } else {
      try trajectory.pass(first, of: &maps, after: kick, of: kicks, times: 1, place, beamline)
      if sliceCount > 2 {
        try trajectory.pass(
          map(1), of: &maps, after: kick, of: kicks, times: sliceCount - 2, place, beamline)
      }
      try trajectory.pass(last, of: &maps, after: kick, of: kicks, times: 1, place, beamline)
    }
  }

  /// Finds the variables of the reference particle that vary at each element.
  private mutating func findReach() {
    if !reach.isEmpty && reach[0].startVaries == differentiatesReference { return }
    reach = elements.map { _ in ReferenceReach(startVaries: differentiatesReference) }
    // Elements with equivalent slices do not change the energy, and do not depend on the time.
    guard differentiatesReference || alike.contains(.none) else { return }
    var activity = ReferenceActivity(energyVaries: differentiatesReference)
    var reference = start.reference.plain
    var atStartOfTurn: Set<ReferenceNumber>?
    for visit in itinerary {
      if visit.place == 0 {
        if activity.varying == atStartOfTurn { return }
        atStartOfTurn = activity.varying
      }
      let index = visit.element
      let element = beamline.elements[index].element
      reach[index].numbers.formUnion(activity.varying)
      let inputs = SliceInputs(
        Slice(), reference,
        substituting: elements[index].numbers.substitutions.map { $0.map { $0.plain } })
      activity.pass(element, inputs)
      reach[index].numbers.formUnion(activity.varying)
      reference = element.referenceAfter(inputs)
      guard reference.kineticEnergyOverMass > 0 else { return }
    }
  }

  private mutating func observe(
    _ name: String, _ place: Int?, turn: Int, _ reference: ReferenceParticle<C>,
    _ observer: (EnvelopeObservation<C>) throws -> Void
  ) throws {
    trajectory.noteObservation()
    try observer(
      EnvelopeObservation(
        name: name, place: place, turn: turn, reference: reference, mean: trajectory.mean,
        covariance: trajectory.covariance, transferMatrix: trajectory.transferMatrix))
  }
}

/// The variables of the reference particle that vary at an element, in any turn.
struct ReferenceReach: Sendable {
  /// Whether its energy varies at the start of the run.
  let startVaries: Bool
  var numbers: Set<ReferenceNumber> = []

  init(startVaries: Bool) {
    self.startVaries = startVaries
    if startVaries { numbers = [.energy] }
  }

  func varies(_ number: ReferenceNumber) -> Bool { numbers.contains(number) }
}
