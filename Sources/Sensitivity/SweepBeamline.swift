import AutoDiff
import BeamDynamics

/// The numbers of a beamline that a sweep varies, sorted by the elements that they belong to.
struct SweepBeamline<C: SweepNumber>: Sendable {
  /// With the plain values of the varied numbers in their places.
  let beamline: Beamline
  let turns: Int
  let slices: Int
  /// How particles kick each other, if they do.
  let kick: (any CollectiveKick)?
  let parameters: [BeamlineParameter]
  /// For each element, the varied numbers of its kind: their places among the parameters.
  private let own: [[Int]]
  /// For each element, those of its placement.
  private let placed: [[Int]]
  private let values: [C]

  init(
    _ beamline: Beamline, turns: Int, slices: Int, kick: (any CollectiveKick)?,
    parameters: [BeamlineParameter], values: [C]
  ) {
    precondition(parameters.count == values.count, "each parameter has one value")
    var line = beamline
    var own = [[Int]](repeating: [], count: beamline.elements.count)
    var placed = own
    for (k, parameter) in parameters.enumerated() {
      line[parameter] = values[k].plain
      if case .own = parameter.site {
        own[parameter.element].append(k)
      } else {
        placed[parameter.element].append(k)
      }
    }
    self.beamline = line
    self.turns = turns
    self.slices = slices
    self.kick = kick
    self.parameters = parameters
    self.own = own
    self.placed = placed
    self.values = values
  }

  /// The varied numbers of the element at a place, by their places among the parameters.
  func ownParameters(at place: Int) -> [Int] { own[beamline.order[place]] }

  /// Whether the length of the element at a place is one of them.
  func lengthVaries(at place: Int) -> Bool {
    lengthVaries(beamline[place: place].element, at: place)
  }

  private func lengthVaries<E: Element>(_ element: E, at place: Int) -> Bool {
    let length = E.collectiveLength.offset ?? E.orbitLength.offset
    return ownParameters(at: place).contains { k in
      guard case .own(let number, _) = parameters[k].site else { return false }
      return E.parameters.parameters[number].offset == length
    }
  }

  /// The varied numbers of its placement.
  func placementParameters(at place: Int) -> [Int] { placed[beamline.order[place]] }

  /// The element's inputs, where one of its numbers, `direction`, has the tangent one.
  func inputs<T: RealScalar>(
    at place: Int, _ slice: Slice, _ reference: ReferenceParticle<T>, _ lift: (C, Bool) -> T,
    along direction: Int? = nil
  ) -> SliceInputs<T> {
    SliceInputs(
      slice, reference,
      substituting: ownParameters(at: place).compactMap { k in
        guard case .own(let parameter, let entry) = parameters[k].site else { return nil }
        return ParameterSubstitution(
          parameter: parameter, entry: entry, value: lift(values[k], k == direction))
      })
  }

  /// The inputs as they are.
  func inputs(at place: Int, _ slice: Slice, _ reference: ReferenceParticle<C>) -> SliceInputs<C> {
    if C.self == Double.self { return SliceInputs(slice, reference) }
    return inputs(at: place, slice, reference) { value, _ in value }
  }

  /// The placement of the element at a place, of which `direction` has the tangent one; nil if it
  /// is where it should be and no number of it varies.
  func placement<T: RealScalar>(
    at place: Int, _ lift: (C, Bool) -> T, along direction: Int? = nil
  ) -> (dx: T, dy: T, tilt: T)? {
    let placement = beamline[place: place].placement
    let varied = placementParameters(at: place)
    if varied.isEmpty && placement.frame == nil { return nil }
    func number(_ site: BeamlineParameter.Site, _ plain: Double) -> T {
      guard let k = varied.first(where: { parameters[$0].site == site }) else {
        return lift(C(plain), false)
      }
      return lift(values[k], k == direction)
    }
    return (
      number(.dx, placement.dx), number(.dy, placement.dy), number(.tilt, placement.tilt)
    )
  }
}
