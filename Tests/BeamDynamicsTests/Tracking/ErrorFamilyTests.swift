import BeamDynamics
import BeamSamples
import Testing

/// Families of random errors of elements.
@Suite struct ErrorFamilyTests {
  /// `count` cells of two quadrupoles, a sector bend and drifts.
  private func line(_ count: Int = 3, with extra: [BeamlineElement] = []) -> Beamline {
    var elements = [
      BeamlineElement("d", Drift(length: 0.5)),
      BeamlineElement("qf", Quadrupole(length: 0.3, k1: 2)),
      BeamlineElement("qd", Quadrupole(length: 0.3, k1: -1.5)),
      BeamlineElement("b", Bend(length: 1, angle: 0.1)),
      BeamlineElement("m", Multipole(length: 0.2, normal: [0, 3])),
    ]
    elements += extra
    let cell = [1, 0, 3, 0, 2, 4, 0] + extra.indices.map { $0 + 5 }
    return Beamline(elements: elements, order: (0..<count).flatMap { _ in cell })
  }

  private func amounts(_ line: Beamline) -> [Double] { line.errors.map(\.amount) }

  private func many(_ distribution: ErrorDistribution, seed: UInt64 = 3) throws -> [Double] {
    try amounts(
      line(20_000).withErrors([
        ErrorFamily("e", of: ["qf"], .parameter("dx"), distribution, seed: seed)
      ]))
  }

  /// Mean, variance and fourth moment of 20,000 draws within five standard deviations of what they
  /// should be: σ/√N, σ²√(2/N), σ⁴√(96/N).
  @Test func gaussianErrorsHaveTheMomentsOfANormalDistribution() throws {
    let draws = try many(.gaussian(2, cut: nil)).map { $0 / 2 }
    let n = Double(draws.count)
    func moment(_ k: Int) -> Double {
      draws.reduce(0) { sum, x in sum + (0..<k).reduce(1.0) { p, _ in p * x } } / n
    }
    #expect(draws.count == 20_000)
    #expect(moment(1).magnitude < 5 / n.squareRoot())
    #expect((moment(2) - 1).magnitude < 5 * (2 / n).squareRoot())
    #expect(moment(3).magnitude < 5 * (15 / n).squareRoot())
    #expect((moment(4) - 3).magnitude < 5 * (96 / n).squareRoot())
    #expect(draws.contains { $0.magnitude > 3.3 })
  }

  /// A normal distribution cut at c has the variance 1 − 2c·φ(c)/(2Φ(c) − 1): 0.7737 for c = 2.
  @Test func aCutIsNeverExceeded() throws {
    let draws = try many(.gaussian(1e-4, cut: 2)).map { $0 / 1e-4 }
    #expect(draws.allSatisfy { $0.magnitude <= 2 })
    #expect(draws.contains { $0 > 1.9 } && draws.contains { $0 < -1.9 })
    let variance = draws.reduce(0) { $0 + $1 * $1 } / Double(draws.count)
    #expect((variance - 0.773_741_3).magnitude < 5 * (2 / 20_000.0).squareRoot())
  }

  @Test func uniformErrorsFillTheirInterval() throws {
    let draws = try many(.uniform(limit: 3))
    #expect(draws.allSatisfy { $0.magnitude < 3 })
    let n = Double(draws.count)
    let variance = draws.reduce(0) { $0 + $1 * $1 } / n
    // A uniform x² has the variance 4/45 of x⁴'s scale.
    #expect((variance / 9 - 1.0 / 3).magnitude < 5 * (4 / 45.0 / n).squareRoot())
    #expect((draws.reduce(0, +) / n).magnitude < 5 * (3 / n).squareRoot())
  }

  /// Counted draws: neighbours in the list, and equal numbers of other seeds, have nothing to do with
  /// each other.
  @Test func drawsAreIndependent() throws {
    let (a, b) = (try many(.gaussian(1, cut: nil)), try many(.gaussian(1, cut: nil), seed: 4))
    let n = Double(a.count)
    #expect((zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / n).magnitude < 5 / n.squareRoot())
    #expect(
      (zip(a, a.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / n).magnitude < 5 / n.squareRoot())
  }

  private let families = [
    ErrorFamily("x", of: ["q*"], .parameter("dx"), .gaussian(1e-4, cut: 3), seed: 7),
    ErrorFamily("y", of: ["q*"], .parameter("dy"), .gaussian(1e-4, cut: 3), seed: 7),
    ErrorFamily(
      "k", of: ["Quadrupole"], .parameter("k1"), .uniform(limit: 1e-3), isRelative: true, seed: 8),
  ]

  /// The first draws, by their bits: the same on every machine and in every version.
  @Test func seedsGiveTheSameMachineEverywhere() throws {
    let first = amounts(try line().withErrors(families))
    #expect(first == amounts(try line().withErrors(families)))
    #expect(Set(first).count == first.count)
    let other = families.map { family in
      var family = family
      family.seed += 1
      return family
    }
    #expect(Set(first).isDisjoint(with: amounts(try line().withErrors(other))))
    #expect(first.prefix(2).map(\.bitPattern) == Self.knownBits)
  }

  private static let knownBits: [UInt64] = [
    4_546_614_403_725_764_469, 13_763_220_047_031_810_408,
  ]

  /// What is added elsewhere, and other families, leave the errors of a place alone.
  @Test func otherElementsAndFamiliesChangeNoDraw() throws {
    func byPlace(_ line: Beamline) -> [String: Double] {
      Dictionary(
        uniqueKeysWithValues: ErrorTable(line).rows.map {
          ("\($0.place).\($0.parameter)", $0.error)
        })
    }
    let before = byPlace(try line().withErrors(families))
    let after = byPlace(
      try line(with: [BeamlineElement("qx", Quadrupole(length: 0.1, k1: 1))])
        .withErrors(
          [ErrorFamily("t", of: ["*"], .parameter("tilt"), .uniform(limit: 1))] + families))
    for (name, error) in before { #expect(after[name] == error, "\(name)") }
    #expect(after["qx#1.dx"] != nil && before["qx#1.dx"] == nil)
  }

  private func image(_ line: Beamline) throws -> [PhaseSpace<Double>] {
    let points = TestBeam.electrons.points
    var bunch = Bunch<Double>(count: points.count, reference: TestBeam.electrons.reference())
    for (i, z) in points.enumerated() { bunch[i] = z }
    try Tracker(line).track(&bunch)
    return points.indices.map { bunch[$0] }
  }

  /// A line whose elements have the numbers of the error table by design is the same machine, bit for
  /// bit.
  @Test func theTableOfErrorsIsTheMachine() throws {
    let erroneous = try line(2).withErrors(
      families + [
        ErrorFamily(
          "m", of: ["m"],
          .multipoles(
            MultipoleErrors(
              normal: [0, 0, 1e-3], skew: [1e-4], of: .init(radius: 0.02, order: 1))),
          .gaussian(1, cut: 3))
      ])
    let table = ErrorTable(erroneous)
    #expect(table.rows.count == 3 * 4 + 2 * 2)
    let design = line(2)
    var items = (0..<design.count).map { place in
      var item = design[place: place]
      item.name = design.placeNames[place]
      return item
    }
    for row in table.rows {
      let place = try design.place(named: row.place)
      var single = Beamline(items)
      if row.parameter.hasPrefix("normal"), var m = items[place].element as? Multipole {
        m.normal += [Double](repeating: 0, count: max(0, 3 - m.normal.count))
        m.normal[2] = row.value
        items[place].element = m
      } else if row.parameter == "skew[0]", var m = items[place].element as? Multipole {
        m.skew = [row.value]
        items[place].element = m
      } else {
        single[try single.parameter(named: "\(row.place).\(row.parameter)")] = row.value
        items[place] = single[place: place]
      }
      #expect((row.nominal + row.error - row.value).magnitude <= 4e-16 * row.value.magnitude)
    }
    let (a, b) = (try image(erroneous), try image(Beamline(items)))
    for (p, q) in zip(a, b) { #expect(p == q) }
    #expect(a[0].x != (try image(design))[0].x)
  }

  /// Relative errors follow the design's number, absolute ones do not; both add up.
  @Test func relativeErrorsFollowTheDesign() throws {
    var erroneous = try line(1).withErrors([
      ErrorFamily("r", of: ["qf"], .parameter("k1"), .fixed(0.01), isRelative: true),
      ErrorFamily("a", of: ["qf"], .parameter("k1"), .fixed(0.5)),
    ])
    #expect(ErrorTable(erroneous).rows.map(\.value) == [2 + 2 * 0.01 + 0.5, 2 + 2 * 0.01 + 0.5])
    #expect(ErrorTable(erroneous).rows.map(\.error) == [0.02, 0.5])
    erroneous[try erroneous.parameter(named: "qf.k1")] = 4
    #expect(ErrorTable(erroneous).rows.map(\.value) == [4 + 4 * 0.01 + 0.5, 4 + 4 * 0.01 + 0.5])
    #expect(erroneous[try erroneous.parameter(named: "qf.k1")] == 4)
    #expect(erroneous.withoutErrors.errors.isEmpty)
  }

  /// ΔKₙ = bₙ·K_N·(n!/N!)·R^(N − n), for a quadrupole, whose field at R is K₁R, and for a bend, whose
  /// curvature is K₀.
  @Test func multipoleErrorsAreFieldsAtTheReferenceRadius() throws {
    let radius = 0.02
    let quadrupole = try line(1).withErrors([
      ErrorFamily(
        "m", of: ["m"],
        .multipoles(
          MultipoleErrors(
            normal: [1e-4, 2e-4, 3e-4], skew: [0, 0, 0, 4e-4], of: .init(radius: radius, order: 1))),
        .fixed(1))
    ])
    let rows = ErrorTable(quadrupole).rows
    let k1 = 3.0
    let expected = [
      ("normal[0]", 1e-4 * k1 * radius), ("normal[1]", 2e-4 * k1),
      ("normal[2]", 3e-4 * k1 * 2 / radius), ("skew[3]", 4e-4 * k1 * 6 / (radius * radius)),
    ]
    #expect(rows.map(\.parameter) == expected.map(\.0))
    for (row, value) in zip(rows, expected) {
      #expect((row.error / value.1 - 1).magnitude < 1e-15)
    }
    // The fields at R: of the multipole n, Kₙ·Rⁿ/n!.
    #expect((rows[2].error * radius * radius / 2 / (k1 * radius) - 3e-4).magnitude < 1e-18)
    let bend = ErrorTable(
      try line(1).withErrors([
        ErrorFamily(
          "b", of: ["b"],
          .multipoles(MultipoleErrors(normal: [0, 0, 5e-4], of: .init(radius: radius, order: 0))),
          .fixed(2))
      ])
    ).rows
    #expect(bend.map(\.parameter) == ["normal[2]"])
    #expect((bend[0].error / (2 * 5e-4 * 0.1 * 2 / (radius * radius)) - 1).magnitude < 1e-15)
    let absolute = ErrorTable(
      try line(1).withErrors([
        ErrorFamily(
          "m", of: ["m"], .multipoles(MultipoleErrors(skew: [0, 0.25])), .fixed(1))
      ])
    ).rows
    #expect(absolute.map(\.value) == [0.25] && absolute[0].parameter == "skew[1]")
  }

  /// Names, patterns, places and kinds.
  @Test(arguments: [
    (["qf"], 2), (["q?"], 4), (["q[a-d]"], 2), (["q[!f]"], 2), (["*"], 14), (["Quadrupole"], 4),
    (["qf#2"], 1), (["qf", "q*"], 4), (["*#2"], 5), (["m", "Bend"], 4),
  ])
  func patternsNamePlaces(_ patterns: [String], _ count: Int) throws {
    let line = try line(2).withErrors([
      ErrorFamily("e", of: patterns, .parameter("dx"), .fixed(1e-3))
    ])
    #expect(line.errors.count == count)
  }

  @Test(arguments: [
    (["qx"], "k1", "\"qx\" is no name, no pattern of names and no kind"),
    (["Quadrupol"], "k1", "did you mean \"Quadrupole\"?"),
    (["d"], "k1", "Drift has no parameter \"k1\""),
    (["qf"], "k2", "Quadrupole has no parameter \"k2\""),
    (["d*"], "k1", "Drift has no parameter \"k1\""),
    (["m"], "normal[7]", "name one of them"), (["m"], "steps", "it is a whole number"),
    (["b"], "radius", "the element is described by \"angle\""),
    (["qf"], "length", "Quadrupole \"qf#1\" with its errors: \"length\" becomes -9.7"),
  ])
  func errorsThatNothingCanHaveAreRefused(
    _ patterns: [String], _ parameter: String, _ expected: String
  ) {
    do {
      _ = try line().withErrors([
        ErrorFamily("f", of: patterns, .parameter(parameter), .fixed(-10))
      ])
      Issue.record("\(patterns) have errors of \(parameter)")
    } catch {
      #expect("\(error)".hasPrefix("errors \"f\": "))
      #expect("\(error)".contains(expected), "\(error)")
    }
  }

  @Test func multipolesOfWhatHasNoneAreRefused() {
    func reason(_ element: any Element, order: Int) -> String {
      do {
        _ = try Beamline([BeamlineElement("e", element)]).withErrors([
          ErrorFamily(
            "f", of: ["e"],
            .multipoles(MultipoleErrors(normal: [0, 1e-4], of: .init(radius: 1, order: order))),
            .fixed(1))
        ])
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      reason(Quadrupole(length: 1, k1: 1), order: 1).contains("Quadrupole takes no multipoles"))
    #expect(reason(Multipole(length: 1, normal: [0, 1]), order: 2).contains("it is 0"))
    #expect(
      reason(Bend(length: 1, .field(0.1)), order: 0).contains("described by its angle or radius"))
    #expect(reason(Multipole(length: 1, normal: [0, 1]), order: 1).isEmpty)
  }
}
