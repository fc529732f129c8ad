/// The names of the results that are called after elements: no two results share one, on disks that
/// ignore case neither.
///
/// A result is called `KIND-NAME`, and `KIND-NAME-n` where there are several of one name. Where two
/// would be called alike, whoever comes first in a run keeps the name, and the next gets `~2`,
/// `~3`, … behind it.
struct ResultNames {
  /// A result: of a kind, at a place, the `number`-th there if there are several.
  struct Result: Hashable {
    let kind: String
    let place: String
    var number: Int?
  }

  private var given: [Result: String] = [:]
  private var taken: Set<String> = []
  /// Names that somebody has a right to: nobody gets them in exchange for a name that is taken.
  private let kept: Set<String>

  /// What file systems take as a name, less the longest of our endings, `.rho.npy` [bytes].
  private static let room = 255 - 8

  /// - Parameter results: Those that will ask for a name, as far as they are known.
  init(for results: [Result]) {
    kept = Set(results.map { Self.folded(Self.name(of: $0)) })
  }

  /// The name of a result, without an ending: always the same for the same result.
  mutating func callAsFunction(_ result: Result) -> String {
    if let name = given[result] { return name }
    var name = Self.name(of: result)
    var copy = 1
    while taken.contains(Self.folded(name)) || (copy > 1 && kept.contains(Self.folded(name))) {
      copy += 1
      name = Self.name(of: result, ending: "~\(copy)")
    }
    taken.insert(Self.folded(name))
    given[result] = name
    return name
  }

  /// What a result is called. What no file system likes becomes `_`, and what is too long is cut
  /// short.
  private static func name(of result: Result, ending: String = "") -> String {
    let head = result.kind + "-"
    let tail = (result.number.map { "-\($0)" } ?? "") + ending
    var place = String(result.place.map { $0 == "/" || $0 == "\0" || $0.isNewline ? "_" : $0 })
    while head.utf8.count + place.utf8.count + tail.utf8.count > room { place.removeLast() }
    return head + place + tail
  }

  /// Equal for names that some disk takes for the same: case is left out, and strings compare by
  /// canonical equivalence anyway.
  private static func folded(_ name: String) -> String { name.uppercased().lowercased() }
}
