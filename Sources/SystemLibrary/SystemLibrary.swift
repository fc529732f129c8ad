// The C library under one name: `exp`, `open`, `errno` and their like. Foundation would bring
// Unicode's tables with them, half of a static binary and of its start.
#if canImport(Darwin)
  @_exported import Darwin
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Glibc
#endif
