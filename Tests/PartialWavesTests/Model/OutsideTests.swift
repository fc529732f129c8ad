import DataFiles
import Documents
import Foundation
import Optimization
import PartialWaves
import Support
import Testing

@Suite("What lies outside of a model is refused or told") struct OutsideTests {
  /// D⁰ → K⁻π⁺π⁰ through one scalar.
  private static func text(
    data: String = #"{"toy": 200, "seed": 1}"#,
    integration: String = #"{"phase_space": 2000, "seed": 2}"#,
    coupling: String = #"{"re": 1, "im": 0}"#, more: String = "", top: String = ""
  ) -> String {
    """
    {"parent": {"name": "D0"}, "channels": {"c": {"formalism": "isobar",
      "final_state": ["K-", "pi+", "pi0"], "data": \(data), "integration": \(integration), \(more)
      "resonances": {"k": {"spin": 0, "pair": [1, 2], "lineshape": "breit-wigner",
        "mass": {"value": 0.9}, "width": {"value": 0.1}, "coupling": \(coupling)}}}}\(top)}
    """
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func events(_ count: Int = 200, in file: ModelFile? = nil) throws -> EventTable {
    let file = try file ?? SmallModel.read(Self.text())
    return try file.phaseSpace(file.channels[0], events: count, seed: 7, workers: .one)
  }

  // MARK: Events

  @Test func dataOutsideAWindowThatIntegralsKeepToAreRefused() throws {
    let folder = try ModelFolder(
      Self.text(data: "\"d.npy\"", more: #""windows": {"1 2": [0.8, 1.0]},"#))
    try events().write(to: folder.files.file("d.npy"))
    let message = message { _ = try folder.load() }
    for part in ["d.npy", "of 200 events", "outside the window of particles 1 and 2", "event "] {
      #expect(message.contains(part), "\(message)")
    }
    // Those of a sideband, with negative weights, lie there by their nature: it is told.
    let table = try events()
    let weights = (0..<200).map { event -> Double in
      let mass = table.squaredMass(of: [0, 1], event: event).squareRoot()
      return mass < 0.8 || mass > 1 ? -0.1 : 2
    }
    try folder.files.write("weight\n" + weights.map { "\($0)\n" }.joined(), to: "w.csv")
    try folder.files.write(
      Self.text(
        data: "\"d.npy\"", more: #""weights": "w.csv", "windows": {"1 2": [0.8, 1.0]},"#),
      to: "model.json")
    #expect(try folder.load().notes.contains { $0.contains("outside the window") })
    // Integration events of a file do not keep to windows; then it is only told.
    try folder.files.write(
      Self.text(
        data: "\"d.npy\"", integration: "\"d.npy\"", more: #""windows": {"1 2": [0.8, 1.0]},"#),
      to: "model.json")
    #expect(try folder.load().notes.contains { $0.contains("outside the window") })
    // Within the window, up to the rounding of single precision, nothing is said of it.
    let inside = try SmallModel.read(Self.text(more: #""windows": {"1 2": [0.8, 1.0]},"#))
    try events(in: inside).write(to: folder.files.file("d.npy"))
    #expect(try !folder.load().notes.contains { $0.contains("outside the window") })
  }

  @Test(arguments: [[1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0]])
  func particlesInAnotherOrderAreNamed(_ order: [Int]) throws {
    let folder = try ModelFolder(Self.text(data: "\"d.npy\""))
    let table = try events(50)
    let columns = order.flatMap { p in
      (0..<4).flatMap { c in (0..<50).map { table[p, c, $0] } }
    }
    try EventTable(count: 50, particleCount: 3, components: columns).write(
      to: folder.files.file("d.npy"))
    let message = message { _ = try folder.load() }
    #expect(message.contains("another order"), "\(message)")
    for (place, name) in ["K-", "pi+", "pi0"].enumerated() where order[place] != place {
      let found = order.firstIndex(of: place) ?? 0
      #expect(message.contains("p\(found + 1) is \"\(name)\""), "\(message)")
    }
  }

  @Test func aMassThatIsNobodysIsTold() throws {
    let folder = try ModelFolder(Self.text(data: "\"d.npy\""))
    var components = try events(50).components
    // Energies of the first particle as if it were heavier.
    for event in 0..<50 { components[3 * 50 + event] += 0.2 }
    try EventTable(count: 50, particleCount: 3, components: components).write(
      to: folder.files.file("d.npy"))
    #expect(try folder.load().notes.contains { $0.contains("mass of p1") && $0.contains("K-") })
  }

  @Test func furtherParticlesInAFileAreNotPassedOver() throws {
    let folder = try ModelFolder(Self.text(data: "\"d.csv\""))
    try events(3).write(to: folder.files.file("d.csv"))
    var lines = try folder.files.text("d.csv").split(separator: "\n").map(String.init)
    lines[0] += ",p4_px,p4_py,p4_pz,p4_E"
    for i in 1..<lines.count { lines[i] += ",0,0,0.1,0.2" }
    try folder.files.write(lines.joined(separator: "\n") + "\n", to: "d.csv")
    #expect(message { _ = try folder.load() }.contains("\"p4\""))
    // Other columns may be there.
    try folder.files.write(
      lines.joined(separator: "\n").replacing("p4_", with: "photon_") + "\n", to: "d.csv")
    _ = try folder.load()
  }

  @Test func identicalParticlesThatAreNotSymmetrisedAreTold() throws {
    func warnings(_ symmetrize: String) throws -> [Diagnostic] {
      try SmallModel.read(
        SmallModel.isobars(
          finalState: #"["K-", "pi+", "pi+"]"#, parent: "D+", more: symmetrize)
      ).warnings
    }
    #expect(try warnings("").contains { $0.message.contains("\"pi+\" occurs twice") })
    #expect(try warnings("\"symmetrize\": true,").isEmpty)
    #expect(try warnings("\"symmetrize\": false,").isEmpty)
    // A φ that is known by its window or as spectator tells which kaons are its own.
    #expect(try SmallModel.read().warnings.isEmpty)
  }

  // MARK: Integrals

  @Test(arguments: [-3.0, 0])
  func anIntegralThatIsNotPositiveIsAFailure(_ weight: Double) throws {
    let folder = try ModelFolder(
      Self.text(integration: "\"m.npy\"", more: "\"integration_weights\": \"w.csv\","))
    let table = try events(400)
    try table.write(to: folder.files.file("m.npy"))
    // In the peak −3 or nothing, elsewhere as much as makes the sum of weights positive.
    let isPeak = (0..<400).map {
      (table.squaredMass(of: [0, 1], event: $0).squareRoot() - 0.9).magnitude < 0.2
    }
    let weights = isPeak.map { $0 ? weight : 1e-9 + (weight < 0 ? 5 : 0) }
    try folder.files.write(
      "weight\n" + weights.map { "\($0)\n" }.joined(), to: "w.csv")
    let model = try folder.load()
    let start = model.file.parameters.start
    guard weight < 0 else {
      // Nothing is negative: the integral is small, and right.
      #expect(try model.likelihood.value(at: start).isFinite)
      return
    }
    for evaluate: (Likelihood) throws -> Void in [
      { _ = try $0.value(at: start) }, { _ = try $0.valueAndGradient(at: start) },
      { _ = try $0.hessianVectorProduct(at: start, direction: start) },
    ] {
      let message = message { try evaluate(model.likelihood) }
      #expect(message.contains("integral of the intensity over the integration events"))
    }
    var attempts: [FitAttempt] = []
    let failure = message { try ModelFit(model).run(&attempts) }
    #expect(failure.contains("integral") && !failure.contains("vanishes"), "\(failure)")
  }

  @Test func anOverflowIsNotCalledVanishing() throws {
    let text = Self.text(coupling: #"{"re": 1e200, "im": 0}"#)
    let message = message { _ = try ModelFolder(text).load() }
    #expect(message.contains("inf") && !message.contains("vanishes"), "\(message)")
  }

  // MARK: References

  /// Couplings of two resonances, what is free, and the word for what nothing fixes.
  static let references: [(String, String, String?)] = [
    (#"{"re": {"value": 1}, "im": {"value": 0}}"#, "", "scale and the phase"),
    (#"{"re": 1, "im": 0}"#, "", nil),
    // A sign is no continuous freedom.
    (#"{"re": {"value": 1}, "im": 0}"#, "", "scale that"),
    // One line of scale and phase together keeps the imaginary part.
    (#"{"re": {"value": 1}, "im": 1}"#, "", "phase that"),
    (#"{"re": 0, "im": 0}"#, "", "scale and the phase"),
    (#"{"magnitude": 1, "phase": {"value": 0.3}}"#, "", "phase that"),
    (#"{"magnitude": {"value": 1}, "phase": 0.3}"#, "", "scale that"),
    (#"{"magnitude": {"value": 1}, "phase": {"value": 0.3}}"#, "", "scale and the phase"),
    (#"{"re": {"value": 1, "pull": [1, 1]}, "im": {"value": 0, "pull": [0, 1]}}"#, "", nil),
    // A background of known strength fixes the scale, and one of free strength does not.
    (
      #"{"re": {"value": 1}, "im": {"value": 0}}"#,
      #""background": {"data": "b.csv", "integration": "b.csv", "strength": 1},"#, "phase that"
    ),
    (
      #"{"re": {"value": 1}, "im": {"value": 0}}"#,
      #""background": {"data": "b.csv", "integration": "b.csv", "strength": {"value": 1}},"#,
      "scale and the phase"
    ),
  ]

  @Test(arguments: references)
  func aModelWithoutReferenceIsRefused(
    _ coupling: String, _ more: String, _ word: String?
  ) throws {
    let other = """
      , "o": {"spin": 0, "pair": [1, 2], "lineshape": "constant",
        "coupling": {"re": {"value": 0.4}, "im": {"value": 0.2}}}
      """
    let data = more.isEmpty ? #"{"toy": 200, "seed": 1}"# : "\"d.npy\""
    let text = Self.text(data: data, coupling: coupling + "}" + other, more: more)
      .replacing("}}}}}", with: "}}}}")
    let file = try SmallModel.read(text)
    let message = message { try file.checkReference() }
    if let word {
      #expect(message.contains("channel \"c\": nothing fixes the \(word)"), "\(message)")
    } else {
      #expect(message.isEmpty)
    }
  }

  /// The second channel's couplings follow the first's: one reference serves both.
  @Test func channelsThatShareCouplingsShareTheReference() throws {
    func file(_ own: String) throws -> ModelFile {
      try SmallModel.read(
        SmallModel.text([
          SmallModel.channel("a", [SmallModel.scalar]),
          SmallModel.channel(
            "b",
            [
              SmallModel.scalar.replacing(
                #"{"re": 1, "im": 0}"#,
                with:
                  #"{"re": {"same_as": "f0_1710.0 1.re@a"}, "im": {"same_as": "f0_1710.0 1.im@a"}}"#
              )
            ]),
        ]).replacing(#""0 1": {"re": 1, "im": 0}"#, with: "\"0 1\": \(own)"))
    }
    try file(#"{"re": 1, "im": 0}"#).checkReference()
    let message = message {
      try file(#"{"re": {"value": 1}, "im": {"value": 0}}"#).checkReference()
    }
    #expect(message.contains("channel \"a\"") || message.contains("channel \"b\""), "\(message)")
  }

  // MARK: Spins

  static let spins: [(String, String, [String])] = [
    ("Lambda_c+", #"["p", "K-", "pi+"]"#, ["Lambda_c+", "spin 1/2", "\"p\""]),
    ("J/psi", #"["pi+", "pi-", "pi0"]"#, ["J/psi", "spin 1,", "isobar"]),
    ("D0", #"["gamma", "pi+", "pi-"]"#, ["gamma", "spin 1"]),
    ("B0", #"["K*0", "pi+", "pi-"]"#, ["K*0"]),
    ("chi_c2", #"["pi+", "pi-", "pi0"]"#, ["chi_c2", "spin 2"]),
  ]

  @Test(arguments: spins)
  func spinsThatWouldBeDroppedAreNamed(
    _ parent: String, _ finalState: String, _ parts: [String]
  ) {
    let message = message {
      _ = try SmallModel.read(SmallModel.isobars(finalState: finalState, parent: parent))
    }
    for part in parts { #expect(message.contains(part), "\(part) in \(message)") }
  }

  @Test func spinsOfCovariantTensorsAreLookedAtToo() throws {
    let spinless = message {
      _ = try SmallModel.read(SmallModel.text().replacing("psi(2S)", with: "eta_c"))
    }
    #expect(spinless.contains("\"eta_c\" has spin 0"))
    let photons = message {
      _ = try SmallModel.read(
        SmallModel.text().replacing(#""K+", "K-"]"#, with: #""gamma", "gamma"]"#))
    }
    #expect(photons.contains("\"gamma\" has spin 1"))
    _ = try SmallModel.read(SmallModel.text().replacing("psi(2S)", with: "my vector"))
  }

  /// Over the catalog: a lineshape of one angular momentum is refused for every other spin.
  @Test func lineshapesOfOneSpinAreRefusedForOthers() throws {
    var found: [String] = []
    for kind in LineshapeCatalog.standard.kinds {
      guard let only = kind.onlySpin else { continue }
      found.append(kind.name)
      for spin in 0...4 {
        let text = SmallModel.isobars().replacing(
          #""spin": 0, "pair": [2, 3], "lineshape": "constant""#,
          with: #""spin": \#(spin), "pair": [2, 3], "lineshape": "\#(kind.name)""#)
        let message = message { _ = try SmallModel.read(text) }
        #expect(message.contains("is that of a resonance of spin \(only)") == (spin != only))
      }
    }
    #expect(
      Set(found) == [
        "gounaris-sakurai", "lass", "f2-1270", "sigma-bugg", "flatte", "flatte-published",
        "k-matrix",
      ])
  }

  // MARK: Backgrounds

  @Test func aBackgroundBesideDataThatTheModelDrawsIsRefused() {
    let message = message {
      _ = try SmallModel.read(
        Self.text(
          more: #""background": {"data": "b.csv", "integration": "b.csv", "strength": 1},"#))
    }
    #expect(message.contains("density of the background belongs to events that are given"))
  }

  /// Half of the integration events with m²(12) above 1.2 GeV² are lost. A background that fills phase
  /// space evenly is seen with the density of the efficiency: over it, it is 1 everywhere again.
  @Test func anObservedDensityIsDividedByTheEfficiency() throws {
    let background = #""background": {"data": "b.csv", "integration": "b.csv", "strength": 1"#
    let folder = try ModelFolder(
      Self.text(data: "\"m.npy\"", integration: "\"m.npy\"", more: background + "},"))
    let all = try events(3000)
    func efficiency(_ event: Int) -> Double {
      all.squaredMass(of: [0, 1], event: event) > 1.2 ? 0.2 : 1
    }
    let kept = (0..<3000).filter { efficiency($0) == 1 || $0 % 5 == 0 }
    try all.selecting(kept).write(to: folder.files.file("m.npy"))
    try folder.files.write(
      "density\n" + kept.map { "\(efficiency($0))\n" }.joined(), to: "b.csv")
    let plain = try folder.load()
    #expect(plain.notes.contains { $0.contains("\"over-efficiency\"") })
    #expect(try #require(plain.channels[0].background).data == kept.map(efficiency))
    try folder.files.write(
      Self.text(
        data: "\"m.npy\"", integration: "\"m.npy\"",
        more: background + ", \"density\": \"observed\"},"), to: "model.json")
    let observed = try folder.load()
    #expect(observed.notes.contains { $0.contains("\"observed\"") })
    let density = try #require(observed.channels[0].background)
    func mean(_ isLow: Bool) -> Double {
      let chosen = kept.indices.filter { (efficiency(kept[$0]) == 1) != isLow }
      return chosen.reduce(0) { $0 + density.integration[$1] } / Double(chosen.count)
    }
    // Without the division the ratio is 0.2. Balls of 40 events are known to 16 %, the mean over some
    // hundreds of overlapping ones to a few per cent; next to the step they hold both sides.
    #expect((mean(true) / mean(false) - 1).magnitude < 0.25)
    // Integration events of all phase space have no efficiency.
    try folder.files.write(
      Self.text(
        data: "\"m.npy\"", integration: #"{"phase_space": \#(kept.count), "seed": 2}"#,
        more: background + ", \"density\": \"observed\"},"), to: "model.json")
    #expect(try #require(try folder.load().channels[0].background).data == kept.map(efficiency))
  }
}
