import BeamDynamics
import Foundation
import LatticeFiles

/// What a person wants to know at the end of a run: the beam before and after.
struct SummaryTable {
  let text: String

  init(_ summary: TrackingRun.Summary, directory: String) {
    let reference = summary.reference
    var rows: [(String, Double?, Double?, String)] = [
      ("s", reference.first.s, reference.last.s, "m")
    ]
    let names = BeamStatistics.columnNames
    let units = [
      "kinetic_energy": "MeV", "sigma_x": "m", "sigma_y": "m", "sigma_t": "m", "sigma_pt": "",
      "emittance_x": "m", "emittance_y": "m", "emittance_t": "m", "beta_x": "m", "alpha_x": "",
      "beta_y": "m", "alpha_y": "", "particles": "", "charge": "C",
    ]
    for (i, name) in names.enumerated() {
      guard let unit = units[name] else { continue }
      let (first, last) = (summary.first.values[i], summary.last.values[i])
      // What the method does not know has no row.
      if first == nil && last == nil && summary.method != .particles { continue }
      if name == "particles" && summary.method != .particles { continue }
      rows.append((name, first, last, unit))
    }
    if summary.method == .reference {
      rows.append(("x", reference.first.position.x, reference.last.position.x, "m"))
      rows.append(("y", reference.first.position.y, reference.last.position.y, "m"))
      rows.append(("z", reference.first.position.z, reference.last.position.z, "m"))
      rows.append(("t", reference.first.t, reference.last.t, "m"))
    }
    var lines = [Self.line("", "start", "end", "")]
    for (name, first, last, unit) in rows {
      lines.append(Self.line(name, Self.number(first), Self.number(last), unit))
    }
    let lost = summary.losses.count
    if summary.method == .particles {
      lines.append(
        lost == 0 ? "no particle lost" : "\(lost) of \(summary.particles) particles lost")
    }
    let tracking = summary.seconds.first { $0.phase == "tracking" }?.seconds ?? 0
    lines.append(
      "tracked in \(String(format: "%.3g", tracking)) s; files in \(directory)")
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ name: String, _ a: String, _ b: String, _ unit: String) -> String {
    func right(_ text: String) -> String {
      String(repeating: " ", count: max(14 - text.count, 0)) + text
    }
    let padded = name + String(repeating: " ", count: max(16 - name.count, 0))
    return unit.isEmpty
      ? padded + right(a) + right(b) : padded + right(a) + right(b) + "  " + unit
  }

  private static func number(_ value: Double?) -> String {
    guard let value else { return "-" }
    return String(format: "%.7g", value)
  }
}
