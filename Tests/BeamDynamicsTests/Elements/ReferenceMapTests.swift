import AutoDiff
import BeamDynamics
import BeamSamples
import Testing

/// Single elements against ImpactX 26.06; see Fixtures/README.md.
@Suite struct ReferenceMapTests {
  struct Table: Decodable {
    let initial: [[[Double]]]
    let cases: [Case]
  }

  struct Case: Decodable {
    let number: Int
    /// ImpactX's name of the element.
    let peer: String
    let placement: [String: Double]
    let slices: Int
    let species: String
    let kineticEnergy: Double
    let initial: Int
    let final: [[Double?]]
    let reference: [Double]
    let isAlive: [Bool]
    let matrix: [[Double]]?
    let element: DescribedElement

    enum CodingKeys: CodingKey {
      case number, peer, placement, slices, species, kineticEnergy, initial, final, reference
      case isAlive, matrix
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      number = try container.decode(Int.self, forKey: .number)
      peer = try container.decode(String.self, forKey: .peer)
      placement = try container.decode([String: Double].self, forKey: .placement)
      slices = try container.decode(Int.self, forKey: .slices)
      species = try container.decode(String.self, forKey: .species)
      kineticEnergy = try container.decode(Double.self, forKey: .kineticEnergy)
      initial = try container.decode(Int.self, forKey: .initial)
      final = try container.decode([[Double?]].self, forKey: .final)
      reference = try container.decode([Double].self, forKey: .reference)
      isAlive = try container.decode([Bool].self, forKey: .isAlive)
      matrix = try container.decodeIfPresent([[Double]].self, forKey: .matrix)
      element = try DescribedElement(from: decoder)
    }

    /// A defocusing plasma lens: ∫p² ds of both planes has −q²·L in place of q²·L.
    var hasWrongTime: Bool {
      guard peer == "ChrPlasmaLens", case .number(let k)? = element.parameters["k"] else {
        return false
      }
      return k < 0
    }

    func beam() throws -> ReferenceParticle<Double> {
      ReferenceParticle(
        species: try #require(Species(named: species)), kineticEnergy: kineticEnergy)
    }

    func beamline() throws -> Beamline {
      let placement = Placement(
        dx: placement["dx"] ?? 0, dy: placement["dy"] ?? 0, tilt: placement["tilt"] ?? 0)
      return Beamline([
        BeamlineElement("e", try element.element(), slices: slices, placement: placement)
      ])
    }
  }

  /// In units of the largest of the eight particles' coordinate. ImpactX takes β from 1 − 1/γ² and
  /// differences of nearly equal times of flight: 6e-13 is left of its digits, in the
  /// combined-function bend, which adds and removes its radius in up to 15 maps, 1.5e-12. It carries
  /// −γ through cavities, which leaves of a slow proton's velocity, over 282 radians of phase, 8e-10.
  /// In a plasma lens that defocuses, its time of flight has the wrong sign in one term; see
  /// ``aDefocusingPlasmaLensIsMadeOfTheDefocusingPlanesOfQuadrupoles()``.
  @Test func everyParticleArrivesWhereImpactXHasIt() throws {
    let table: Table = try fixture("element-maps.json")
    var worst = Worst()
    var worstCombined = Worst()
    var worstSlow = Worst()
    for entry in table.cases {
      var bunch = Bunch<Double>(table.initial[entry.initial], reference: try entry.beam())
      let losses = try Tracker(try entry.beamline(), workers: .one).track(&bunch)
      let lost = Set(losses.map(\.particle))
      // ImpactX keeps particles that a linear map has left with less than their rest energy.
      let (beta, gamma) = (bunch.reference.beta, bunch.reference.gamma)
      #expect(
        entry.isAlive.indices.allSatisfy { i in
          let hasEnergy = entry.final[i][5].map { 1 - beta * $0 > 1 / gamma } ?? true
          return (entry.isAlive[i] && hasEnergy) == !lost.contains(i)
        }, "case \(entry.number)")
      for i in 0..<6 {
        let scale = entry.final.compactMap { $0[i]?.magnitude }.max() ?? 0
        for (particle, final) in entry.final.enumerated() where entry.isAlive[particle] {
          guard let expected = final[i], i != 4 || !entry.hasWrongTime else { continue }
          let place = "\(PhaseSpace<Double>.names[i]) of case \(entry.number), \(entry.peer)"
          // Where ImpactX has zeros only, nothing but zeros will do.
          let deviation = bunch[particle][i] - expected
          if entry.peer == "ExactCFbend" {
            worstCombined.record(deviation, of: scale, place)
          } else if entry.peer == "RFCavity", entry.species == "proton" {
            worstSlow.record(deviation, of: scale, place)
          } else {
            worst.record(deviation, of: scale, place)
          }
        }
      }
    }
    expect(worst, atMost: 1e-12)
    expect(worstCombined, atMost: 3e-12)
    expect(worstSlow, atMost: 1e-9)
  }

  /// Relative to 1 or to the number itself, whichever is larger; the difference is ImpactX's
  /// rounding of β.
  @Test func theReferenceParticleArrivesWhereImpactXHasIt() throws {
    let table: Table = try fixture("element-maps.json")
    var worst = Worst()
    for entry in table.cases {
      var bunch = Bunch<Double>(count: 1, reference: try entry.beam())
      try Tracker(try entry.beamline(), workers: .one).track(&bunch)
      let reference = bunch.reference
      let (position, momentum) = (reference.position, reference.momentum)
      let numbers = [
        reference.s, position.x, position.y, position.z, reference.t, momentum.x, momentum.y,
        momentum.z, reference.gamma,
      ]
      for (number, expected) in zip(numbers, entry.reference) {
        worst.record(
          number - expected, of: max(1, expected.magnitude), "case \(entry.number), \(entry.peer)")
      }
    }
    expect(worst, atMost: 1e-12)
  }

  /// Our matrices are Jacobians of the maps. ImpactX gives the exact multipole and the
  /// combined-function bend matrices without splitting error, which are not those of its maps; it
  /// ignores that a gradient in T/m is one, and in R₅₆ of bends it loses digits: entries are
  /// compared with the largest of their row. Of a nonlinear edge it has the linear one's matrix.
  @Test func everyMatrixIsThatOfImpactX() throws {
    let table: Table = try fixture("element-maps.json")
    var worst = Worst()
    for entry in table.cases {
      guard let matrix = entry.matrix, !["ExactCFbend", "ExactMultipole"].contains(entry.peer),
        entry.element.model != "nonlinear" || entry.peer != "DipEdge"
      else { continue }
      let jacobian = try jacobian(of: entry)
      for (row, expected) in zip(jacobian, matrix) {
        let scale = expected.reduce(0) { max($0, $1.magnitude) }
        for (a, b) in zip(row, expected) {
          worst.record(a - b, of: scale, "case \(entry.number), \(entry.peer)")
        }
      }
    }
    expect(worst, atMost: 1e-12)
  }

  /// The derivatives at the origin of the element's own frame: a displacement does not enter, a
  /// tilt does.
  private func jacobian(of entry: Case) throws -> [[Double]] {
    let element = try entry.element.element()
    let frame = PlacementFrame<Tangent<Double>>(
      dx: .zero, dy: .zero, tilt: Tangent(entry.placement["tilt"] ?? 0))
    var reference = try entry.beam()
    var map = AffineMap<Double>.identity
    for i in 0..<entry.slices {
      let slice = Slice(index: i, of: entry.slices)
      element.advance(&reference, over: slice)
      map.follow(
        by: element.pointMap(SliceInputs(slice, reference.map { Tangent($0) })), in: .planar(frame))
    }
    let matrix = map.matrix
    return (0..<6).map { i in (0..<6).map { j in matrix[i, j] } }
  }
}
