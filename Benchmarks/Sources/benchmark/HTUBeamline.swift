import BeamDynamics

/// The BELLA HTU beamline: a magnetic triplet behind a plasma accelerator, a chicane, a second
/// triplet, a spectrometer that is off, and the focusing of an undulator.
///
/// From ImpactX 26.06, examples/htu_beamline, without its 15 monitors: 70 chromatic quadrupoles, 51
/// exact drifts, 5 exact bends and 12 kickers at zero.
enum HTUBeamline {
  /// One element, in the units of the example.
  enum Piece: Sendable {
    /// Length [m].
    case drift(String, Double)
    /// Length [m], gradient [T/m].
    case quadrupole(String, Double, Double)
    /// Arc length [m], angle [degrees].
    case bend(String, Double, Double)
    case kicker(String)
  }

  static let pieces: [Piece] = front + undulator

  static let beamline = Beamline(pieces.map(\.element))

  /// The same elements in their linear models.
  static let linear = Beamline(
    pieces.map { piece in
      var item = piece.element
      if type(of: item.element).models.contains(.linear) { item.element.choose(.linear) }
      return item
    })

  private static let front: [Piece] = [
    .drift("SrcToPMQ1", 0.052),
    .quadrupole("PMQ1V", 0.02903, 207),
    .drift("L1", 0.029035),
    .quadrupole("PMQ2H", 0.0289, -207),
    .drift("L2", 0.0473895),
    .quadrupole("PMQ3V", 0.016321, 184.5),
    .drift("PMQTripToTCPhos", 0.2158),
    .drift("TCPhosToChicane", 0.42),
    .kicker("S1"),
    .bend("BEND1", 0.175, -1.1655053099796553),
    .drift("L12", 0.125),
    .bend("BEND2", 0.175, 1.1655053099796553),
    .drift("L23", 0.15),
    .drift("L23", 0.15),
    .bend("BEND3", 0.175, 1.1655053099796553),
    .drift("L12", 0.125),
    .bend("BEND4", 0.175, -1.1655053099796553),
    .kicker("S2"),
    .drift("DriftToDCPhos", 0.27),
    .drift("DriftToEMQTrip", 0.405),
    .quadrupole("EMQ1H", 0.1408, -2.0944233076357794),
    .drift("EMQL1", 0.112735),
    .quadrupole("EMQ2V", 0.28141, 2.579329763964159),
    .drift("EMQL2", 0.112735),
    .quadrupole("EMQ3H", 0.1409, -3.2668842755045158),
    .kicker("S3"),
    .drift("DriftToPhos1", 0.084325),
    .drift("DriftToSpec", 0.28),
    .bend("MagSpec", 0.4826, 0),
    .kicker("S4"),
    .drift("DriftToAline1", 0.4009),
    .drift("DriftToAline2", 0.3825),
    .drift("DriftToAline3", 0.4191),
    .drift("DriftToUndulator", 0.2945),
  ]

  /// Four double pairs of cells, with a kicker after every odd cell and before every even one.
  private static var undulator: [Piece] {
    (1...4).flatMap { pair -> [Piece] in
      let down = Piece.quadrupole("VQ\(2 * pair - 1)", 0.0504, -33)
      let up = Piece.quadrupole("VQ\(2 * pair)", 0.0504, 33)
      let gap = Piece.drift("VD", 0.018)
      let cell = [down, down, gap, up, up, gap]
      return cell + [.kicker("VS\(2 * pair - 1)")] + cell + cell + [.kicker("VS\(2 * pair)")] + cell
    }
  }
}

extension HTUBeamline.Piece {
  var element: BeamlineElement {
    switch self {
    case .drift(let name, let length):
      BeamlineElement(name, Drift(length: length, model: .exact))
    case .quadrupole(let name, let length, let gradient):
      BeamlineElement(name, Quadrupole(length: length, gradient: gradient, model: .chromatic))
    case .bend(let name, let length, let degrees):
      BeamlineElement(name, Bend(length: length, angle: degrees * .pi / 180, model: .exact))
    case .kicker(let name):
      BeamlineElement(name, Kicker())
    }
  }

  /// As the script for other programs reads it: kind, length [m], and gradient [T/m] or angle
  /// [degrees].
  var json: String {
    switch self {
    case .drift(_, let length): #"["drift", \#(length), 0]"#
    case .quadrupole(_, let length, let gradient): #"["quadrupole", \#(length), \#(gradient)]"#
    case .bend(_, let length, let degrees): #"["bend", \#(length), \#(degrees)]"#
    case .kicker: #"["kicker", 0, 0]"#
    }
  }
}
