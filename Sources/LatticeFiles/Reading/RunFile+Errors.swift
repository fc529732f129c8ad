import BeamDynamics
import Documents

extension RunFile {
  /// Gives the beamline the errors of some families, each of which stands at a position of the file.
  mutating func addErrors(
    _ families: [(family: ErrorFamily, position: SourcePosition)],
    _ diagnostics: inout Diagnostics
  ) {
    var positions: [String: SourcePosition] = [:]
    for (family, position) in families {
      do {
        let (more, remarks) = try beamline.errors(of: family)
        beamline = beamline.adding(more)
        errors.append(family)
        positions[family.name] = position
        for remark in remarks {
          diagnostics.warning("errors \(quoted(family.name)): \(remark)", at: position)
        }
      } catch {
        diagnostics.error("\(error)", at: position)
      }
    }
    // One mistake is told once, whichever of several families leads to it.
    let mistakes = errors.compactMap { beamline.mistake(family: $0.name) }
    for mistake in mistakes.prefix(1) {
      diagnostics.error("\(mistake)", at: positions[mistake.family])
    }
  }
}
