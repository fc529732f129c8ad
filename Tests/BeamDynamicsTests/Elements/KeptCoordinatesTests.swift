import BeamDynamics
import BeamSamples
import Testing

/// What motions say that they leave as it is: moments are not summed again of what is kept.
@Suite struct KeptCoordinatesTests {
  @Test(arguments: catalogKinds)
  func whatIsKeptIsKeptBitByBit(_ name: String) throws {
    func check<E: Element>(_: E.Type) {
      for element in ElementSamples<E>().all {
        for beam in TestBeam.allCases { checkKernel(of: element, beam) }
      }
    }
    check(try kind(name))
  }

  private func checkKernel<E: Element>(of element: E, _ beam: TestBeam) {
    let kernel = element.kernelInDouble(Slice(), beam.reference())
    let points = beam.points
    var bunch = Bunch<Double>(count: points.count, reference: beam.reference())
    for (i, z) in points.enumerated() { bunch[i] = z }
    bunch.withBlocks { particles in
      var tile = Tile<Double>(
        base: particles.address(ofTile: 0), count: points.count, firstParticle: 0)
      kernel(&tile)
    }
    let kept: [Coordinate] =
      switch kernel.kept {
      case .none: []
      case .energy: [.pt]
      case .momenta: [.px, .py, .pt]
      case .all: Coordinate.allCases
      }
    for (i, z) in points.enumerated() where bunch.isAlive(i) {
      for c in kept {
        #expect(
          bunch[i][c.rawValue].bitPattern == z[c.rawValue].bitPattern,
          "\(c) of \(element) from \(z)")
      }
    }
  }

  @Test func driftsKeepMomentaAndMagnetsTheEnergy() {
    func kept(_ element: some Element) -> KeptCoordinates {
      element.kernelInDouble(Slice(), TestBeam.electrons.reference()).kept
    }
    #expect(kept(Drift(length: 1, model: .exact)) == .momenta)
    #expect(kept(Drift(length: 1, model: .chromatic)) == .momenta)
    #expect(kept(Quadrupole(length: 1, k1: 2, model: .chromatic)) == .energy)
    #expect(kept(Bend(length: 1, angle: 0.1, model: .exact)) == .energy)
    #expect(kept(ShortRFCavity(voltage: 1e6, frequency: 1e9)) == .none)
  }
}
