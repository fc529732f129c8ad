import Documents

extension [GoodnessOfFit] {
  /// A row for each channel and test.
  public func record(of fitted: FittedModel) -> StudyRecord {
    var table = StudyTable(columns: ["channel", "test", "statistic", "expected", "p"])
    for goodness in self {
      let (binned, mixed) = (goodness.chiSquare, goodness.mixedSample)
      let degrees = "\(binned.lowerDegrees) … \(binned.upperDegrees)"
      let range = [binned.lowerProbability, binned.upperProbability].map {
        StudyTable.Cell.number($0.value, digits: 3).text
      }
      table.append([
        .text(goodness.channel), .text("χ² in \(binned.bins) bins"),
        .number(binned.chiSquare, digits: 5), .text(degrees),
        .text(range.joined(separator: " … ")),
      ])
      table.append([
        .text(goodness.channel), .text("mixed samples, \(mixed.neighbours) neighbours"),
        .number(mixed.statistic, digits: 6), .number(mixed.mean, digits: 6),
        .number(mixed.probability.value, digits: 3),
      ])
    }
    let texts = map { ($0.channel, $0.text) }
    return StudyRecord("goodness", of: fitted, table, [("channels", .object(texts))])
  }
}

extension GoodnessOfFit {
  fileprivate var text: JSONText {
    [
      "masses": .array(
        masses.map { set in .string(set.map { String($0 + 1) }.joined(separator: " ")) }),
      "chi_square": [
        "value": .number(chiSquare.chiSquare), "bins": .integer(chiSquare.bins),
        "degrees": .array([
          .integer(chiSquare.lowerDegrees), .integer(chiSquare.upperDegrees),
        ]),
        "p": .numbers([chiSquare.lowerProbability.value, chiSquare.upperProbability.value]),
      ],
      "mixed_sample": [
        "statistic": .number(mixedSample.statistic), "mean": .number(mixedSample.mean),
        "pull": .number(mixedSample.pull), "p": .number(mixedSample.probability.value),
        "neighbours": .integer(mixedSample.neighbours),
      ],
    ]
  }
}
