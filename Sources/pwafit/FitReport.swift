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
    let model = record.model
    FractionReport(record.fractions).print()
    var rows = [["parameter", "value", "error", ""]]
    let errors = summary.errors
    for place in model.file.parameters.free {
      let parameter = summary.parameters.parameters[place]
      rows.append([
        parameter.name, TextTable.number(parameter.value),
        errors[place].map { String(format: "%.2g", $0) } ?? "-", parameter.unit,
      ])
    }
    if rows.count > 1 { Swift.print(TextTable(rows).text) }
    let minima = summary.attempts.minima(tolerance: model.file.fit.tolerance)
    let ended =
      summary.best.isAtMinimum
      ? "\(minima[0].count { $0.isAtMinimum }) of \(summary.attempts.count) starts ended there"
      : "not converged, stopped before a minimum"
    Swift.print(
      String(format: "−log L = %.6f; ", summary.value) + "\(ended); \(summary.best.ending)")
    for direction in summary.poorDirections {
      Swift.print("the errors are not known: \(direction)")
    }
    let seconds = summary.attempts.reduce(0) { $0 + $1.seconds }
    Swift.print(String(format: "%.3g s; files in ", seconds) + folder)
  }
}
