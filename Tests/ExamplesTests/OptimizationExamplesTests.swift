import Foundation
import Support
import Testing

@Suite("Examples of optimization reach what they claim")
struct OptimizationExamplesTests {
  // MARK: fodo-match

  /// Methods by the simulations that they may take, a value with its gradient counted once.
  ///
  /// The paper's are 37 for conjugate gradients and 167 for Nelder and Mead; the latter goes on here
  /// until steps vanish. `newton` takes 9 and `migrad` 14; they may take half as many again.
  static let methods = [
    "levenberg-marquardt": 4, "newton-cg": 7, "l-bfgs": 11, "l-bfgs-b": 11, "bfgs": 13,
    "newton-cg-linesearch": 21, "conjugate-gradient": 20, "nelder-mead": 250, "newton": 14,
    "migrad": 21,
  ]

  /// From the start, where the Hessian has a negative curvature, Newton's steps reach another
  /// minimum, at 0.59: these methods get bounds around the one that is meant.
  private static let bounded = [
    "{\"names\": [\"q1.k1\", \"q2.k1\"], \"scale\": 10}":
      """
    {"name": "q1.k1", "min": -130, "max": -60, "scale": 10},
    {"name": "q2.k1", "min": 60, "max": 130, "scale": 10}
    """
  ]

  /// The minimum was computed by another program, from the model's formulas, to nine digits.
  @Test(arguments: methods.sorted { $0.key < $1.key })
  func everyMethodMatchesTheFODOCellWithSpaceCharge(method: String, limit: Int) throws {
    let optimum = try Optimum(
      "fodo-match/fodo-match.json", method: method,
      replacing: method.hasPrefix("newton") ? Self.bounded : [:])
    #expect(optimum.status == "converged")
    // The gradient ends below 3·10⁻⁷ of 12 in k/(10 m⁻²), where the smaller curvature is 0.35: k is
    // within 10⁻⁴ m⁻² of 103.
    #expect(abs(try optimum.variable("q1.k1") / -103.029367 - 1) < 1e-6)
    #expect(abs(try optimum.variable("q2.k1") / 102.826947 - 1) < 1e-6)
    // A minimum is flat: the value is good to the square of that.
    #expect(abs(optimum.objective / 2.1625e-5 - 1) < 1e-5)
    #expect(optimum.evaluations <= limit, "\(method): \(optimum.evaluations) evaluations")
  }

  // MARK: htu-spot

  @Test(arguments: ["newton-cg", "l-bfgs"])
  func seventyQuadrupolesMakeASmallRoundSpotInTheUndulator(method: String) throws {
    let optimum = try Optimum("htu-spot/htu-spot.json", method: method)
    #expect(optimum.variables.count == 70)
    #expect(optimum.status == "converged")
    #expect(optimum.gradientFraction <= 1e-6)
    let table = try optimum.moments()
    let screens = (1...8).map { table.row(of: "UC_VisaEBeam\($0)") } + [table.rows.count - 1]
    // The objective counts squares in units of 100 µm: all of it in one size is a tenth of that.
    #expect(optimum.objective < 0.01)
    for row in screens {
      let (x, y) = (table.number("sigma_x", row: row), table.number("sigma_y", row: row))
      #expect(abs(x / 100e-6 - 1) < 0.1 && abs(y / 100e-6 - 1) < 0.1, "\(x), \(y)")
    }
    // With the lattice as it stands, chromatic focusing makes 2.8·10⁻⁶ m and 6·10⁻⁷ m of 7.7·10⁻⁹ m.
    #expect(table.number("emittance_x", row: -1) < 1e-7)
    #expect(table.number("emittance_y", row: -1) < 1e-7)
    #expect(abs(table.number("sigma_pt", row: 0) - 0.025) < 1e-3)
  }

  // MARK: girder-errors

  /// The orbit behind a girder is d(exit) − R·d(entrance), where d is its own axis; kicks −x/L − x′ and
  /// x/L, a distance L apart, end it.
  ///
  /// Displacements are exact, and the closed form of first order: angles of 2·10⁻⁴ differ from their
  /// sines and tangents by 4·10⁻⁸, relative.
  @Test func twoKickersCorrectTheErrorsOfAGirder() throws {
    let optimum = try Optimum("girder-errors/girder-errors.json")
    #expect(optimum.status == "converged")
    let errors = try ResultTable(optimum.folder.file("errors.csv"))
    #expect(errors.rows.count == 2)
    let (length, distance) = (1.5, 2.0)
    let table = try optimum.moments()
    for (plane, sign, angle, row) in [("x", 1.0, 1e-4, 0), ("y", -1.0, 2e-4, 1)] {
      let girder = PlaneMatrix([
        .quadrupole(0.3, sign * 1.2), .drift(0.9), .quadrupole(0.3, sign * -1.1),
      ])
      let shift = errors.number("value", row: row)
      #expect(shift != errors.number("nominal", row: row))
      let (before, after) = (shift - angle * length / 2, shift + angle * length / 2)
      let x = after - girder[1, 1] * before - girder[1, 2] * angle
      let slope = angle - girder[2, 1] * before - girder[2, 2] * angle
      let kicks = try ["c1", "c2"].map { try optimum.variable("\($0).kick_\(plane)") }
      #expect(abs(kicks[0] / (-x / distance - slope) - 1) < 1e-6)
      #expect(abs(kicks[1] / (x / distance) - 1) < 1e-6)
      #expect(abs(table.number("mean_\(plane)", row: table.row(of: "c1")) / x - 1) < 1e-6)
      #expect(abs(table.number("mean_\(plane)", row: -1)) < 1e-12)
      #expect(abs(table.number("mean_p\(plane)", row: -1)) < 1e-12)
    }
  }

  // MARK: triplet

  @Test func aTripletFocusesARoundBeamToARoundWaist() throws {
    let optimum = try Optimum("triplet/triplet.json")
    #expect(optimum.status == "converged")
    let k = try ["q1.k1", "q2.k1", "q3.k1"].map(optimum.variable)
    let waist = try optimum.variable("to_waist.length")
    let table = try optimum.moments()
    for (plane, sign) in [("x", 1.0), ("y", -1.0)] {
      let map = PlaneMatrix([
        .quadrupole(0.1, sign * k[0]), .drift(0.15), .quadrupole(0.2, sign * k[1]),
        .drift(0.15), .quadrupole(0.1, sign * k[2]), .drift(waist),
      ])
      let focus = map.transport(
        beta: table.number("beta_\(plane)", row: 0), alpha: table.number("alpha_\(plane)", row: 0))
      // A gradient of 10⁻¹⁰ of 4 10³ in scaled variables, over residuals' derivatives of order 10,
      // leaves residuals below 10⁻⁷.
      #expect(abs(focus.beta / 0.2 - 1) < 1e-7)
      #expect(abs(focus.alpha) < 1e-7)
      // Ten metres to a fifth of a metre: √50, and the sample's β to 10⁻³.
      let demagnification =
        table.number("sigma_\(plane)", row: 0) / table.number("sigma_\(plane)", row: -1)
      #expect(abs(demagnification / 50.0.squareRoot() - 1) < 1e-3)
    }
    // Round as far as the sample's emittances are alike.
    #expect(
      abs(table.number("sigma_x", row: -1) / table.number("sigma_y", row: -1) - 1) < 1e-3)
  }

  @Test(arguments: ["triplet/triplet.json", "achromatic-bend/achromatic-bend.json"])
  func gradientsOfExamplesAgreeWithDifferences(path: String) throws {
    let folder = try TemporaryFolder()
    let result = try Tool.run(
      ["gradient", "Examples/" + path, "--check", "--output", folder.path])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("agrees") && !result.output.contains("DISAGREES"))
  }

  // MARK: achromatic-bend

  @Test func twoBendsWithQuadrupolesBetweenThemAreAchromatic() throws {
    let optimum = try Optimum("achromatic-bend/achromatic-bend.json")
    #expect(optimum.status == "converged")
    let (kf, kd) = (try optimum.variable("constants.kf"), try optimum.variable("constants.kd"))
    let angle = Double.pi / 12
    let half: [PlaneMatrix] = [
      .bend(1, angle: angle), .drift(0.6), .quadrupole(0.3, -kd), .drift(0.6),
      .quadrupole(0.2, kf),
    ]
    let vertical: [PlaneMatrix] = [
      .drift(1), .drift(0.6), .quadrupole(0.3, kd), .drift(0.6), .quadrupole(0.2, -kf),
    ]
    // A gradient of 10⁻¹² of its start leaves less than 10⁻⁸ in all three conditions.
    let horizontal = PlaneMatrix(half + half.reversed())
    #expect(abs(horizontal[1, 3]) < 1e-8)
    #expect(abs(horizontal[2, 3]) < 1e-8)
    #expect(abs(PlaneMatrix(vertical + vertical.reversed())[1, 1]) < 1e-8)

    let table = try optimum.moments()
    let middle = table.row(of: "middle")
    // The tool's dispersion is to −pt, δ = −pt/β0 with 1/β0 − 1 = 5·10⁻⁷.
    let dispersion = PlaneMatrix(half)[1, 3]
    #expect(abs(table.number("dispersion_x", row: middle) / dispersion - 1) < 1e-6)
    #expect(abs(table.number("dispersion_x", row: -1)) < 1e-8)
    #expect(abs(table.number("dispersion_px", row: -1)) < 1e-8)
    // In the middle momentum is seen as size; behind the second bend nothing of it is left. With a
    // spread of 1 % a dispersion of 10⁻⁸ m adds 10⁻²⁰ m² to 4·10⁻⁹ m².
    let start = table.number("emittance_x", row: 0)
    #expect(table.number("emittance_x", row: middle) > 10 * start)
    #expect(abs(table.number("emittance_x", row: -1) / start - 1) < 1e-9)
  }
}
