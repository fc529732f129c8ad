/// The name that a user probably meant, if one is near.
///
/// Near is judged by the optimal-string-alignment distance (insertions, deletions, replacements and
/// swaps of neighbours; Damerau, Commun. ACM 7 (1964) 171), without regard to case. One typing
/// error is allowed for each three characters. Names of one or two characters must agree except for
/// case, since among symbols such as k1 and k2 every other one would be near.
///
/// - Parameters:
///   - name: What the user wrote. The cost is bounded, however long it is.
///   - candidates: What would have been right; among equally near ones the first is taken.
/// - Returns: The nearest candidate, `nil` if none is near.
public func nearestName(to name: String, among candidates: [String]) -> String? {
  let longest = 64
  let word = folded(name, limit: longest + 1)
  guard !word.isEmpty, word.count <= longest else { return nil }
  var best: String?
  var bound = word.count / 3 + 1  // one more than the number of slips that is allowed
  for candidate in candidates where bound > 0 {
    let other = folded(candidate, limit: longest + 1)
    guard abs(other.count - word.count) < bound else { continue }
    let distance = alignmentDistance(word, other, below: bound)
    if distance < bound {
      best = candidate
      bound = distance
    }
  }
  return best
}

private func folded(_ name: String, limit: Int) -> [Unicode.Scalar] {
  let start = String.UnicodeScalarView(name.unicodeScalars.prefix(limit))
  return Array(String(start).lowercased().unicodeScalars)
}

/// The number of typing errors between two words, or `bound` as soon as it is known to be at least
/// that.
private func alignmentDistance(
  _ a: [Unicode.Scalar], _ b: [Unicode.Scalar], below bound: Int
) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  var row = last
  for i in 0..<a.count {
    row[0] = i + 1
    for j in 0..<b.count {
      let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
      row[j + 1] = min(replaced, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
      }
    }
    // A swap reaches back two rows, so both must be out of reach.
    if (row.min() ?? 0) >= bound, (last.min() ?? 0) >= bound { return bound }
    (beforeLast, last, row) = (last, row, beforeLast)
  }
  return last[b.count]
}
