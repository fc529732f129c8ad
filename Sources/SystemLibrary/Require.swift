/// Ends the program with a message unless a condition holds.
///
/// It is for mistakes of a program, such as an array of another length than its partner: for mistakes
/// of its user there are errors. The message of a `precondition` is missing from optimised builds; this
/// one is printed in all of them, with the place of the check in the library. Where particles or events
/// are counted one by one, `precondition` is right: there its message may be missing.
///
/// - Parameters:
///   - condition: What has to be true.
///   - message: The rule that was broken, in words; it is computed only where the condition is false.
///   - file: The file of the check.
///   - line: The line of the check.
@inlinable @inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
