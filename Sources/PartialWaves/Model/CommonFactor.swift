import Documents

/// The complex factor by which all amplitudes of a channel may be multiplied without a change of
/// the density. The data do not determine its scale and phase; if no parameter fixes them, a fit
/// has no unique minimum.
///
/// A small change of scale (α) and phase (β) of each channel changes each parameter by a linear
/// form in these. Every parameter that does not vary, and every pair of equal parameters, gives an
/// equation for them. An unknown that the equations do not determine is free.
struct CommonFactor {
  /// A linear form in α and β of all channels: α of the first, β of the first, ….
  private typealias Form = [Double]

  /// For each channel, whether its scale is free.
  let freeScales: [Bool]
  /// For each channel, whether its phase is free.
  let freePhases: [Bool]

  init(of channels: [ChannelModel], _ parameters: ParameterSet) {
    let values = parameters.values(at: parameters.start)
    let zero = Form(repeating: 0, count: 2 * channels.count)
    var forms = [Form](repeating: zero, count: values.count)
    for (c, channel) in channels.enumerated() {
      for coupling in channel.amplitude.couplings {
        let (a, b) = (values[coupling.first], values[coupling.second])
        switch coupling.form {
        case .cartesian:
          (forms[coupling.first][2 * c], forms[coupling.first][2 * c + 1]) = (a, -b)
          (forms[coupling.second][2 * c], forms[coupling.second][2 * c + 1]) = (b, a)
        case .polar:
          forms[coupling.first][2 * c] = a
          forms[coupling.second][2 * c + 1] = 1
        }
      }
      // The strength of a background scales like the intensity, the square of the amplitude; a
      // fraction does not depend on the scale.
      if let background = channel.amplitude.background, background.form == .strength {
        forms[background.parameter][2 * c] = 2 * values[background.parameter]
      }
    }
    let pulled = Set(channels.flatMap(\.pulls).filter { $0.strength > 0 }.map(\.parameter))
    var first: [Int: Form] = [:]
    var equations: [Form] = []
    for (place, form) in forms.enumerated() {
      guard let free = parameters.freePlace(of: place), !pulled.contains(place) else {
        equations.append(form)
        continue
      }
      if let other = first[free] {
        equations.append(zip(form, other).map { $0 - $1 })
      } else {
        first[free] = form
      }
    }
    let fixed = Self.pivots(equations, zero.count)
    freeScales = channels.indices.map { !fixed.contains(2 * $0) }
    freePhases = channels.indices.map { !fixed.contains(2 * $0 + 1) }
  }

  /// The unknowns that the equations determine, by elimination.
  private static func pivots(_ equations: [Form], _ count: Int) -> Set<Int> {
    var rows = equations.compactMap { row -> Form? in
      let largest = row.map(\.magnitude).max() ?? 0
      return largest > 0 ? row.map { $0 / largest } : nil
    }
    var pivots: Set<Int> = []
    for column in 0..<count {
      guard
        let best = rows.indices.max(by: { rows[$0][column].magnitude < rows[$1][column].magnitude }
        ),
        // Rows are normalised to 1; what remains of a cancellation is rounding.
        rows[best][column].magnitude > 1e-9
      else { continue }
      pivots.insert(column)
      let pivot = rows.remove(at: best)
      rows = rows.map { row in
        let factor = row[column] / pivot[column]
        return zip(row, pivot).map { $0 - factor * $1 }
      }
    }
    return pivots
  }
}

extension ModelFile {
  /// Checks that the model fixes the scale and the phase of the amplitudes of each channel.
  ///
  /// - Throws: `InvalidInput` with each channel in which nothing fixes the scale or the phase that
  ///   all amplitudes have in common.
  public func checkReference() throws(InvalidInput) {
    let factor = CommonFactor(of: channels, parameters)
    var diagnostics: [Diagnostic] = []
    for (c, channel) in channels.enumerated() where factor.freeScales[c] || factor.freePhases[c] {
      let what = [("scale", factor.freeScales[c]), ("phase", factor.freePhases[c])]
        .filter(\.1).map(\.0).joined(separator: " and the ")
      diagnostics.append(
        Diagnostic(
          .error, file: path, position: nil,
          message:
            "channel \(quoted(channel.name)): nothing fixes the \(what) that all amplitudes have in "
            + "common, and data cannot; fix a coupling as reference, such as {\"re\": 1, \"im\": 0} "
            + "with bare numbers"))
    }
    if !diagnostics.isEmpty { throw InvalidInput(diagnostics: diagnostics) }
  }
}
