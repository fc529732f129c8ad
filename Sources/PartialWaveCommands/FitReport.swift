import Foundation
import PartialWaves
import Terminal

/// The table that a fit prints.
struct FitReport {
  private let record: FitRecord
  private let folder: String

  init(_ record: FitRecord, folder: String) {
    self.record = record
    self.folder = folder
  }

  func print() {
    let summary = record.summary
    FractionReport(record.fractions).print()
    var rows = [["parameter", "value", "error", ""]]
    let errors = summary.errors
    for place in record.model.file.parameters.free {
      let parameter = summary.parameters.parameters[place]
      rows.append([
        parameter.name, TextTable.number(parameter.value),
        errors[place].map { String(format: "%.2g", $0) } ?? "-", parameter.unit,
      ])
    }
    if rows.count > 1 { StandardOutput.print(TextTable(rows).text) }
    printCouplings()
    for (parameter, border) in zip(summary.parameters.parameters, summary.allBorders) {
      guard let border else { continue }
      StandardOutput.print(
        "\(parameter.name) is at the \(border) end of its range, "
          + "\(TextTable.number(parameter.value)): it has no error; errors of others are for this value"
      )
    }
    let minima = summary.minima
    let ended =
      summary.isAtMinimum
      ? "\(minima[0].attempts.count { $0.isAtMinimum }) of \(summary.attempts.count) starts ended there"
      : "not converged, stopped before a minimum"
    StandardOutput.print(
      String(format: "−log L = %.6f; ", summary.value) + "\(ended); \(summary.ending)")
    printSolutions()
    for direction in summary.poorDirections {
      StandardOutput.print("the errors are not known: \(direction)")
    }
    let seconds = summary.attempts.reduce(0) { $0 + $1.seconds }
    StandardOutput.print(String(format: "%.3g s; files in ", seconds) + folder)
  }

  /// Couplings that vary, as magnitude and phase.
  private func printCouplings() {
    var rows = [["coupling", "magnitude", "error", "phase [rad]", "error"]]
    for coupling in record.summary.couplings(of: record.model) {
      guard let errors = coupling.errors else { continue }
      rows.append([
        coupling.name, TextTable.number(coupling.magnitude), String(format: "%.2g", errors[2]),
        TextTable.number(coupling.phase), String(format: "%.2g", errors[3]),
      ])
    }
    if rows.count > 1 { StandardOutput.print(TextTable(rows).text) }
  }

  /// All solutions within `height` of the lowest one, if there are several.
  private func printSolutions() {
    let solutions = record.summary.minima.filter { $0.fractions != nil }
    guard solutions.count > 1 else { return }
    let height = TextTable.number(record.model.file.fit.height)
    StandardOutput.print("\(solutions.count) different solutions within \(height) of the lowest:")
    for (c, channel) in record.model.channels.enumerated() {
      let names = channel.model.resonances
      var rows = [["rise of −log L", "starts"] + names]
      for solution in solutions {
        let fractions = solution.fractions?[c].fractions ?? []
        rows.append(
          [
            String(format: "%.3f", solution.value - record.summary.value),
            "\(solution.attempts.count)",
          ] + fractions.map { String(format: "%.2f %%", 100 * $0.value) })
      }
      if record.model.channels.count > 1 { StandardOutput.print("\(channel.model.name):") }
      StandardOutput.print(TextTable(rows).text)
    }
  }
}
