import BeamDynamics

/// An element as it is used, to be measured. A new kind of element adds a line.
///
/// It is weak enough that a hundred of them in a row keep a beam of micrometres together.
struct ElementCase {
  let name: String
  let element: any Element

  init(_ name: String, _ element: any Element) {
    self.name = name
    self.element = element
  }

  static let all: [ElementCase] = [
    ElementCase("Drift", Drift(length: 0.02)),
    ElementCase("Instrument", Instrument(length: 0.02)),
    ElementCase("Placeholder", Placeholder(length: 0.02)),
    ElementCase("Collimator", Collimator(length: 0.02)),
    ElementCase("Quadrupole", Quadrupole(length: 0.02, k1: 10)),
    ElementCase(
      "Quadrupole with fringes", with(Quadrupole(length: 0.02, k1: 10)) { $0.fringe = true }),
    ElementCase("Bend", Bend(length: 0.02, angle: 0.01)),
    ElementCase("Bend with k1", Bend(length: 0.02, angle: 0.01, k1: 1)),
    ElementCase(
      "Bend with exact faces",
      with(Bend(length: 0.02, angle: 0.01)) {
        ($0.e1, $0.e2, $0.gap, $0.edgeModel) = (5e-3, 5e-3, 1e-3, .exact)
      }),
    ElementCase("Bend with k0", with(Bend(length: 0.02, angle: 0.01)) { $0.k0 = 0.5 }),
    ElementCase("Multipole of 4 orders", Multipole(length: 0.02, normal: [0, 1, 2, 3])),
    ElementCase("Sextupole", Sextupole(length: 0.02, k2: 10)),
    ElementCase("Octupole", Octupole(length: 0.02, k3: 10)),
    ElementCase("ThinMultipole of 4 orders", ThinMultipole(normal: [0, 0.01, 0.1, 1])),
    ElementCase("ThinDipole", ThinDipole(angle: 0.01, radius: 2)),
    ElementCase("Kicker", Kicker(kickX: 1e-7, kickY: -1e-7)),
    ElementCase("QuadrupoleEdge", QuadrupoleEdge(k1: 10)),
    ElementCase("DipoleEdge", DipoleEdge(angle: 0.01, radius: 2, gap: 1e-3)),
    ElementCase("MultipoleEdge of 4 orders", MultipoleEdge(normal: [0, 1, 2, 3])),
    ElementCase("Solenoid", Solenoid(length: 0.02, ks: 1)),
    ElementCase(
      "SolenoidEdge", SolenoidEdge(ks: 1, fringeFocusing: 5e-3, fringeAberration: 30)),
    ElementCase("PlasmaLens", PlasmaLens(length: 0.02, k: 10)),
    ElementCase("TaperedPlasmaLens", TaperedPlasmaLens(k: 0.01, taper: 1)),
    ElementCase("NonlinearLens", NonlinearLens(knll: 1e-7, cnll: 5e-3)),
    ElementCase("CrabCavity", CrabCavity(normalizedVoltage: 1e-5, frequency: 4e8, length: 0.02)),
    ElementCase(
      "RFMultipole of 4 orders", RFMultipole(normal: [0, 0.01, 0.1, 1], frequency: 4e8)),
    ElementCase("Undulator", Undulator(length: 0.02, period: 0.02, strength: 1)),
    ElementCase("ElectrostaticSeparator", ElectrostaticSeparator(length: 0.02, ex: 1e3)),
    ElementCase(
      "AcceleratingStructure",
      with(AcceleratingStructure(length: 0.02, normalizedVoltage: 1e-3, frequency: 1e9)) {
        ($0.order, $0.steps) = (2, 1)
      }),
    ElementCase(
      "FieldMap of two fields",
      with(
        FieldMap(
          length: 0.02,
          fields: [
            MappedField(.rf, scale: 1e-3, frequency: 1e9, cosine: [0.5, 0.5]),
            MappedField(.solenoid, scale: 1e-3, cosine: [0.5, 0.5]),
          ])
      ) { ($0.order, $0.steps) = (2, 1) }),
    ElementCase("Wire", Wire(current: 1, length: 0.1, interactionLength: 0.1, x: 0.01, y: 0)),
    ElementCase(
      "BeamBeam, round", BeamBeam(particles: 1e8, charge: 1, sigmaX: 1e-3, sigmaY: 1e-3)),
    ElementCase(
      "BeamBeam, flat", BeamBeam(particles: 1e8, charge: 1, sigmaX: 1e-3, sigmaY: 2e-5)),
    ElementCase("Patch", Patch(dx: 1e-6, yaw: 1e-6)),
    ElementCase("PlaneRotation", PlaneRotation(angle: 0.01)),
    ElementCase("PitchRotation", PitchRotation(angleIn: 1e-3, angleOut: -1e-3)),
    ElementCase("LinearMap", LinearMap()),
    ElementCase("UniformAcceleration", UniformAcceleration(length: 0.02, ez: 0.01, bz: 0.1)),
    ElementCase("Aperture", Aperture(.racetrack(x: 1, y: 0.8, rx: 0.3, ry: 0.2))),
    ElementCase("Aperture, rectangle", Aperture(.rectangle(x: 1, y: 0.8))),
    ElementCase("Aperture, ellipse", Aperture(.ellipse(x: 1, y: 0.8))),
    ElementCase("ConstantFocusing", ConstantFocusing(length: 0.02, kx: 1, ky: 1, kt: 1)),
    ElementCase("Buncher", Buncher(normalizedVoltage: 1e-5, wavenumber: 1)),
    ElementCase("ShortRFCavity", ShortRFCavity(normalizedVoltage: 1e-5, frequency: 1e9)),
    ElementCase(
      "RFCavity",
      with(RFCavity(length: 0.02, scale: 1e-3, frequency: 1e9, cosine: [0.5, 0.5])) {
        $0.steps = 1
      }),
    ElementCase(
      "SoftSolenoid",
      with(SoftSolenoid(length: 0.02, scale: 1e-3, cosine: [0.5, 0.5])) { $0.steps = 1 }),
    ElementCase(
      "SoftQuadrupole",
      with(SoftQuadrupole(length: 0.02, scale: 1, cosine: [0.5, 0.5])) { $0.steps = 1 }),
    ElementCase(
      "Bend with k1 in one step",
      with(Bend(length: 0.02, angle: 0.01, k1: 1)) { ($0.order, $0.steps) = (2, 1) }),
    ElementCase(
      "Multipole of 4 orders in one step",
      with(Multipole(length: 0.02, normal: [0, 1, 2, 3])) { ($0.order, $0.steps) = (2, 1) }),
  ]

  /// The element in each of its models.
  var variants: [ElementCase] { Self.variants(name, element) }

  private static func variants<E: Element>(_ name: String, _ element: E) -> [ElementCase] {
    E.models.map { model in
      var variant = element
      variant.choose(model)
      return ElementCase("\(name), \(model.rawValue)", variant)
    }
  }
}

/// The element with some of its parameters set.
private func with<E: Element>(_ element: E, _ set: (inout E) -> Void) -> E {
  var element = element
  set(&element)
  return element
}
