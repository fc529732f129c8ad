import Testing

@testable import Terminal

@Suite("How a program was started")
struct LaunchTests {
  @Test func launchersAreKnownByTheirVariables() {
    #expect(Launch([:]) == nil)
    let open = Launch(["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "8", "PMIX_RANK": "3"])
    #expect(open?.rank == 3 && open?.size == 8)
    let hydra = Launch(["PMI_RANK": "0", "PMI_SIZE": "2"])
    #expect(hydra?.rank == 0 && hydra?.size == 2)
    let slurm = Launch(["PMIX_RANK": "5", "SLURM_NTASKS": "8", "SLURM_PROCID": "5"])
    #expect(slurm?.rank == 5 && slurm?.size == nil)
  }

  /// Inside an allocation a program may be started by itself.
  @Test func anAllocationIsNoLauncher() {
    #expect(
      Launch(["SLURM_JOB_ID": "1", "SLURM_NTASKS": "8", "SLURM_PROCID": "0", "PMI_SIZE": "8"])
        == nil)
  }

  @Test func theOptionIsKnownBeforeTheWordsAreParsed() {
    #expect(MessageUse(words: ["run.json"]) == nil)
    #expect(MessageUse(words: ["run.json", "--mpi", "off", "-t", "2"]) == .off)
    #expect(MessageUse(words: ["--mpi=on", "run.json"]) == .on)
    #expect(MessageUse(words: ["--mpi=on", "--mpi", "off"]) == .off)
    #expect(MessageUse(words: ["--mpi", "perhaps"]) == nil)
    #expect(MessageUse(words: ["--", "--mpi", "off"]) == nil)
  }

  @Test func mistakesNameTheRemedy() throws {
    let alone = LaunchMistake.noMessages(nil, .on)
    #expect(alone.description.hasPrefix("--mpi on: this program was built without MPI"))
    let launch = try #require(Launch(["PMI_RANK": "1", "PMI_SIZE": "4"]))
    let several = LaunchMistake.noMessages(launch, nil).description
    #expect(several.contains("4 processes") && several.contains("--mpi off"))
    let other = LaunchMistake.otherSize(1, launch).description
    #expect(other.contains("started 4 processes, and MPI finds 1") && other.contains("--mpi off"))
  }
}
