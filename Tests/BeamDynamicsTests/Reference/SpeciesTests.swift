import BeamDynamics
import Testing

@Suite struct SpeciesTests {
  /// Rest energies [MeV] as CODATA 2022 and the PDG print them. 1e-9 is above the rounding of the
  /// printed digits and of the kilogram values, and below any difference between species or
  /// editions.
  @Test(arguments: [
    ("electron", 0.510_998_950_69, -1.0), ("positron", 0.510_998_950_69, 1),
    ("proton", 938.272_089_43, 1), ("antiproton", 938.272_089_43, -1),
    ("muon-", 105.658_375_5, -1), ("muon+", 105.658_375_5, 1),
    ("deuteron", 1875.612_945_00, 1), ("alpha", 3727.379_411_8, 2),
  ])
  func massesAreThosePublished(_ name: String, mass: Double, charge: Double) throws {
    let species = try #require(Species(named: name))
    #expect((species.mass / mass - 1).magnitude <= 1e-9)
    #expect(species.chargeNumber == charge)
    #expect(species.name == name)
  }

  /// The hydrogen atom, 1.007 825 031 898 u (AME 2020) of 931.494 103 72 MeV, and an electron less
  /// its affinity of 0.754 eV; 1e-9 for the masses' own digits.
  @Test func negativeHydrogenIsAHydrogenAtomAndAnElectron() {
    let expected = 1.007_825_031_898 * 931.494_103_72 + 0.510_998_950_69 - 0.754_195e-6
    #expect((Species.negativeHydrogen.mass / expected - 1).magnitude <= 1e-9)
    #expect(Species.negativeHydrogen.chargeNumber == -1)
  }

  @Test func everyNameIsFoundAndNoOther() {
    let names = Species.named.compactMap { $0.name }
    #expect(Set(names).count == Species.named.count)
    for species in Species.named { #expect(Species(named: species.name ?? "") == species) }
    #expect(Species(named: "neutrino") == nil)
    #expect(Species(mass: 11_177.93, chargeNumber: 6).name == nil)
  }
}
