import AutoDiff
import BeamDynamics
import BeamSamples
import DoubleDouble
import Testing

/// The BELLA HTU beamline: 138 elements, 100 particles, against ImpactX 26.06; see
/// Fixtures/README.md.
@Suite struct HTUTests {
  struct Contents: Decodable {
    struct Item: Decodable {
      let name: String
      let element: DescribedElement

      enum CodingKeys: CodingKey { case name }

      init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
        element = try DescribedElement(from: decoder)
      }
    }

    let species: String
    let kineticEnergy: Double
    let elements: [Item]
    let initial: [[Double]]
    let final: [[Double]]

    func beamline() throws -> Beamline {
      Beamline(try elements.map { BeamlineElement($0.name, try $0.element.element()) })
    }

    func bunch<Word: ParticleWord>(_: Word.Type = Word.self) throws -> Bunch<Word> {
      Bunch(
        initial,
        reference: ReferenceParticle(
          species: try #require(Species(named: species)), kineticEnergy: kineticEnergy))
    }

    /// The largest deviation of `bunch` from `other`, in units of the final rms of each coordinate.
    func deviations<Word: ParticleWord>(
      of bunch: Bunch<Word>, from other: [PhaseSpace<Double>]
    ) -> [Double] {
      (0..<6).map { i in
        let mean = final.reduce(0) { $0 + $1[i] } / Double(final.count)
        let variance = final.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) }
        let rms = (variance / Double(final.count)).squareRoot()
        var worst = Worst()
        for (j, particle) in other.enumerated() {
          worst.record(bunch[j][i] - particle[i], of: rms, "particle \(j)")
        }
        return worst.deviation
      }
    }
  }

  /// x, px, y and pt within 1e-11 of the coordinate's rms, py and t within 2e-11. The difference is
  /// ImpactX's rounding, as the next test shows; its versions 24.10 and 26.06 differ by 3e-11 in py
  /// and 6e-10 in t.
  @Test func the100ParticlesArriveWhereImpactXHasThem() throws {
    let htu: Contents = try fixture("htu-beamline.json")
    var bunch = try htu.bunch(Double.self)
    #expect(try Tracker(try htu.beamline()).track(&bunch).isEmpty)
    let peer = htu.final.map { particle in PhaseSpace<Double> { particle[$0] } }
    let limits = [1e-11, 1e-11, 1e-11, 2e-11, 2e-11, 1e-11]
    let names = PhaseSpace<Double>.names
    for (i, deviation) in htu.deviations(of: bunch, from: peer).enumerated() {
      #expect(deviation <= limits[i], "\(names[i])")
    }
  }

  /// Against the same formulas in 32 digits: 1e-13 of the rms. That is 2⁻⁵³ magnified some hundred
  /// times by the line, for some hundred roundings that add up at random.
  @Test func ourOwnRoundingIsATenthOfATrillionthOfABeamSize() throws {
    let htu: Contents = try fixture("htu-beamline.json")
    let beamline = try htu.beamline()
    var bunch = try htu.bunch(Double.self)
    let start = bunch.reference
    let exact = try (0..<bunch.count).map { try Self.exactImage(of: bunch[$0], beamline, start) }
    try Tracker(beamline).track(&bunch)
    for deviation in htu.deviations(of: bunch, from: exact) { #expect(deviation <= 1e-13) }
  }

  /// 2⁻²⁴ = 6e-8 magnified in the same way: 1e-4 of the rms.
  @Test func singlePrecisionIsGoodForATenThousandthOfABeamSize() throws {
    let htu: Contents = try fixture("htu-beamline.json")
    let beamline = try htu.beamline()
    var single = try htu.bunch(Float.self)
    var double = try htu.bunch(Double.self)
    #expect(try Tracker(beamline).track(&single).isEmpty)
    try Tracker(beamline).track(&double)
    let expected = (0..<double.count).map { double[$0] }
    for deviation in htu.deviations(of: single, from: expected) { #expect(deviation <= 1e-4) }
  }

  /// Position along the line [m], γ and the number of elements as ImpactX's example states them.
  @Test func theReferenceParticlePassesTheWholeLine() throws {
    let htu: Contents = try fixture("htu-beamline.json")
    let beamline = try htu.beamline()
    #expect(beamline.count == 138)
    #expect((beamline.length - 9.6975805).magnitude <= 1e-14)
    var bunch = try htu.bunch(Double.self)
    try Tracker(beamline).track(&bunch)
    #expect((bunch.reference.s - beamline.length).magnitude <= 1e-14)
    #expect((bunch.reference.gamma / 195.69511809235428 - 1).magnitude <= 1e-15)
  }

  /// The image in 32 digits, rounded.
  static func exactImage(
    of z: PhaseSpace<Double>, _ beamline: Beamline, _ start: ReferenceParticle<Double>
  ) throws -> PhaseSpace<Double> {
    var reference = ReferenceParticle<DoubleDouble>(
      species: start.species, kineticEnergyOverMass: DoubleDouble(start.kineticEnergyOverMass))
    var z = z.map { DoubleDouble($0) }
    func pass<E: Element>(_ element: E) -> Bool {
      element.advance(&reference, over: Slice(), Lifted(element))
      let map: TransferMap<DoubleDouble> = element.map(Lifted(element), Slice(), reference)
      return map(&z)
    }
    for place in 0..<beamline.count {
      let isInside = pass(beamline[place: place].element)
      #expect(isInside)
    }
    return z.map { Double($0) }
  }
}
