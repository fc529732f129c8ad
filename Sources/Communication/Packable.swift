/// A value that one process can send to another.
///
/// Numbers, and structs of nothing but numbers, need no more than to say that they conform: their memory is
/// sent as it is. (All processes of a run have one kind of processor.)
public protocol Packable {
  /// Appends the value to a message.
  func pack(into message: inout [UInt8])
  /// Reads a value from a message.
  init(unpacking message: inout PackedValues)
}

/// A message that is being read.
public struct PackedValues {
  private let bytes: [UInt8]
  private var position = 0

  /// A message that is read from its beginning.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all has been read.
  public var isAtEnd: Bool { position == bytes.count }

  /// The next value, from the bytes of its memory.
  ///
  /// - Precondition: The type is one of numbers alone, and the message has them.
  public mutating func takeMemory<Value>(of type: Value.Type) -> Value {
    precondition(_isPOD(Value.self), "only the memory of numbers can be sent")
    let length = MemoryLayout<Value>.size
    precondition(position + length <= bytes.count, "the message is too short")
    defer { position += length }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Value.self) }
  }

  /// The next values, from the bytes of their memory.
  ///
  /// - Precondition: The type is one of numbers alone, and the message has so many of them.
  public mutating func takeMemory<Value>(of type: Value.Type, count: Int) -> [Value] {
    precondition(_isPOD(Value.self), "only the memory of numbers can be sent")
    let length = count * MemoryLayout<Value>.stride
    precondition(count >= 0 && position + length <= bytes.count, "the message is too short")
    defer { position += length }
    return [Value](unsafeUninitializedCapacity: count) { values, initialized in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(values).copyMemory(
          from: .init(rebasing: $0[position..<position + length]))
      }
      initialized = count
    }
  }
}

extension [UInt8] {
  /// Appends the memory of numbers to a message.
  ///
  /// - Precondition: The type is one of numbers alone.
  public mutating func appendMemory<Value>(of values: [Value]) {
    precondition(_isPOD(Value.self), "only the memory of numbers can be sent")
    values.withUnsafeBytes { append(contentsOf: $0) }
  }

  /// Appends the memory of a number to a message.
  ///
  /// - Precondition: The type is one of numbers alone.
  public mutating func appendMemory<Value>(of value: Value) {
    precondition(_isPOD(Value.self), "only the memory of numbers can be sent")
    Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
  }
}

extension Packable {
  public func pack(into message: inout [UInt8]) {
    precondition(_isPOD(Self.self), "only the memory of numbers can be sent")
    withUnsafeBytes(of: self) { message.append(contentsOf: $0) }
  }

  public init(unpacking message: inout PackedValues) { self = message.takeMemory(of: Self.self) }

  /// The value as a message.
  public var packed: [UInt8] {
    var message: [UInt8] = []
    pack(into: &message)
    return message
  }

  /// The value of a message.
  ///
  /// - Precondition: The message is that of one such value.
  public init(packed bytes: [UInt8]) {
    var message = PackedValues(bytes)
    self.init(unpacking: &message)
    precondition(message.isAtEnd, "the message is too long")
  }
}

extension Double: Packable {}
extension Float: Packable {}
extension Int: Packable {}
extension Int32: Packable {}
extension UInt8: Packable {}
extension UInt64: Packable {}
extension Bool: Packable {}

extension Array: Packable where Element: Packable {
  public func pack(into message: inout [UInt8]) {
    count.pack(into: &message)
    if Self.isSentAsMemory { return message.appendMemory(of: self) }
    for element in self { element.pack(into: &message) }
  }

  /// Whether the elements have nothing but numbers, without gaps.
  private static var isSentAsMemory: Bool {
    _isPOD(Element.self) && MemoryLayout<Element>.size == MemoryLayout<Element>.stride
  }

  public init(unpacking message: inout PackedValues) {
    let count = Int(unpacking: &message)
    if Self.isSentAsMemory {
      self = message.takeMemory(of: Element.self, count: count)
      return
    }
    self.init()
    reserveCapacity(count)
    for _ in 0..<count { append(Element(unpacking: &message)) }
  }
}

extension Optional: Packable where Wrapped: Packable {
  public func pack(into message: inout [UInt8]) {
    (self != nil).pack(into: &message)
    self?.pack(into: &message)
  }

  public init(unpacking message: inout PackedValues) {
    self = Bool(unpacking: &message) ? Wrapped(unpacking: &message) : nil
  }
}

extension String: Packable {
  public func pack(into message: inout [UInt8]) { Array(utf8).pack(into: &message) }

  public init(unpacking message: inout PackedValues) {
    self.init(decoding: [UInt8](unpacking: &message), as: UTF8.self)
  }
}

extension Communicator {
  /// The values of all processes, in the order of their ranks.
  ///
  /// - Throws: What ``allGather(_:)-([UInt8])`` throws.
  public func allGather<Value: Packable>(values value: Value) throws -> [Value] {
    size == 1 ? [value] : try allGather(value.packed).map { Value(packed: $0) }
  }

  /// The values of all processes, in the order of their ranks, in the first one; nothing in the others.
  ///
  /// - Throws: What ``gather(_:)`` throws.
  public func gather<Value: Packable>(values value: Value) throws -> [Value] {
    size == 1 ? [value] : try gather(value.packed).map { Value(packed: $0) }
  }

  /// The value of the first process.
  ///
  /// - Throws: What ``broadcast(_:)`` throws.
  public func broadcast<Value: Packable>(value: Value) throws -> Value {
    size == 1 ? value : Value(packed: try broadcast(value.packed))
  }
}
