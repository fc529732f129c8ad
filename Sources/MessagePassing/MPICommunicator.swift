#if BEAMTRACK_WITH_MPI
  import CMPI
  import Communication
  import Synchronization
  import SystemLibrary

  /// The processes of MPI.
  ///
  /// Every operation is begun and then asked for, so that an interrupt, or the end of another process, ends the
  /// wait. Operations may be called from any thread, one after the other.
  final class MPICommunicator: JoinedProcesses {
    let rank: Int
    let size: Int
    let hosts: [String]
    private let sent = Mutex(Traffic())
    private let exchange: Mutex<MessageExchange>

    /// Starts MPI and joins the others.
    ///
    /// - Throws: ``MPIError``.
    init(longestPiece: Int, shouldStop: @escaping @Sendable () -> Bool) throws {
      var isSerialized: Int32 = 0
      try MPIError.check(cmpi_start(&isSerialized))
      if isSerialized == 0 { throw MPIError.isSingleThreaded }
      let messages = try MPIGroup()
      rank = messages.rank
      size = messages.size
      var exchange = MessageExchange(
        messages, notices: try Notices(MPIGroup()), longestPiece: longestPiece,
        shouldStop: shouldStop)
      hosts = try exchange.allGather(Host.name.packed).map { String(packed: $0) }
      self.exchange = Mutex(exchange)
    }

    var traffic: Traffic { sent.withLock { $0 } }

    private func count(_ messages: Int, ofBytes length: Int) {
      sent.withLock { $0.add(messages: messages, ofBytes: length) }
    }

    func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      count(size - 1, ofBytes: 8)
      count(size - 1, ofBytes: bytes.count)
      return try exchange.withLock { try $0.allGather(bytes) }
    }

    func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      if !isFirst {
        count(1, ofBytes: 8)
        count(1, ofBytes: bytes.count)
      }
      return try exchange.withLock { try $0.gather(bytes) }
    }

    func scatter(_ parts: [[UInt8]]) throws -> [UInt8] {
      if isFirst {
        for part in parts.dropFirst() {
          count(1, ofBytes: 8)
          count(1, ofBytes: part.count)
        }
      }
      return try exchange.withLock { try $0.scatter(parts) }
    }

    func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
      if isFirst {
        count(size - 1, ofBytes: 8)
        count(size - 1, ofBytes: bytes.count)
      }
      return try exchange.withLock { try $0.broadcast(bytes) }
    }

    func exchange(
      _ outgoing: [UnsafeRawBufferPointer], into incoming: [UnsafeMutableRawBufferPointer]
    ) throws {
      require(
        outgoing.count == size && incoming.count == size, "there is a message for each process")
      for (receiver, message) in outgoing.enumerated() where receiver != rank && !message.isEmpty {
        count(1, ofBytes: message.count)
      }
      let (source, target) = (outgoing[rank], incoming[rank])
      require(source.count == target.count, "a message has another length than expected")
      target.copyMemory(from: source)
      let messages = MessagesInPlace(outgoing: outgoing, incoming: incoming)
      try exchange.withLock { try $0.exchange(messages) }
    }

    func barrier() throws { try exchange.withLock { try $0.barrier() } }

    var isIntact: Bool { exchange.withLock { $0.isIntact } }

    func announce(_ end: ProcessEnd) { exchange.withLock { $0.announce(end) } }

    func announcedEnds() -> [Int: ProcessEnd] { exchange.withLock { $0.announcedEnds() } }

    func leave() {
      exchange.withLock { $0.close() }
      _ = cmpi_end()
    }

    func abort(status: Int32) -> Never {
      exchange.withLock { _ = cmpi_abort($0.group.communicator, status) }
      exit(status)
    }
  }

  extension MPIError {
    /// - Throws: What MPI says of a code that is not success.
    static func check(_ code: Int32) throws {
      if code == cmpi_success() { return }
      var text = [CChar](repeating: 0, count: Int(CMPI_MAX_TEXT))
      cmpi_describe(code, &text)
      let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw failed(String(decoding: bytes, as: UTF8.self))
    }
  }
#endif
