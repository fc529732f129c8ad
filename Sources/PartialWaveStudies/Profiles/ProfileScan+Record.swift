import Documents

extension [ProfileScan] {
  /// Values with asymmetric errors; the JSON file holds the points too.
  public func record(of fitted: FittedModel) -> StudyRecord {
    var table = StudyTable(columns: [
      "parameter", "value", "error", "lower", "upper", "points", "unit",
    ])
    for scan in self {
      table.append([
        .text(scan.name), .number(scan.value, digits: 7), .optional(scan.error, digits: 3),
        scan.lower.isFound ? .number(scan.lower.distance, digits: 3) : .empty,
        scan.upper.isFound ? .number(scan.upper.distance, digits: 3) : .empty,
        .count(scan.points.count), .text(scan.unit),
      ])
    }
    return StudyRecord(
      "profiles", of: fitted, table,
      [("profiles", .object(map { ($0.name, $0.text) }))])
  }
}

extension ProfileScan {
  /// A table with every point of the scan.
  public var table: StudyTable {
    var table = StudyTable(columns: [name, "rise"])
    for point in points { table.append([.number(point.parameter), .number(point.rise)]) }
    return table
  }

  fileprivate var text: JSONText {
    [
      "value": .number(value), "error": error.map { .number($0) } ?? .null,
      "lower": lower.text, "upper": upper.text, "improvement": .number(improvement),
      "points": .array(points.map { .numbers([$0.parameter, $0.rise]) }),
    ]
  }
}

extension ProfileScan.Crossing {
  fileprivate var text: JSONText {
    ["distance": .number(distance), "found": .boolean(isFound)]
  }
}
