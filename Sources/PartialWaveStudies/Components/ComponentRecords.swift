import Documents

extension [ResonanceSignificance] {
  /// A row for each resonance.
  public func record(of fitted: FittedModel) -> StudyRecord {
    var table = StudyTable(columns: [
      "resonance", "channel", "rise of −log L", "parameters", "log10 p", "Z (two-sided)",
      "Z (one-sided)",
    ])
    for found in self {
      table.append([
        .text(found.resonance), .text(found.channels.joined(separator: ", ")),
        .number(found.rise, digits: 6),
        .count(found.removedParameters), .number(found.probability.decimalLogarithm),
        .number(found.probability.twoSidedSignificance, digits: 3),
        .number(found.probability.significance, digits: 3),
      ])
    }
    let texts = map { found -> JSONText in
      .object(
        [
          ("resonance", .string(found.resonance)),
          ("channels", .array(found.channels.map { .string($0) })),
          ("nll", .number(found.value)), ("rise", .number(found.rise)),
          ("removed_parameters", .integer(found.removedParameters)),
          ("converged", .boolean(found.isConverged)),
        ] + found.probability.members)
    }
    return StudyRecord("significance", of: fitted, table, [("resonances", .array(texts))])
  }
}

extension [ExtendedModel] {
  /// A row for each model, the best first.
  public func record(of fitted: FittedModel) -> StudyRecord {
    var table = StudyTable(columns: [
      "added", "parameters", "−log L", "fall", "AIC", "BIC", "log10 p", "Z (two-sided)",
      "Z (one-sided)",
    ])
    for model in self {
      let isBase = model.added.isEmpty
      table.append([
        .text(isBase ? "(none)" : model.added.joined(separator: " + ")),
        .count(model.freeParameterCount),
        .number(model.value, digits: 9), .number(model.improvement, digits: 5),
        .number(model.akaikeCriterion, digits: 9), .number(model.bayesianCriterion, digits: 9),
        isBase ? .empty : .number(model.probability.decimalLogarithm),
        isBase ? .empty : .number(model.probability.twoSidedSignificance, digits: 3),
        isBase ? .empty : .number(model.probability.significance, digits: 3),
      ])
    }
    let texts = map { model -> JSONText in
      .object(
        [
          ("added", .array(model.added.map { .string($0) })),
          ("free_parameters", .integer(model.freeParameterCount)), ("nll", .number(model.value)),
          ("improvement", .number(model.improvement)), ("aic", .number(model.akaikeCriterion)),
          ("bic", .number(model.bayesianCriterion)), ("converged", .boolean(model.isConverged)),
        ] + (model.added.isEmpty ? [] : model.probability.members))
    }
    return StudyRecord("search", of: fitted, table, [("models", .array(texts))])
  }
}

extension [FractionSumScan.Point] {
  /// A row for each fit.
  public func record(of fitted: FittedModel) -> StudyRecord {
    let channels = fitted.model.channels.map(\.model.name)
    let sums = channels.map { channels.count > 1 ? "Σ fractions \($0)" : "Σ fractions" }
    var table = StudyTable(
      columns: ["sum", "strength", "−log L", "without penalty", "rise"] + sums)
    for point in self {
      table.append(
        [
          .number(point.sum), .number(point.strength), .number(point.value, digits: 9),
          .number(point.valueWithoutPenalty, digits: 9),
          .number(point.valueWithoutPenalty - fitted.value, digits: 5),
        ] + point.fractionSums.map { .number($0) })
    }
    let texts = map { point -> JSONText in
      [
        "sum": .number(point.sum), "strength": .number(point.strength),
        "nll": .number(point.value), "nll_without_penalty": .number(point.valueWithoutPenalty),
        "fraction_sums": .object(
          zip(channels, point.fractionSums).map { ($0, .number($1)) }),
        "converged": .boolean(point.isConverged),
      ]
    }
    return StudyRecord("sum-scan", of: fitted, table, [("points", .array(texts))])
  }
}
