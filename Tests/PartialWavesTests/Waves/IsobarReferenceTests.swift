import Foundation
import PartialWaves
import Support
import Testing

/// Whole likelihoods with isobars of every spin against tensors that another program wrote out.
struct IsobarReferenceTests {
  private struct Reference: Decodable {
    let nll: [Double]
  }

  /// 26 data events and 200 of integration: 1e-13 of some hundred, which is what both programs sum.
  @Test(arguments: 0...4)
  func isobarsAreThoseOfAnotherProgram(_ spin: Int) throws {
    let folder = try #require(
      Bundle.module.url(forResource: "isobars", withExtension: nil, subdirectory: "Fixtures"))
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: folder.appendingPathComponent("reference.json")))
    let text = """
      {"parent": {"name": "D0"}, "channels": {"c": {
        "formalism": "isobar", "final_state": ["K-", "pi+", "pi0"],
        "data": "\(folder.path)/data.npz", "integration": "\(folder.path)/mc.npz",
        "resonances": {
          "r": {"spin": \(spin), "pair": [1, 3], "lineshape": "breit-wigner", "mass": 1.3, "width": 0.2,
            "coupling": {"re": 1, "im": 0}},
          "c": {"spin": 0, "pair": [1, 2], "lineshape": "constant", "coupling": {"re": 0.4, "im": -0.3}}}}}}
      """
    #expect((try SmallModel.value(text) - reference.nll[spin]).magnitude < 1e-9)
  }
}
