import Communication
import PartialWaves
import Support
import Testing

@Suite("Results depend neither on threads nor on where events are kept")
struct StorageAndThreadTests {
  private static let text = SmallModel.text([
    // 20 blocks of data, two pieces; 80 blocks of integration, five pieces.
    SmallModel.channel(
      sources:
        #""data": {"toy": 2500, "seed": 1}, "integration": {"phase_space": 10000, "seed": 2}, "truth": {"phase_space": 5000, "seed": 3}"#,
      more: #""fraction_constraint": {"sum": 1, "strength": 0.3},"#)
  ])

  @Test(arguments: [2, 3])
  func everyNumberOfThreadsGivesTheSameBits(_ threads: Int) throws {
    let file = try SmallModel.read(Self.text)
    let (one, several) = try (
      file.load(workers: .one).likelihood, file.load(workers: Workers(count: threads)).likelihood
    )
    let start = file.parameters.start
    let direction = start.indices.map { Double($0 % 3) - 1 }
    let (u, v) = try (one.value(at: start), several.value(at: start))
    #expect(u == v)
    let (a, b) = try (one.valueAndGradient(at: start), several.valueAndGradient(at: start))
    #expect(a.value == b.value)
    #expect(a.gradient == b.gradient)
    let (p, q) = try (
      one.hessianVectorProduct(at: start, direction: direction),
      several.hessianVectorProduct(at: start, direction: direction)
    )
    #expect(p == q)
    let (h, k) = try (one.hessian(at: start), several.hessian(at: start))
    #expect(h == k)
  }

  @Test func eventsOnTheDiskGiveTheSameBits() throws {
    let folder = try ModelFolder(Self.text)
    var file = try folder.read()
    let memory = try file.load(workers: .one).likelihood
    file.storage = .file
    let disk = try file.load(workers: Workers(count: 2)).likelihood
    let start = file.parameters.start
    let (a, b) = try (memory.valueAndGradient(at: start), disk.valueAndGradient(at: start))
    #expect(a.value == b.value)
    #expect(a.gradient == b.gradient)
    let (h, k) = try (memory.hessian(at: start), disk.hessian(at: start))
    #expect(h == k)
    #expect(try folder.files.contents.contains("out"))
  }

  @Test func singlePrecisionIsNearDouble() throws {
    var file = try SmallModel.read(Self.text)
    let double = try file.load(workers: .one).likelihood
    file.storage = .single
    let single = try file.load(workers: .one).likelihood
    let start = file.parameters.start
    let (a, b) = try (double.valueAndGradient(at: start), single.valueAndGradient(at: start))
    // Each number of an event is off by up to 6e-8 of itself, log I by some 1e-7 at random signs:
    // √2500 · 3e-7 in the sum, whose terms have magnitudes of some units.
    #expect(abs(a.value - b.value) < 1e-6 * 2500)
    let largest = a.gradient.map(\.magnitude).max() ?? 0
    for (x, y) in zip(a.gradient, b.gradient) { #expect(abs(x - y) < 1e-5 * largest) }
    #expect(a.value != b.value)
  }
}
