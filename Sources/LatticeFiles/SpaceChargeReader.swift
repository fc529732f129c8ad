import BeamDynamics
import Documents

extension RunFile.TrackingDescription {
  /// The method that a run file asks for, before the rest of it is read: it decides what a beam must
  /// have. `particles` if there is none, or none of this name.
  static func method(in root: JSONNode) -> RunFile.Method {
    guard let tracking = root.member("tracking"),
      case .string(let name)? = tracking.member("method")?.value
    else { return .particles }
    return RunFile.Method(rawValue: name) ?? .particles
  }

  /// Reads "space_charge", which envelopes have.
  mutating func readSpaceCharge(_ reader: inout ObjectReader, _ diagnostics: inout Diagnostics) {
    guard
      var object = reader.object(
        "space_charge", describedAs: "\"space_charge\"", &diagnostics)
    else { return }
    if method != .envelope {
      diagnostics.error(
        "\"space_charge\" is there for the method \"envelope\" only, not for "
          + quoted(method.rawValue), at: reader.position(of: "space_charge"))
      return
    }
    let models = EnvelopeSpaceCharge.Model.allCases.map(\.rawValue)
    let model = object.choice("model", among: models, required: true, &diagnostics)
    let slicings = EnvelopeSpaceCharge.Slicing.allCases.map(\.rawValue)
    let slicing = object.choice("slicing", among: slicings, &diagnostics)
    object.finish(&diagnostics)
    guard let model = model.flatMap(EnvelopeSpaceCharge.Model.init) else { return }
    spaceCharge = EnvelopeSpaceCharge(
      model, slicing: slicing.flatMap(EnvelopeSpaceCharge.Slicing.init) ?? .strang)
  }

  /// Reports a beam that does not have what its space charge comes from.
  func checkSpaceCharge(
    of beam: BeamDescription?, in root: JSONNode, _ diagnostics: inout Diagnostics
  ) {
    guard let spaceCharge, let beam else { return }
    let position = root.member("beam")?.position ?? root.position
    switch spaceCharge.model {
    case .planar where beam.current == nil:
      diagnostics.error(
        "space charge of the model \"2D\" needs the beam's \"current\"", at: position)
    case .spatial where beam.current != nil || beam.charge == nil:
      diagnostics.error(
        "space charge of the model \"3D\" needs the beam's \"charge\"", at: position)
    default:
      break
    }
  }
}

extension JSONNode {
  /// The value of a key; nil if there is none, or if this is no object.
  fileprivate func member(_ key: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }
}
