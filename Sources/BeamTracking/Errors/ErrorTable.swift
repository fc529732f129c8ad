import BeamMaps

/// The errors of a beamline as a table: what each place got, and what came of it.
public struct ErrorTable: Sendable {
  /// One error.
  public struct Row: Sendable, Equatable {
    /// The name of the place, or of the girder.
    public var place: String
    /// Which of the passages of its element the place is, from 1.
    public var occurrence: Int
    /// The path length at the end of the element, or of the girder [m].
    public var s: Double
    /// The name of the family.
    public var family: String
    /// The name of the number, such as "k1", "dx" or "normal[2]".
    public var parameter: String
    /// The number by design.
    public var nominal: Double
    /// This error, in the number's unit.
    public var error: Double
    /// The number with all its errors.
    public var value: Double
  }

  /// The errors, in the order of places.
  public let rows: [Row]

  /// The row of an error of a girder.
  private static func row(
    _ error: PlaceError, _ degree: DegreeOfFreedom, of beamline: Beamline, ends: [Double]
  ) -> Row? {
    for girder in beamline.girders {
      guard let number = girder.occurrences.firstIndex(where: { $0.contains(error.place) }) else {
        continue
      }
      let range = girder.occurrences[number]
      let nominal = girder.displacement[degree]
      let own = beamline.errors.filter { $0.isOfGirder && range.contains($0.place) }
      return Row(
        place: girder.occurrences.count == 1 ? girder.name : "\(girder.name)#\(number + 1)",
        occurrence: number + 1, s: ends[range.upperBound - 1], family: error.family,
        parameter: degree.rawValue, nominal: nominal,
        error: error.whole == nil ? error.amount : nominal * error.amount,
        value: own.added(to: nominal, error.site) { _ in nominal })
    }
    return nil
  }

  /// The errors of a beamline.
  public init(_ beamline: Beamline) {
    let built = beamline.asBuilt
    var occurrences: [Int: Int] = [:]
    var ends: [(occurrence: Int, s: Double)] = []
    var s = 0.0
    for (place, index) in beamline.order.enumerated() {
      occurrences[index, default: 0] += 1
      s += built[place: place].element.length
      ends.append((occurrences[index] ?? 1, s))
    }
    rows = beamline.errors.enumerated().sorted {
      ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
    }.compactMap { _, error in
      if case .girder(let degree) = error.site {
        return Self.row(error, degree, of: beamline, ends: ends.map(\.s))
      }
      guard let record = built[place: error.place].built else { return nil }
      let parameter = BeamlineParameter(element: beamline.order[error.place], error.site)
      var name = beamline.parameterName(of: parameter)
      if case .own(_, let entry?) = error.site { name += "[\(entry)]" }
      return Row(
        place: beamline.placeNames[error.place], occurrence: ends[error.place].occurrence,
        s: ends[error.place].s, family: error.family, parameter: name,
        nominal: record.designNumber(error.site),
        error: error.whole.map { record.value(of: $0, []) * error.amount } ?? error.amount,
        value: record.builtNumber(error.site))
    }
  }
}
