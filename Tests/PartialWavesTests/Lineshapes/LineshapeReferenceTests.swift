import AutoDiff
import Foundation
import Testing

@testable import PartialWaves

/// Propagators of another program, see the fixture's own words.
struct LineshapeReferenceTests {
  struct Reference: Decodable {
    struct Propagator: Decodable {
      let name: String
      let lineshape: String
      let parameters: [String: Double]
      let re: [Double]
      let im: [Double]
    }
    let s: [Double]
    let propagators: [Propagator]

    static func load() throws -> Reference {
      let url = try #require(
        Bundle.module.url(
          forResource: "lineshapes-reference", withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }
  }

  /// Both round some ten operations: 1e-14 of the amplitude, and ten times that where m² − s has
  /// lost a digit.
  @Test func publishedFormsReproduceTheReference() throws {
    let reference = try Reference.load()
    #expect(reference.propagators.count == 6)
    for propagator in reference.propagators {
      let kind = try #require(LineshapeCatalog.standard[propagator.lineshape])
      let lineshape = kind.with(
        LineshapeValues(reals: propagator.parameters), of: LineshapeSample.kaons)
      #expect(Set(lineshape.slots.map(\.name)) == Set(propagator.parameters.keys))
      for (i, s) in reference.s.enumerated() {
        let exact = ComplexNumber(propagator.re[i], propagator.im[i])
        let error = (lineshape.amplitude(at: s) - exact).magnitude
        #expect(error <= 1e-13 * exact.magnitude, "\(propagator.name) at s = \(s)")
      }
    }
  }
}
