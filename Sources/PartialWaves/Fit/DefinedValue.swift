import Communication
import DataFiles

/// What an evaluation gives; nil where it fails because of its numbers: an intensity that is not positive, a
/// Hessian that has no inverse.
///
/// - Throws: What ends a run: `Interruption`, and `DataFileError` if events on the disk cannot be read.
package func definedValue<Value>(_ evaluation: () throws -> Value) throws -> Value? {
  do {
    return try evaluation()
  } catch let interruption as Interruption {
    throw interruption
  } catch let failure as DataFileError {
    throw failure
  } catch {
    return nil
  }
}
