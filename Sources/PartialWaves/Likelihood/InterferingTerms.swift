/// Terms of an amplitude that interfere, sorted by the waves that they have in common.
struct InterferingTerms: Sendable {
  struct Wave: Sendable {
    /// The number of the wave in the sample.
    let wave: Int
    /// The terms that contain it, each with its coupling.
    let entries: [(term: Int, coupling: Int)]
  }

  let terms: [Int]
  let waves: [Wave]
  /// For each term the couplings and the places of their waves among ``waves``.
  let entries: [[(coupling: Int, wave: Int)]]

  init(_ terms: [Int], of sum: AmplitudeSum) {
    var byWave: [Int: [(term: Int, coupling: Int)]] = [:]
    for term in terms {
      for entry in sum.terms[term].entries {
        byWave[entry.wave, default: []].append((term, entry.coupling))
      }
    }
    let sorted = byWave.keys.sorted()
    waves = sorted.map { Wave(wave: $0, entries: byWave[$0] ?? []) }
    let places = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
    self.terms = terms
    entries = terms.map { term in
      sum.terms[term].entries.map { ($0.coupling, places[$0.wave] ?? 0) }
    }
  }
}
