/// Memory in large pages, where the system has them: it is there at once instead of page by page, and a
/// pass over it looks up few pages.
public enum LargePages {
  /// The size of a large page, and the least memory that is put into such [byte].
  private static var size: Int { 1 << 21 }

  /// Memory that is not initialised, and begins at a line of the cache, so that no vector crosses one.
  public static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: byteCount < size ? 64 : size)
    advise(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
    return memory
  }

  /// Asks for large pages in memory that has not been written to yet. It is advice: where the system ignores
  /// it, only speed is lost.
  public static func advise(_ memory: UnsafeMutableRawBufferPointer) {
    #if canImport(Glibc)
      guard let start = memory.baseAddress?.alignedUp(toMultipleOf: size),
        let end = (memory.baseAddress.map { $0 + memory.count })?.alignedDown(toMultipleOf: size),
        start < end
      else { return }
      madvise(start, end - start, MADV_HUGEPAGE)
    #endif
  }
}
