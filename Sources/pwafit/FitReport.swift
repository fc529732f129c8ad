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
    for (parameter, error) in zip(summary.parameters.parameters, summary.errors)
    where !parameter.name.hasSuffix(".re") && !parameter.name.hasSuffix(".im") {
      guard let error else { continue }
      rows.append([
        parameter.name, TextTable.number(parameter.value), String(format: "%.2g", error),
        parameter.unit,
      ])
    }
    if rows.count > 1 { Swift.print(TextTable(rows).text) }
    let minima = summary.attempts.minima(tolerance: model.file.fit.tolerance)
    Swift.print(
      String(format: "−log L = %.6f; ", summary.value)
        + "\(minima[0].count) of \(summary.attempts.count) starts ended there; "
        + "\(summary.best.reason)")
    for direction in summary.poorDirections {
      Swift.print("the errors are not known: \(direction)")
    }
    let seconds = summary.attempts.reduce(0) { $0 + $1.seconds }
    Swift.print(String(format: "%.3g s; files in ", seconds) + folder)
  }
}
