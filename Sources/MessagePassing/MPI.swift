import Communication

/// The Message Passing Interface of the system: Open MPI, or MPICH.
///
///     Beamtrack.main(messages: MPI())
public struct MPI: MessageSystem {
  #if BEAMTRACK_WITH_MPI
    /// Messages above this length are cut [bytes].
    private let longestPiece: Int
  #else
    private let absent: Never
  #endif

  /// The system's MPI, of which nothing is touched before ``join(shouldStop:)``; nil if the program was built
  /// without.
  public init?() { self.init(longestPiece: Int(Int32.max)) }

  /// As ``init()``, with another length above which messages are cut [bytes]: MPI counts bytes by numbers of
  /// 32 bits.
  package init?(longestPiece: Int) {
    #if BEAMTRACK_WITH_MPI
      self.longestPiece = min(max(1, longestPiece), Int(Int32.max))
    #else
      return nil
    #endif
  }

  /// Starts MPI.
  ///
  /// - Throws: ``MPIError``.
  public func join(shouldStop: @escaping @Sendable () -> Bool) throws -> any JoinedProcesses {
    #if BEAMTRACK_WITH_MPI
      try MPICommunicator(longestPiece: longestPiece, shouldStop: shouldStop)
    #else
      switch absent {}
    #endif
  }
}

/// An error of MPI.
public enum MPIError: Error, Equatable, CustomStringConvertible {
  /// MPI may be called from one thread only.
  case isSingleThreaded
  /// A function failed; in MPI's own words.
  case failed(String)

  public var description: String {
    switch self {
    case .isSingleThreaded:
      "MPI can be called from one thread only; a build of it with MPI_THREAD_SERIALIZED is needed"
    case .failed(let words): "MPI: \(words)"
    }
  }
}
