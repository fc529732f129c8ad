import DataFiles
import Testing

@Suite struct FingerprintTests {
  /// Hashes that the authors publish.
  @Test(arguments: [
    ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
  ])
  func fingerprintsAreThoseOfTheAuthors(text: String, digits: String) {
    #expect(Fingerprint(of: text).rawValue == digits)
  }
}
