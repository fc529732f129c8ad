import Foundation
import PartialWaves
import Terminal

/// Prints the fractions of all channels.
struct FractionReport {
  private let record: FractionRecord

  init(_ record: FractionRecord) { self.record = record }

  func print() {
    let hasMany = record.channels.count > 1
    for (channel, fractions) in zip(record.model.channels, record.channels) {
      if hasMany { StandardOutput.print("\(channel.model.name):") }
      var rows = [["resonance", "fraction", "error", ""]]
      for (name, fraction) in zip(
        fractions.names + ["sum"], fractions.fractions + [fractions.sum])
      {
        let error = record.covariance.map { Self.percent(fraction.deviation($0.matrix)) }
        rows.append([name, Self.percent(fraction.value), error ?? "-", ""])
      }
      StandardOutput.print(TextTable(rows).text)
    }
  }

  private static func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
}
