import Experiments
import Foundation

/// Slurm's own programs, each asked with a time limit.
struct SlurmClient {
  private let folder: String

  /// The programs beside `sbatch` in `PATH`. Throws `SweepFault` when there is none.
  init() throws(SweepFault) {
    guard let sbatch = Subprocess.find("sbatch") else {
      throw SweepFault(
        "--engine slurm", found: "no sbatch in PATH", wanted: "Slurm's programs",
        advice: "submit on a login node of the cluster, or see the script with --dry-run")
    }
    folder = String(sbatch.dropLast("/sbatch".count))
  }

  /// The largest array that the cluster takes: what it says, or Slurm's default.
  static func arraySizeMax() -> Int {
    guard let scontrol = Subprocess.find("scontrol"),
      let answer = Subprocess.run(scontrol, ["show", "config"], limit: 15), answer.status == 0
    else { return arraySizeMaxDefault }
    return SlurmQueue.arraySizeMax(in: answer.output) ?? arraySizeMaxDefault
  }

  /// `MaxArraySize` of slurm.conf where nothing else is said.
  private static let arraySizeMaxDefault = 1_001

  /// Submits a script; the job's number. Throws `SweepFault` with what sbatch says.
  func submit(_ script: String) throws(SweepFault) -> String {
    guard let answer = Subprocess.run(folder + "/sbatch", ["--parsable", script], without: Self.meddling, limit: 60)
    else { throw SweepFault(folder + "/sbatch", found: "a file that does not run", wanted: "Slurm's sbatch") }
    if answer.isLate {
      throw SweepFault(
        "sbatch", found: "no answer in a minute", wanted: "the number of a job",
        advice: "try again: if the job was queued all the same, it is found by its name and not submitted twice")
    }
    // `--parsable` gives the number, and behind a semicolon the cluster.
    let job = answer.output.prefix { $0.isASCII && $0.isNumber }
    guard answer.status == 0, !job.isEmpty else {
      let said = (answer.error + answer.output).split(whereSeparator: \.isNewline).joined(separator: "; ")
      throw SweepFault(
        "sbatch", found: said.isEmpty ? "exit status \(answer.status)" : said, wanted: "the number of a job",
        advice: "nothing was submitted; mend the options or \(SlurmScript.fileName)")
    }
    return String(job)
  }

  /// The jobs of a name that this user has, ended ones included as long as Slurm remembers them; nil without an answer.
  func queue(_ name: String) -> SlurmQueue? {
    let arguments = ["--noheader", "--me", "--states=all", "--name=\(name)", "--format=\(SlurmQueue.format)"]
    guard let answer = Subprocess.run(folder + "/squeue", arguments, without: Self.meddling, limit: 20),
      answer.status == 0, !answer.isLate
    else { return nil }
    return SlurmQueue(answer.output)
  }

  /// Variables that override what the script or our questions say.
  private static let meddling = [
    "SBATCH_ARRAY_INX", "SBATCH_JOB_NAME", "SBATCH_NO_REQUEUE", "SBATCH_OPEN_MODE", "SBATCH_OUTPUT", "SBATCH_WAIT",
    "SQUEUE_ARRAY", "SQUEUE_FORMAT", "SQUEUE_FORMAT2", "SQUEUE_NAMES", "SQUEUE_PARTITION", "SQUEUE_QOS",
    "SQUEUE_STATES", "SQUEUE_USERS", "SQUEUE_ACCOUNT", "SQUEUE_LICENSES",
  ]
}
