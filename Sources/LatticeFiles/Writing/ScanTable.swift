import BeamDynamics
import DataFiles
import Sensitivity

/// The table of a scan: a row for each setting with its number, its status, the values of its
/// variables, the beam at the end and, if they were asked for, the objective and its gradient.
struct ScanTable {
  /// The names of the columns.
  let columns: [String]
  private let gradientCount: Int
  private let hasObjective: Bool

  /// The status of a setting that has a result.
  static let success = "ok"
  /// The columns in front of the variables.
  static let leading = ["number", "status"]

  init(_ scan: ScanDescription, gradient: [String]) {
    hasObjective = scan.hasObjective
    gradientCount = scan.hasGradient ? gradient.count : 0
    columns =
      Self.leading + scan.variables.names + BeamStatistics.columnNames
      + (scan.hasObjective ? ["objective"] : [])
      + (scan.hasGradient ? gradient.map { "gradient_" + $0 } : [])
  }

  /// The line of a setting, with its line end.
  func line(_ result: ScanResult) -> [UInt8] {
    var row = CSVRows(columnCount: columns.count)
    row.field(result.number)
    // A line of the table is a line of the file.
    let status = result.failure.map { $0.replacing("\n", with: " ") }
    row.field(status ?? Self.success)
    for value in result.setting { row.field(value) }
    let values =
      result.beam?.values ?? [Double?](repeating: nil, count: BeamStatistics.columnNames.count)
    for value in values { row.field(value) }
    if hasObjective { row.field(result.objective) }
    for i in 0..<gradientCount { row.field(result.gradient?[i]) }
    row.endRow()
    return row.bytes
  }

  /// The number of a line's setting; nil if the line does not have all fields.
  func number(ofLine line: ArraySlice<UInt8>) -> Int? {
    var fields = 1
    var isQuoted = false
    for byte in line {
      if byte == 0x22 { isQuoted.toggle() }
      if byte == 0x2C, !isQuoted { fields += 1 }
    }
    guard fields == columns.count else { return nil }
    let digits = line.prefix { (0x30...0x39).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// Why the setting of a line has no result; nil if it has one.
  static func failure(_ line: ArraySlice<UInt8>) -> String? {
    let rest = line.drop { $0 != 0x2C }.dropFirst()
    guard rest.first == 0x22 else {
      let status = String(decoding: rest.prefix { $0 != 0x2C }, as: UTF8.self)
      return status == success ? nil : status
    }
    // Two quotation marks in a row stand for one.
    var text: [UInt8] = []
    var isOpen = false
    for byte in rest.dropFirst() {
      if byte == 0x22 {
        isOpen.toggle()
        if isOpen { continue }
      } else if isOpen {
        break
      }
      text.append(byte)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
