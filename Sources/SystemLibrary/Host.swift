/// The machine that the program runs on.
public enum Host {
  /// How many processors this process may use; at least 1.
  public static let activeProcessorCount: Int = {
    #if canImport(Darwin)
      return max(1, number(named: "hw.activecpu", Int32(1)))
    #else
      return max(
        1, [quota, affinity].compactMap(\.self).min() ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    #endif
  }()

  /// Which processors this process may be scheduled on, as the system writes it ("0-3,8"); empty where it
  /// does not say.
  public static var allowedProcessors: String {
    #if canImport(Darwin)
      return ""
    #else
      return status("Cpus_allowed_list:") ?? ""
    #endif
  }

  /// The machine's name in its network.
  public static var name: String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
    return String(
      decoding: bytes.lazy.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The size of its memory [bytes].
  public static var physicalMemory: UInt64 {
    #if canImport(Darwin)
      return UInt64(number(named: "hw.memsize", Int64(0)))
    #else
      return UInt64(sysconf(Int32(_SC_PHYS_PAGES))) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    #endif
  }

  /// Its operating system with the version, for people: "Debian GNU/Linux 12 (bookworm)".
  public static var operatingSystem: String {
    #if canImport(Darwin)
      return "Version \(text(named: "kern.osproductversion")) "
        + "(Build \(text(named: "kern.osversion")))"
    #else
      return distribution ?? kernel
    #endif
  }

  #if canImport(Darwin)
    private static func number<Number: FixedWidthInteger>(
      named name: String, _ missing: Number
    ) -> Int {
      var number = missing
      var size = MemoryLayout<Number>.size
      return sysctlbyname(name, &number, &size, nil, 0) == 0 ? Int(number) : Int(missing)
    }

    private static func text(named name: String) -> String {
      var bytes = [UInt8](repeating: 0, count: 256)
      var size = bytes.count
      guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return "" }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  #else
    /// The time on processors that a container may take (version 1 of control groups), in whole
    /// processors, rounded up; nil if it is not limited.
    private static var quota: Int? {
      let folder = "/sys/fs/cgroup/cpu/cpu.cfs_"
      guard let quota = number(inFile: folder + "quota_us"), quota > 0,
        let period = number(inFile: folder + "period_us"), period > 0
      else { return nil }
      return (quota - 1 + period) / period
    }

    /// The number of processors that this process may be scheduled on.
    private static var affinity: Int? {
      // A mask in hexadecimal digits, a bit for each processor: "ff,ffffffff".
      let mask = status("Cpus_allowed:")
      let count = mask?.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 0
      return count > 0 ? count : nil
    }

    /// What the system says of this process under a key.
    private static func status(_ key: String) -> String? {
      let line = lines(ofFile: "/proc/self/status").first { $0.hasPrefix(key) }
      return line.map { String($0.dropFirst(key.count).drop { $0 == " " || $0 == "\t" }) }
    }

    /// What the distribution calls itself.
    private static var distribution: String? {
      for path in ["/etc/os-release", "/usr/lib/os-release"] {
        for line in lines(ofFile: path) where line.hasPrefix("PRETTY_NAME=") {
          let name = line.dropFirst("PRETTY_NAME=".count)
          return String(name.filter { $0 != "\"" })
        }
      }
      return nil
    }

    private static var kernel: String {
      var names = utsname()
      guard uname(&names) == 0 else { return "Linux" }
      let release = withUnsafeBytes(of: names.release) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      return release.isEmpty ? "Linux" : "Linux \(release)"
    }

    /// The number in the first line of a file.
    private static func number(inFile path: String) -> Int? {
      lines(ofFile: path).first.flatMap { Int($0) }
    }

    /// The lines of a small file; none if it cannot be read.
    private static func lines(ofFile path: String) -> [Substring] {
      guard let file = fopen(path, "re") else { return [] }
      defer { fclose(file) }
      let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
        count = fread(buffer.baseAddress, 1, buffer.count, file)
      }
      return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    }
  #endif
}
