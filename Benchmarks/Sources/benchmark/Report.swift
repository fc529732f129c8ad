import Foundation

/// What was measured, and on how much.
struct Subject {
  /// What was tracked, such as "htu".
  var name: String
  var threads = 1
  /// "double" or "float".
  var precision = "double"
  var particles: Int
}

/// Prints figures as they are measured: a table for a person, or one JSON object per line.
struct Report {
  let benchmark: String
  let isJSON: Bool

  /// One figure, repeatedly measured; its value is the median.
  func figure(_ name: String, _ spread: Spread, _ unit: String, of subject: Subject) {
    if isJSON {
      printObject(
        name, spread.median, unit, subject,
        extra: [("min", spread.min), ("max", spread.max), ("runs", Double(spread.runs))])
    } else {
      let value = String(
        format: "%9.3f  [%.3f … %.3f]", spread.median, spread.min, spread.max)
      printLine(name, subject, value, unit)
    }
  }

  /// One figure that is what it is.
  func figure(_ name: String, _ value: Double, _ unit: String, of subject: Subject) {
    if isJSON {
      printObject(name, value, unit, subject, extra: [])
    } else {
      printLine(name, subject, String(format: "%9.3f", value), unit)
    }
  }

  /// A ratio of interleaved pairs: of each pair, and of the best of both.
  func ratio(_ name: String, _ pairs: InterleavedPairs, of subject: Subject) {
    figure(name, pairs.ratio, "", of: subject)
    figure(name + ", of the best", pairs.ratioOfBest, "", of: subject)
  }

  /// A remark between the figures; it goes to standard error where standard output is for programs.
  func note(_ text: String) {
    if isJSON {
      FileHandle.standardError.write(Data("\(benchmark): \(text)\n".utf8))
    } else {
      print("  \(text)")
    }
  }

  func heading(_ text: String) {
    if !isJSON { print("\n\(benchmark): \(text)") }
  }

  private func printLine(_ name: String, _ subject: Subject, _ value: String, _ unit: String) {
    let columns = [
      subject.name.padded(to: 32), name.padded(to: 36), subject.precision.padded(to: 6),
      "\(subject.threads)".padded(to: 3), Self.short(subject.particles).padded(to: 6), value, unit,
    ]
    print("  " + columns.joined(separator: " "))
  }

  private func printObject(
    _ name: String, _ value: Double, _ unit: String, _ subject: Subject,
    extra: [(String, Double)]
  ) {
    var fields = [
      "\"benchmark\": \"\(benchmark)\"", "\"case\": \"\(subject.name)\"", "\"figure\": \"\(name)\"",
      "\"value\": \(value)", "\"unit\": \"\(unit)\"", "\"threads\": \(subject.threads)",
      "\"precision\": \"\(subject.precision)\"", "\"particles\": \(subject.particles)",
    ]
    for (key, number) in extra {
      fields.append("\"\(key)\": \(key == "runs" ? "\(Int(number))" : "\(number)")")
    }
    print("{" + fields.joined(separator: ", ") + "}")
  }

  private static func short(_ count: Int) -> String {
    var exponent = 0
    var mantissa = count
    while mantissa >= 10 && mantissa % 10 == 0 {
      mantissa /= 10
      exponent += 1
    }
    return exponent >= 3 ? "\(mantissa)e\(exponent)" : "\(count)"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
