import Support
import Testing

@testable import DataFiles

@Suite struct DataFileFuzzTests {
  @Test func noMutationCrashesTheTableReader() {
    let lines = [
      "x,\"a \"\"b\"\"\",y,name\r", "1.5e-3,-0.25,12345678901234567890,\"q, 1\"",
      "4.9e-324,+7,.5e+3,drift", " 9007199254740993 ,1e308,\"2\",é", "",
    ]
    var generator = SeededGenerator(seed: 31)
    let original = Array(lines.joined(separator: "\n").utf8)
    let alphabet = Array("0123456789.,+-eE\"\n\r\t naif;é\u{0}".utf8)
    var accepted = 0
    for round in 0..<40_000 {
      let bytes = generator.mutated(original, alphabet: alphabet)
      do {
        let table = try CSVFile.parse(
          bytes, path: "t.csv", columns: { round % 2 == 0 || $0 != "name" },
          mayBeEmpty: { $0 == "y" })
        accepted += 1
        for name in table.columns {
          guard let values = table.values(of: name) else { continue }
          #expect(values.count == table.rowCount)
          #expect(values.allSatisfy { $0.isFinite || ($0.isNaN && name == "y") })
        }
      } catch {
        #expect((1...DataFileError.limit).contains(error.mistakes.count))
      }
    }
    // Neither all nor none, so both ways are exercised.
    #expect(accepted > 500 && accepted < 39_500)
  }

  @Test func noMutationCrashesTheArrayReader() throws {
    let folder = try TemporaryFolder()
    try NPYFile(shape: [3, 4], values: (0..<12).map { Double($0) }).write(
      to: folder.file("a.npy"))
    let file = try contents(ofFile: folder.file("a.npy"))
    var generator = SeededGenerator(seed: 32)
    let alphabet = Array("{}()[]'\",: 0123456789<>|=fi48TrueFalseL\n".utf8)
    var accepted = 0
    for round in 0..<40_000 {
      // Half of the changes in the head only, where nearly everything is decided.
      let split = round % 2 == 0 ? 70 : file.count
      let bytes = generator.mutated(Array(file[..<split]), alphabet: alphabet) + file[split...]
      if let array = try? NPYFile.parse(bytes, path: "a.npy") {
        accepted += 1
        #expect(array.values.count == array.shape.reduce(1, *))
      }
    }
    #expect(accepted > 500 && accepted < 39_500)
  }

  @Test func noRandomBytesCrashAReader() {
    var generator = SeededGenerator(seed: 33)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? CSVFile.parse(bytes, path: "t.csv")
      _ = try? NPYFile.parse(bytes, path: "a.npy")
      _ = try? NPYFile.parse([0x93] + Array("NUMPY\u{1}\u{0}".utf8) + bytes, path: "a.npy")
    }
  }
}
