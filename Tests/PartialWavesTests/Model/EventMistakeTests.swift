import DataFiles
import Foundation
import Optimization
import PartialWaves
import Support
import Testing

@Suite("What is wrong with events is said with the file and the event") struct EventMistakeTests {
  /// px, py, pz, E of kaons that add up to ψ(2S) at rest.
  private static let event: [Double] = {
    // Back to back in pairs of the same momentum: four times the same energy.
    let energy = 3.686 / 4
    let p = (energy * energy - 0.493677 * 0.493677).squareRoot()
    return [
      p, 0, 0, energy, 0, p, 0, energy, -p, 0, 0, energy, 0, -p, 0, energy,
    ]
  }()

  private static let text = SmallModel.text([
    SmallModel.channel(
      sources: SmallModel.sources.replacing("{\"toy\": 300, \"seed\": 1}", with: "\"data.csv\""))
  ]).replacing(SmallModel.window, with: "[0.9, 2.9]")

  private func folder(_ events: [[Double]], named name: String = "data.csv") throws -> ModelFolder {
    let folder = try ModelFolder(Self.text.replacing("data.csv", with: name))
    let names = (1...4).flatMap { p in ["px", "py", "pz", "E"].map { "p\(p)_\($0)" } }
    let lines = [names] + events.map { $0.map(\.description) }
    try folder.files.write(
      lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n", to: "data.csv")
    return folder
  }

  private func expectMistake(_ folder: ModelFolder, _ parts: String...) {
    do {
      _ = try folder.load()
      Issue.record("\(parts) was not noticed")
    } catch {
      for part in parts { #expect("\(error)".contains(part), "\(part) in \(error)") }
    }
  }

  private func changed(_ component: Int, _ value: Double) -> [Double] {
    var event = Self.event
    event[component] = value
    return event
  }

  @Test func rightEventsAreReadWithoutANote() throws {
    let model = try folder([Self.event, Self.event]).load()
    #expect(model.notes.isEmpty)
    #expect(model.channels[0].data.count == 2)
  }

  @Test func aMissingFileIsNamed() throws {
    expectMistake(try folder([Self.event], named: "nothing.npz"), "nothing.npz")
    expectMistake(try folder([Self.event], named: "nothing.csv"), "nothing.csv")
  }

  @Test func numbersThatNoEventHasAreNamed() throws {
    expectMistake(try folder([Self.event, changed(3, -0.9)]), "event 1", "particle 1", "-0.9")
    expectMistake(try folder([changed(7, 0)]), "event 0", "particle 2", "positive")
    expectMistake(try folder([Self.event, changed(4, .nan)]), "data.csv:3:", "nan")
    expectMistake(try folder([]), "data.csv", "no")
  }

  @Test func aNumberThatIsNotFiniteInAnArrayIsNamed() throws {
    let folder = try folder([Self.event], named: "data.npy")
    try NPYFile(shape: [1, 4, 4], values: changed(5, .infinity)).write(
      to: folder.files.file("data.npy"))
    expectMistake(folder, "data.npy", "event 0", "p2_py", "inf")
  }

  @Test(arguments: [[1, 3, 4], [4, 4], [1, 4, 3], [16]])
  func anotherShapeIsNamedWithTheRightOne(_ shape: [Int]) throws {
    let folder = try folder([Self.event], named: "data.npy")
    let values = [Double](repeating: 1, count: shape.reduce(1, *))
    try NPYFile(shape: shape, values: values).write(to: folder.files.file("data.npy"))
    expectMistake(folder, "data.npy", "\(shape)", "(events, 4, 4)")
  }

  @Test func aMissingColumnIsNamed() throws {
    let folder = try folder([Self.event])
    let text = try folder.files.text("data.csv")
    try folder.files.write(text.replacing("p3_px", with: "p3_x"), to: "data.csv")
    expectMistake(folder, "data.csv", "there is no column \"p3_px\"")
  }

  @Test func eventsOutsidePhaseSpaceAreCountedAndNamed() throws {
    let model = try folder([Self.event, changed(0, 0.9), Self.event, changed(3, 1)]).load()
    #expect(model.notes.count == 1)
    for part in ["2 of 4 events", "event 1", "data.csv", "psi(2S)"] {
      #expect(model.notes[0].contains(part), "\(model.notes)")
    }
  }

  @Test func weightsThatSumToZeroAreRefused() throws {
    let folder = try folder([Self.event, Self.event])
    try folder.files.write("weight\n1\n-1\n", to: "weights.csv")
    try folder.files.write(
      Self.text.replacing("\"data.csv\"", with: "\"data.csv\", \"weights\": \"weights.csv\""),
      to: "model.json")
    expectMistake(folder, "weights.csv", "not positive")
    try folder.files.write("weight\n1\n", to: "weights.csv")
    expectMistake(folder, "weights.csv", "1 numbers for 2 events")
    try folder.files.write("wait\n1\n1\n", to: "weights.csv")
    expectMistake(folder, "weights.csv", "\"weight\"")
  }

  @Test func anEventWithoutIntensityIsAFailureWithTheChannel() throws {
    // A φ that flies along the beams and decays along them has no transverse amplitude.
    let mass = 0.493677
    func kaon(_ x: Double, _ z: Double) -> [Double] {
      [x, 0, z, (mass * mass + x * x + z * z).squareRoot()]
    }
    let folder = try folder([kaon(0, 0.9) + kaon(0, 0.8) + kaon(0.3, -0.8) + kaon(-0.3, -0.9)])
    let scalar = SmallModel.channel(
      "phikk",
      [
        SmallModel.scalar.replacing(
          #", "2 1": {"re": {"value": 0.3}, "im": {"value": -0.2}}"#, with: "")
      ],
      sources: SmallModel.sources.replacing("{\"toy\": 300, \"seed\": 1}", with: "\"data.csv\""))
    try folder.files.write(
      SmallModel.text([scalar]).replacing(SmallModel.window, with: "[0.9, 2.9]"), to: "model.json")
    let model = try folder.load()
    #expect(model.notes.count == 1)
    let start = model.file.parameters.start
    #expect(throws: EvaluationFailure.self) { try model.likelihood.value(at: start) }
    do {
      _ = try model.likelihood.valueAndGradient(at: start)
      Issue.record("a likelihood without a value")
    } catch let failure as EvaluationFailure {
      #expect(failure.reason.contains("channel \"phikk\""))
      #expect(failure.reason.contains("vanishes at an event of the data: event 0"))
    }
  }

  @Test func aWindowWithoutRoomIsRefused() throws {
    let text = SmallModel.text().replacing(SmallModel.window, with: "[0.5, 0.6]")
    expectMistake(try ModelFolder(text), "window", "0.6 GeV")
    let light = SmallModel.text().replacing("3.686", with: "1.5")
    expectMistake(try ModelFolder(light), "1.5 GeV", "too light")
  }

  @Test func theThreeFormatsHoldTheSameEvents() throws {
    let folder = try TemporaryFolder()
    let table = try SmallModel.read().load(workers: .one).channels[0].data
    for name in ["a.npy", "a.csv"] { try table.write(to: folder.file(name)) }
    for name in ["a.npy", "a.csv"] {
      #expect(try EventTable.read(folder.file(name), particleCount: 4) == table)
    }
  }
}
