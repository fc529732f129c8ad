import Testing

@testable import Documents

@Suite struct NearestNameTests {
  private let names = ["length", "k1", "tilt", "model", "slices", "kinetic_energy"]

  @Test(arguments: [
    ("lenght", "length"), ("LENGTH", "length"), ("lengt", "length"), ("lengthh", "length"),
    ("K1", "k1"), ("titl", "tilt"), ("modle", "model"), ("kinetic_enrgy", "kinetic_energy"),
    ("kineticenergy", "kinetic_energy"), ("slcies", "slices"),
  ])
  func aSlipOfThePenFindsItsName(slip: String, name: String) {
    #expect(nearestName(to: slip, among: names) == name)
  }

  @Test(arguments: ["k2", "x", "", "aperture", "hgtnel", "energy"])
  func whatIsFarFindsNothing(name: String) {
    #expect(nearestName(to: name, among: names) == nil)
  }

  @Test func amongSeveralTheNearestIsTaken() {
    #expect(nearestName(to: "sigma_xx", among: ["sigma_pt", "sigma_yx", "sigma_x"]) == "sigma_yx")
    #expect(nearestName(to: "beta_z", among: ["beta_x", "beta_y"]) == "beta_x")
  }

  @Test func thereIsNoNameAmongNone() {
    #expect(nearestName(to: "x1", among: []) == nil)
  }

  @Test func absurdLengthsCostLittle() {
    // Comparing two words of 10⁶ letters in full would take 10¹² steps.
    let long = String(repeating: "ab", count: 500_000)
    #expect(nearestName(to: long, among: [long, "k1"]) == nil)
    #expect(nearestName(to: "length", among: [long, "length1"]) == "length1")
  }
}
