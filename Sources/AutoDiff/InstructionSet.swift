import CVectorMath

/// The vector instructions that the library was built for, and those that this processor has:
/// `x86-64`, `x86-64-v3` (AVX2 and FMA), `x86-64 with AVX-512`, `arm64`.
public enum InstructionSet {
  /// What the library was compiled for.
  public static var compiled: String { String(cString: cvm_instruction_set()) }

  /// The best that this processor has.
  public static var ofProcessor: String { String(cString: cvm_processor_instruction_set()) }
}
