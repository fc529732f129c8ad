import Foundation

/// An array of doubles as NumPy writes it, read without the package's own reader.
public struct NumPyArray {
  public let shape: [Int]
  /// The last axis fastest.
  public let values: [Double]

  public init(_ path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let start = 10 + Int(data[8]) + 256 * Int(data[9])
    let header = String(decoding: data[10..<start], as: UTF8.self)
    precondition(header.contains("'<f8'") && header.contains("False"), "doubles, row by row")
    let open = header.firstIndex(of: "(") ?? header.startIndex
    shape = header[open...].prefix { $0 != ")" }.split { !$0.isNumber }.compactMap { Int($0) }
    let bytes = [UInt8](data[start...])
    values = stride(from: 0, to: bytes.count, by: 8).map { place in
      Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * $1) })
    }
  }
}
