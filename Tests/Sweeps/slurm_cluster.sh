# A private Slurm on loopback: one controller, four nodes of one CPU, no systemd, no accounting. To be sourced.
# cluster_up FOLDER, cluster_down, node_up NODE, node_fails NODE; everything is in FOLDER, and nothing outlives it.

nodes=4

# A free port of loopback to begin with; the nodes and the controller take the next ones.
free_ports() {
  python3 - "$1" <<'PYTHON'
import random, socket, sys
wanted = int(sys.argv[1])
for _ in range(200):
    first, held = random.randrange(20000, 30000), []
    try:
        for port in range(first, first + wanted):
            held.append(socket.socket())
            held[-1].bind(("127.0.0.1", port))
    except OSError:
        continue
    finally:
        for one in held:
            one.close()
    print(first)
    sys.exit()
sys.exit("no free ports")
PYTHON
}

cluster_up() {
  cluster=$1
  local host port
  host=$(hostname -s)
  port=$(free_ports $((nodes + 1)))
  mkdir -p "$cluster"/{munge,state,spool,log}
  chmod 755 "$cluster/munge"
  dd if=/dev/urandom of="$cluster/munge/key" bs=128 count=1 status=none
  chmod 600 "$cluster/munge/key"
  chmod 700 "$cluster/log"
  munged --key-file="$cluster/munge/key" --socket="$cluster/munge/socket" --pid-file="$cluster/munge/pid" \
    --log-file="$cluster/log/munged" --seed-file="$cluster/munge/seed" --force > "$cluster/log/munged.start" 2>&1
  cat > "$cluster/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$cluster/munge/socket
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool/%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd-%n.pid
SlurmctldLogFile=$cluster/log/slurmctld
SlurmdLogFile=$cluster/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=0
SlurmdTimeout=3
MessageTimeout=2
TCPTimeout=1
KillWait=1
MinJobAge=3600
ReturnToService=1
MaxArraySize=501
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=1 RealMemory=500
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$cluster/slurm.conf
  slurmctld -f "$SLURM_CONF"
  local node
  for node in $(seq "$nodes"); do node_up "n$node"; done
  local tries
  for tries in $(seq 100); do
    [[ $(timeout 5 sinfo --noheader --Node --format=%T | grep -c idle) -eq $nodes ]] && return
    sleep 0.1
  done
  echo "slurm: the nodes did not come up" >&2
  tail -n 5 "$cluster"/log/* >&2
  return 1
}

node_up() {
  mkdir -p "$cluster/spool/$1"
  slurmd -N "$1" -f "$SLURM_CONF"
}

# The step daemons of this cluster, or of one of its nodes: they know the configuration, and hold the node's log open.
steps() {
  local step
  for step in $(pgrep slurmstepd || true); do
    if cat "/proc/$step/environ" 2> /dev/null | tr '\0' '\n' | grep -qx "SLURM_CONF=$cluster/slurm.conf" \
      && ls -l "/proc/$step/fd" 2> /dev/null | grep -q -- "-> $cluster/log/slurmd-${1:-}"; then
      echo "$step"
    fi
  done
}

# A process and all below it, the youngest first.
family() {
  local child
  for child in $(ps -o pid= --ppid "$1"); do family "$child"; done
  echo "$1"
}

# As if the power went: the node's daemon, its step daemons and what they run, without a word to anybody.
node_fails() {
  local victims step
  victims=$(cat "$cluster/slurmd-$1.pid")
  for step in $(steps "$1"); do victims+=" $(family "$step")"; done
  # shellcheck disable=SC2086
  kill -9 $victims 2> /dev/null || true
}

cluster_down() {
  [[ -n ${cluster:-} && -d $cluster ]] || return 0
  local file step daemons=()
  for step in $(steps); do
    # shellcheck disable=SC2046
    kill -9 $(family "$step") 2> /dev/null || true
  done
  for file in "$cluster"/slurmctld.pid "$cluster"/slurmd-*.pid "$cluster"/munge/pid; do
    if [[ -s $file ]]; then daemons+=("$(cat "$file")"); fi
  done
  kill "${daemons[@]}" 2> /dev/null || true
  local tries
  for tries in $(seq 50); do
    kill -0 "${daemons[@]}" 2> /dev/null || return 0
    sleep 0.1
  done
  kill -9 "${daemons[@]}" 2> /dev/null || true
}
