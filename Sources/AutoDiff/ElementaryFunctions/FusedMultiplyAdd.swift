import CVectorMath

/// Whether a fused multiply-add is one instruction in the code being compiled; else it is a call of
/// the C library for each lane, and Dekker's product is faster.
@inlinable @inline(__always) var fusedMultiplyAddIsFast: Bool { cvm_has_fused() }
