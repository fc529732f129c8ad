import AutoDiff
import BeamDynamics
import CollectiveEffects

/// A beam that elements are tested with: relativistic electrons, or protons at a tenth of the speed
/// of light, where time of flight depends on everything.
public enum TestBeam: CaseIterable, Sendable {
  case electrons
  case protons

  /// The reference particle at the entrance.
  public func reference<C: RealScalar>() -> ReferenceParticle<C> {
    switch self {
    case .electrons: ReferenceParticle(species: .electron, kineticEnergy: 99.48900105)
    case .protons: ReferenceParticle(species: .proton, kineticEnergy: 6.7)
    }
  }

  /// The axis, off energy on the axis, on energy off the axis, two points in between and one far
  /// out.
  ///
  /// Energies are scaled by β, so that both beams have the same momentum deviations, up to 4 %.
  public var points: [PhaseSpace<Double>] {
    let entrance: ReferenceParticle<Double> = reference()
    let beta = entrance.beta
    return Self.unscaledPoints.map { point in
      var scaled = point
      scaled.pt = beta * point.pt
      return scaled
    }
  }

  private static let unscaledPoints: [PhaseSpace<Double>] = [
    .zero,
    PhaseSpace(x: 0, px: 0, y: 0, py: 0, t: 0, pt: 0.02),
    PhaseSpace(x: 1e-3, px: 0, y: 0, py: -2e-3, t: 0, pt: 0),
    PhaseSpace(x: 1e-3, px: -0.5e-3, y: -0.7e-3, py: 0.8e-3, t: 0.2e-3, pt: 0.01),
    PhaseSpace(x: -0.6e-3, px: 0.9e-3, y: 1.1e-3, py: -0.4e-3, t: -0.3e-3, pt: -0.02),
    PhaseSpace(x: 5e-3, px: 12e-3, y: -4e-3, py: -9e-3, t: 2e-3, pt: 0.04),
  ]
}

extension Element {
  /// Coordinates at which roundings are measured at least: the faces of a magnet move particles to and fro, and
  /// nothing may be left of it. At an exact face momenta are turned by its angle, 0.2.
  public var coordinateFloor: Double {
    switch self {
    case let bend as Bend: bend.edgeModel == .exact || bend.k0 != nil ? 0.2 : 0
    case let edge as DipoleEdge: edge.model == .linear ? 0 : 0.2
    case is MultipoleEdge: 1e-3
    case let magnet as Quadrupole: magnet.fringe ? 1e-3 : 0
    case let magnet as Sextupole: magnet.fringe ? 1e-3 : 0
    case let magnet as Octupole: magnet.fringe ? 1e-3 : 0
    case let magnet as Multipole: magnet.fringe ? 1e-3 : 0
    default: 0
    }
  }

  /// Whether its map has other derivatives with respect to a parameter of this name on both sides of `value`: the
  /// phase of greatest gain jumps by π where a field changes its sign, and the octupole of a dipole's edge, which
  /// goes with 1/gap, is left out where the gap is zero.
  public func hasKink(at name: String, _ value: Double) -> Bool {
    guard value == 0 else { return false }
    if let edge = self as? DipoleEdge, edge.model == .exact, edge.octupole {
      return ["gap", "fint", "K2"].contains(name)
    }
    guard ["scale", "field", "cosine", "sine"].contains(where: { name.hasPrefix($0) }) else {
      return false
    }
    return (self as? RFCavity)?.autophase ?? (self as? FieldMap)?.autophase ?? false
  }

  /// Where `z` goes through all of `count` slices, in order; nil if it is lost.
  public func image<S: ParticleScalar>(
    of z: PhaseSpace<S>, _ beam: TestBeam, slices count: Int = 1,
    _ q: Lifted<Self, S.Constant>? = nil
  ) -> PhaseSpace<S>? {
    let q = q ?? Lifted(self)
    var reference: ReferenceParticle<S.Constant> = beam.reference()
    var z = z
    for i in 0..<count {
      let slice = Slice(index: i, of: count)
      advance(&reference, over: slice, q)
      let map: TransferMap<S> = map(q, slice, reference)
      guard map.move(&z) else { return nil }
    }
    return z
  }

  /// The same with the derivatives to six variables, one after the other by the map that is compiled for one
  /// direction.
  public func image(
    of z: PhaseSpace<Dual<6, Double>>, _ beam: TestBeam, slices count: Int = 1
  ) -> PhaseSpace<Dual<6, Double>>? {
    let slices = (0..<count).map { Slice(index: $0, of: count) }
    return image(of: z) { z in
      var reference: ReferenceParticle<Tangent<Double>> = beam.reference()
      for slice in slices {
        reference = referenceAfter(SliceInputs(slice, reference))
        guard pointMap(SliceInputs(slice, reference))(&z) else { return false }
      }
      return true
    }
  }

  private func image(
    of z: PhaseSpace<Dual<6, Double>>, _ pass: (inout PhaseSpace<Tangent<Double>>) -> Bool
  ) -> PhaseSpace<Dual<6, Double>>? {
    var columns: [PhaseSpace<Tangent<Double>>] = []
    for j in 0..<6 {
      var column = PhaseSpace<Tangent<Double>> { Tangent(z[$0].value, tangent: z[$0].tangent[j]) }
      guard pass(&column) else { return nil }
      columns.append(column)
    }
    return PhaseSpace { i in Dual(columns[0][i].value) { j in columns[j][i].tangent } }
  }

  /// Where `z`, at the end of the element, came from: all of `count` slices passed backward, the
  /// last one first.
  public func preimage<S: ParticleScalar>(
    of z: PhaseSpace<S>, _ beam: TestBeam, slices count: Int = 1
  ) -> PhaseSpace<S>? {
    let q = Lifted<Self, S.Constant>(self)
    var references: [ReferenceParticle<S.Constant>] = [beam.reference()]
    for i in 0..<count {
      var reference = references[i]
      advance(&reference, over: Slice(index: i, of: count), q)
      references.append(reference)
    }
    var z = z
    for i in (0..<count).reversed() {
      let map: TransferMap<S> = map(q, Slice(index: i, of: count).reversed, references[i])
      guard map.move(&z) else { return nil }
    }
    return z
  }

  /// The same with the derivatives to six variables.
  public func preimage(
    of z: PhaseSpace<Dual<6, Double>>, _ beam: TestBeam, slices count: Int = 1
  ) -> PhaseSpace<Dual<6, Double>>? {
    let slices = (0..<count).map { Slice(index: $0, of: count) }
    return image(of: z) { z in
      var references: [ReferenceParticle<Tangent<Double>>] = [beam.reference()]
      for slice in slices {
        references.append(referenceAfter(SliceInputs(slice, references[slice.index])))
      }
      for slice in slices.reversed() {
        guard pointMap(SliceInputs(slice.reversed, references[slice.index]))(&z) else {
          return false
        }
      }
      return true
    }
  }

  /// The derivatives of the map at `z`: a row for each coordinate of the image.
  public func jacobian(at z: PhaseSpace<Double>, _ beam: TestBeam, slices count: Int = 1)
    -> [[Double]]?
  {
    image(of: z.variables, beam, slices: count)?.jacobian
  }
}

extension PhaseSpace<Double> {
  /// The point with its coordinates as independent variables.
  public var variables: PhaseSpace<Dual<6, Double>> {
    PhaseSpace<Dual<6, Double>> { Dual(self[$0], variable: $0) }
  }

  /// What the roundings on the way from `z` to `image` are compared with, for each coordinate: the
  /// largest |z′ᵢ| + Σⱼ |Mᵢⱼzⱼ| of its kind.
  ///
  /// Positions are one kind, momenta another, the time a third: where two lenses cancel, one
  /// momentum can be zero and still have the rounding errors of others.
  ///
  /// - Parameter floor: What they are compared with at least.
  public static func scale(
    of image: Self, from z: Self, _ jacobian: [[Double]], floor: Double = 0
  ) -> [Double] {
    let own = (0..<6).map { i -> Double in
      var sum = image[i].magnitude
      for j in 0..<6 { sum += (jacobian[i][j] * z[j]).magnitude }
      return max(sum, floor)
    }
    let position = max(own[0], own[2])
    let momentum = max(own[1], own[3], own[5])
    return [position, momentum, position, momentum, own[4], momentum]
  }
}

extension PhaseSpace<Dual<6, Double>> {
  public var values: PhaseSpace<Double> { map { $0.value } }
  public var jacobian: [[Double]] { (0..<6).map { i in (0..<6).map { self[i].tangent[$0] } } }
}

/// All kinds that run files may name.
private let catalog = ElementCatalog.beamElements + ElementCatalog.spaceCharge

/// The kinds of the catalog, by name: the arguments of the tests over all of it.
public let catalogKinds = catalog.kinds.map { $0.kind }

/// The kind of that name.
public func kind(_ name: String) throws -> any Element.Type {
  guard let kind = catalog[name] else { throw UnknownKind(name: name) }
  return kind
}

public struct UnknownKind: Error { public let name: String }

extension TransferMap {
  /// Moves a point, or the particles in one group of lanes: these by way of a tile.
  ///
  /// - Returns: False if any of them is lost.
  fileprivate func move(_ z: inout PhaseSpace<S>) -> Bool {
    typealias Particles = Tile<S.Word>
    if S.laneCount == 1 { return self(&z).all }
    let words = UnsafeMutableRawPointer.allocate(
      byteCount: Particles.wordCount * MemoryLayout<S.Word>.stride, alignment: 64
    ).bindMemory(to: S.Word.self, capacity: Particles.wordCount)
    defer { UnsafeMutableRawPointer(words).deallocate() }
    words.update(repeating: 0, count: Particles.wordCount)
    (words + Particles.alivePlane * Particles.capacity).update(repeating: 1, count: S.laneCount)
    z.store(to: words, stride: Particles.componentStride)
    var tile = Particles(base: words, count: S.laneCount, firstParticle: 0)
    TileKernel(self)(&tile)
    z = PhaseSpace(loadedFrom: words, stride: Particles.componentStride)
    return tile.aliveCount == S.laneCount
  }
}
