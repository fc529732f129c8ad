import Foundation
import Support
import Testing

private let electronMass = 0.510_998_950_69  // MeV

/// Examples of linear optics, against closed forms.
@Suite struct OpticsExamplesTests {
  /// The path through the chicane in closed form, and the sample that it compresses: ⟨t²⟩ + 2R₅₆⟨t pt⟩ +
  /// R₅₆²⟨pt²⟩, which loses two digits of fifteen.
  @Test func theChicaneCompressesTenTimes() throws {
    let run = try ExampleRun("chicane")
    let table = try run.table("moments.csv")
    let theta = 2.77 * Double.pi / 180
    let rho = 0.5 / sin(theta)
    let gamma = 1 + 5000 / electronMass
    let slope = 4 * rho * (theta - tan(theta)) - 2 * 5 * tan(theta) * tan(theta) / cos(theta)
    let path = 4 * rho * theta + 2 * 5 / cos(theta) + 1
    let r56 = (path / (gamma * gamma) - slope) / (1 - 1 / (gamma * gamma))
    #expect(abs(r56 - 0.025) < 3e-4)
    let sigma = try run.table("covariance.csv")
    let start = ["t_t", "t_pt", "pt_pt"].map { sigma.number($0, row: 0) }
    let expected = (start[0] + 2 * r56 * start[1] + r56 * r56 * start[2]).squareRoot()
    #expect(abs(table.number("sigma_t", row: -1) / expected - 1) < 1e-10)
    // Of the beam itself: |1 + hR₅₆| = 0.1; a quiet sample has h to 10⁻⁴, of which 0.1 sees nine times.
    let ratio = table.number("sigma_t", row: -1) / table.number("sigma_t", row: 0)
    #expect(abs(ratio - abs(1 - 36 * r56)) < 1e-3)
    // The dispersion in the middle is the derivative of the place of the particles there; none is left
    // at the end. The sample begins with a correlation of x and pt of 10⁻⁶ m.
    let middle = table.row(of: "middle")
    let beta = (1 - 1 / (gamma * gamma)).squareRoot()
    let place = 2 * rho * (1 - 1 / cos(theta)) - 5 * tan(theta) / (cos(theta) * cos(theta))
    #expect(abs(table.number("dispersion_x", row: middle) - place / beta) < 1e-5)
    #expect(abs(table.number("dispersion_x", row: -1)) < 1e-5)
    for column in ["emittance_x", "emittance_y"] {
      #expect(abs(table.number(column, row: -1) / table.number(column, row: 0) - 1) < 1e-9)
    }
    // There the energy spread makes nearly all of the width: the rest is 64 µm of 1.9 mm, squared.
    let width = abs(place) / beta * table.number("sigma_pt", row: middle)
    #expect(abs(table.number("sigma_x", row: middle) / width - 1) < 1e-3)
  }

  @Test func theDoglegMovesTheBeamAside() throws {
    let run = try ExampleRun("dogleg")
    let table = try run.table("moments.csv")
    let (theta, rho) = (0.2, 2.5)
    let gamma = 1 + 20 / electronMass
    let beta = (1 - 1 / (gamma * gamma)).squareRoot()
    let slope = 2 * rho * (1 - 1 / cos(theta)) - 2 * tan(theta) / (cos(theta) * cos(theta))
    // An envelope has no sampling error: roundings of a few products.
    #expect(abs(table.number("dispersion_x", row: -1) + slope / beta) < 1e-12)
    #expect(abs(table.number("dispersion_px", row: -1)) < 1e-13)
    // The design orbit: aside towards −x, and parallel again.
    let reference = try run.table("reference.csv")
    let aside = 2 * rho * (1 - cos(theta)) + 2 * tan(theta)
    #expect(abs(reference.number("x", row: -1) + aside) < 1e-14)
    #expect(abs(reference.number("z", row: -1) - (2 * rho * sin(theta) + 2)) < 1e-14)
    #expect(abs(reference.number("px", row: -1)) < 1e-14 * reference.number("pz", row: -1))
  }

  @Test func aRoundBeamRepeatsItselfInASolenoidChannel() throws {
    let table = try ExampleRun("solenoid-channel").table("moments.csv")
    let (k, length, gap) = (2.0, 0.2, 0.6)
    let phi = k * length
    let c = cos(phi) - k * gap / 2 * sin(phi)
    let mu = acos(c)
    let beta = (sin(phi) / k + gap * cos(phi) - k * gap * gap / 4 * sin(phi)) / sin(mu)
    for cell in 0...12 {
      let row = 3 * cell
      // Some roundings per cell.
      #expect(abs(table.number("sigma_x", row: row) / (beta * 1e-7).squareRoot() - 1) < 1e-12)
      #expect(abs(table.number("sigma_y", row: row) / (beta * 1e-7).squareRoot() - 1) < 1e-12)
      let distance = 1e-3 * cos(Double(cell) * mu)
      // A positive field turns the beam clockwise, from x towards −y.
      let turn = Double(cell) * phi
      #expect(abs(table.number("mean_x", row: row) - distance * cos(turn)) < 1e-15)
      #expect(abs(table.number("mean_y", row: row) + distance * sin(turn)) < 1e-15)
    }
  }

  @Test func threeSkewQuadrupolesMakeARoundBeamFlat() throws {
    let table = try ExampleRun("flat-beam", "optimize").table("moments.csv")
    let (e, turning) = (1e-6, 4e-6)
    let root = (e * e + turning * turning).squareRoot()
    let (large, small) = (root + turning, root - turning)
    // No lens changes them: sums of squares, of which the small one is what 16 digits leave of 66 times
    // the difference.
    for row in [0, -1] {
      let found = (1...3).map { table.number("eigenemittance_\($0)", row: row) }.sorted()
      // The plane of time has 10⁻⁷ m.
      #expect(abs(found[2] / large - 1) < 1e-10 && abs(found[1] / small - 1) < 1e-10)
    }
    for column in ["emittance_x", "emittance_y"] {
      #expect(abs(table.number(column, row: 0) / root - 1) < 1e-12)
    }
    // At the minimum the emittance has an error of second order in what the strengths still lack.
    #expect(abs(table.number("emittance_x", row: -1) / large - 1) < 1e-6)
    #expect(abs(table.number("emittance_y", row: -1) / small - 1) < 1e-6)
  }

  /// The natural focusing in closed form, and the delay of one wavelength per period.
  @Test func undulatorsKeepAMatchedBeam() throws {
    let run = try ExampleRun("undulator-matching")
    let table = try run.table("moments.csv")
    let gamma = 1 + 100 / electronMass
    let momentum = (gamma * gamma - 1).squareRoot()
    let wave = 2 * Double.pi / 0.03
    let beta = momentum / (1.5 / 2.0.squareRoot() * wave)
    let planar = table.rows.count - 20
    for row in 0..<table.rows.count {
      // The mass of the electron above has eleven digits.
      #expect(abs(table.number("beta_y", row: row) / beta - 1) < 1e-11)
      if row < planar { #expect(abs(table.number("beta_x", row: row) / beta - 1) < 1e-11) }
    }
    // As in free space, over the wavy path L/√(1 − a₀²/(βγ)²).
    let path = 3 / (1 - 1.125 / (momentum * momentum)).squareRoot()
    let spread = beta + path * path / beta
    #expect(abs(table.number("beta_x", row: -1) / spread - 1) < 1e-11)
    let times = try run.table("reference.csv").numbers("t")
    for (a0, first) in [(1.5 * 1.5, 0), (1.5 * 1.5 / 2, 20)] {
      let wavelength = 0.03 * (1 + a0) / (2 * gamma * gamma)
      let slip = times[first + 20] - times[first] - 3
      // The next order is 3(1 + a₀²)/(4γ²), below 10⁻⁴; three metres have 10⁻¹⁵ m of rounding.
      #expect(abs(slip / (100 * wavelength) - 1) < 1e-4)
    }
  }

  /// Sizes with the cavity on and off tell the length.
  @Test func theDeflectingCavityMeasuresTheBunchLength() throws {
    let on = try ExampleRun("deflecting-cavity").table("moments.csv")
    let off = try ExampleRun("deflecting-cavity") {
      $0.change("\"voltage\": 1e6", to: "\"voltage\": 0")
    }
    .table("moments.csv")
    let gamma = 1 + 135 / electronMass
    let momentum = electronMass * (gamma * gamma - 1).squareRoot()  // MeV/c
    let k = 2 * Double.pi * 2.856e9 / 299_792_458
    let streak = 1 / momentum * k * 3
    let sizes = (on.number("sigma_x", row: -1), off.number("sigma_x", row: -1))
    let streaked = sizes.0 * sizes.0 - sizes.1 * sizes.1
    let length = 0.6e-3
    let expected = streak * streak / (k * k) * (1 - exp(-2 * k * k * length * length)) / 2
    // A quiet sample of 20,000 has its variances to 10⁻⁴, and no correlation of x and t beyond that.
    #expect(abs(streaked / expected - 1) < 1e-3)
    #expect(abs(streaked.squareRoot() / streak / length - 1) < 2e-3)
    // The beam behind it is ten times as wide as without, and the other plane does not change.
    #expect(sizes.0 > 10 * sizes.1)
    #expect(abs(on.number("sigma_y", row: -1) / off.number("sigma_y", row: -1) - 1) < 1e-12)
  }

  /// The tool compares them with differences, to 10⁻⁶ or their uncertainty.
  @Test(arguments: [
    "chicane", "deflecting-cavity", "dogleg", "flat-beam", "iota-lattice", "iota-lens",
    "solenoid-channel", "undulator-matching",
  ])
  func gradientsOfExamplesAgreeWithDifferences(_ name: String) throws {
    let run = try ExampleRun(name, "gradient", options: ["--check"]) {
      // Many turns: differences take many runs.
      if name.hasPrefix("iota") { $0.change("\"particles\": 1000", to: "\"particles\": 20") }
    }
    #expect(run.result.output.contains("agree: to 1e-06"), "\(run.result.output)")
  }
}
