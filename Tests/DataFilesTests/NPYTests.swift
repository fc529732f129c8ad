import Foundation
import Support
import Testing

@testable import DataFiles

@Suite struct NPYTests {
  /// A file put together by hand: head, then data.
  private func file(
    _ header: String, version: UInt8 = 1, data: [UInt8] = [], length: Int? = nil
  ) -> [UInt8] {
    let count = length ?? header.utf8.count
    let size = version == 1 ? 2 : 4
    let lengthBytes = (0..<size).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(header.utf8) + data
  }

  private func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  @Test func aFileThatNumPyWroteIsRead() throws {
    // numpy.save of numpy.array([[1.0, -2.5, 3.0]]), byte for byte.
    let head = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 3), }"
    let padded = head + String(repeating: " ", count: 117 - head.count) + "\n"
    let numbers = [1, -2.5, 3].flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    let bytes = file(padded, data: numbers)
    #expect(bytes.count == 128 + 24)
    let array = try NPYFile.parse(bytes, path: "a.npy")
    #expect(array == NPYFile(shape: [1, 3], values: [1, -2.5, 3]))
  }

  @Test func theWrittenFormIsNumPys() throws {
    let folder = try TemporaryFolder()
    try NPYFile(shape: [2], values: [1, 2]).write(to: folder.file("a.npy"))
    let bytes = try contents(ofFile: folder.file("a.npy"))
    let head = String(decoding: bytes[10...].prefix { $0 != 0x0A }, as: UTF8.self)
    #expect(head.hasPrefix("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"))
    #expect((bytes.count - 16) % 64 == 0)  // the data begin at a multiple of 64
    #expect(Array(bytes.suffix(8)) == [0, 0, 0, 0, 0, 0, 0, 0x40])
  }

  @Test(
    arguments: [
      ("<f8", [0, 0, 0, 0, 0, 0, 0xF8, 0xBF]), (">f8", [0xBF, 0xF8, 0, 0, 0, 0, 0, 0]),
      ("<f4", [0, 0, 0xC0, 0xBF]), (">f4", [0xBF, 0xC0, 0, 0]),
    ] as [(String, [UInt8])])
  func floatingPointOfEachSizeAndByteOrderIsRead(type: String, data: [UInt8]) throws {
    let array = try NPYFile.parse(file(header(type, "(1,)"), data: data), path: "a.npy")
    #expect(array.values == [-1.5])
  }

  @Test(
    arguments: [
      ("<i8", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
      (">i8", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]),
      ("<i4", [0xFE, 0xFF, 0xFF, 0xFF]), (">i4", [0xFF, 0xFF, 0xFF, 0xFE]),
    ] as [(String, [UInt8])])
  func integersOfEachSizeAndByteOrderAreRead(type: String, data: [UInt8]) throws {
    let array = try NPYFile.parse(file(header(type, "()"), data: data), path: "a.npy")
    #expect(array == NPYFile(shape: [], values: [-2]))
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func eachVersionAndAnyOrderOfKeysIsRead(version: UInt8) throws {
    let text = "{\"shape\":(2,0),\"fortran_order\":True,\"descr\":\">i4\"}"
    let array = try NPYFile.parse(file(text, version: version), path: "a.npy")
    #expect(array == NPYFile(shape: [2, 0], values: []))
  }

  @Test func columnMajorOrderIsTurnedIntoRowMajor() throws {
    // Entry (i, j, k) of shape (2, 3, 4) holds 100i + 10j + k and stands at i + 2(j + 3k).
    var data: [UInt8] = []
    for k in 0..<4 {
      for j in 0..<3 {
        for i in 0..<2 { data += [UInt8(100 * i + 10 * j + k), 0, 0, 0] }
      }
    }
    let bytes = file(header("<i4", "(2, 3, 4)", fortran: true), data: data)
    var expected: [Double] = []
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 { expected.append(Double(100 * i + 10 * j + k)) }
      }
    }
    #expect(try NPYFile.parse(bytes, path: "a.npy").values == expected)
  }

  @Test func aMalformedFileIsRefusedInWords() throws {
    let eight = [UInt8](repeating: 0, count: 8)
    let largeInteger: [UInt8] = [1, 0, 0, 0, 0, 0, 0x20, 0]  // 2⁵³ + 1
    let cases: [([UInt8], String)] = [
      ([], "this is no NumPy array: the file does not begin with \"\\x93NUMPY\""),
      (Array("PK\u{3}\u{4}".utf8), "this is no NumPy array"),
      (Array(file(header("<f8", "()")).prefix(9)), "the file ends within its header"),
      (file("{}", length: 3), "the file ends within its header"),
      (file("{}", version: 2, length: 0xFFFF_FFFF), "the file ends within its header"),
      (file("{}", version: 4), "format version 4.0 is unknown; expected 1, 2 or 3"),
      (file("{}"), "the header needs 'descr', 'fortran_order' and 'shape'"),
      (file("[]"), "the header is malformed: expected \"{\" at byte 10"),
      (file(header("<f8", "(1,)")), "the shape [1] of <f8 needs 8 bytes of data, the file has 0"),
      (file(header("<f8", "(2,)"), data: eight), "the shape [2] of <f8 needs 16 bytes of data"),
      (file(header("<f4", "(1,)"), data: eight), "the shape [1] of <f4 needs 4 bytes of data"),
      (file(header("<c16", "(1,)")), "the type '<c16' is not supported; expected one of f4, f8"),
      (file(header("|b1", "(1,)")), "the type '|b1' is not supported"),
      (file(header("<f2", "(1,)")), "the type '<f2' is not supported"),
      (file(header("<f8", "(3)")), "the header is malformed: expected \",\""),
      (file(header("<f8", "(-1,)")), "the header is malformed: expected the length of an axis"),
      (file(header("<f8", "(99999999999999999999,)")), "the header is malformed: expected"),
      (
        file(header("<f8", "(4611686018427387904, 4)")), "the shape [4611686018427387904, 4] is too"
      ),
      (file(header("<f8", "(2305843009213693952,)")), "the shape [2305843009213693952] is too"),
      (file(header("<f8", "(" + String(repeating: "1, ", count: 65) + ")")), "the array has more"),
      (file("{'descr': [('x', '<f8')], }"), "arrays of records are not supported"),
      (file("{'descr': '<f8', 'descr': '<f8'}"), "the header has an unexpected key 'descr'"),
      (file("{'size': 3}"), "the header has an unexpected key 'size'"),
      (file("{'descr': '<f8"), "the header is malformed: expected a closing quotation mark"),
      (file(header("<f8", "()") + "x", data: eight), "the header is malformed: expected the end"),
      (
        file(header("<i8", "(2,)"), data: eight + largeInteger),
        "the integer of index 1 is too large to be a double exactly"
      ),
    ]
    for (bytes, message) in cases {
      let thrown = #expect(throws: DataFileError.self) {
        try NPYFile.parse(bytes, path: "a.npy")
      }
      #expect(thrown?.message.hasPrefix(message) == true, "\(thrown?.message ?? "") ≠ \(message)")
    }
  }

  @Test func manyAxesOfLengthZeroAreNoOverflow() throws {
    let shape = "(4611686018427387904, 4611686018427387904, 0)"
    #expect(try NPYFile.parse(file(header("<f8", shape)), path: "a.npy").values == [])
  }
}
