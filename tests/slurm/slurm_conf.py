"""The configuration of an emulated cluster: small, fast to react, without accounting or control groups."""

SLURM_CONF = """\
ClusterName=emulated
# slurmctld only starts where the host's name is this one.
SlurmctldHost=ctl({address})
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
# A requeued job waits for as long as credentials last: by default two minutes, and below 5 s again two minutes.
AuthInfo=socket={folder}/run/munge.sock,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
# The PMIx plugin makes a folder of the same name here on every node: each has its own /tmp.
TmpFS=/tmp
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
SlurmctldDebug=verbose
SlurmdDebug=verbose
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MailProg=/bin/true
SwitchType=switch/none
MpiDefault=pmix
# Cores are handed out, memory is not counted. Nodes claim what they have not: the machine's cores and memory.
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1,bf_min_age_reserve=0
# A job in "high" takes the nodes of one in "low" or "grace", which goes back into the queue; in "grace" it gets the
# signal of its --signal first (preempt_send_user_signal).
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
# From SIGTERM to SIGKILL; and the times after which a silent node is down (15 s in all).
KillWait=8
SlurmdTimeout=5
MessageTimeout=5
SlurmctldTimeout=10
BatchStartTimeout=10
CompleteWait=0
InactiveLimit=0
# Jobs that are over can be asked for; a node that was down is used again when its slurmd registers.
MinJobAge=3600
ReturnToService=2
PartitionName=low Nodes=ALL Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=0 MaxTime=INFINITE State=UP
PartitionName=grace Nodes=ALL PriorityTier=1 PreemptMode=REQUEUE GraceTime=20 MaxTime=INFINITE State=UP
PartitionName=high Nodes=ALL PriorityTier=10 PreemptMode=OFF MaxTime=INFINITE State=UP
"""

NODE = "NodeName={name} NodeHostname={name} NodeAddr={address} CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 " \
       "ThreadsPerCore=1 RealMemory=16000\n"

# slurmd sets this plugin up also where nothing uses it, and ends where it finds no control groups, unless it is named.
CGROUP_CONF = "CgroupPlugin=cgroup/v1\n"

CONTROLLER_ADDRESS = "10.77.0.254"


def address(node):
    """The address of node "n3" inside the cluster's own network."""
    return f"10.77.0.{node[1:]}"


def write_configuration(folder, nodes):
    """Writes slurm.conf, cgroup.conf and hosts below FOLDER/etc."""
    etc = folder / "etc"
    lines = [NODE.format(name=name, address=address(name)) for name in nodes]
    (etc / "slurm.conf").write_text(SLURM_CONF.format(folder=folder, address=CONTROLLER_ADDRESS) + "".join(lines))
    (etc / "cgroup.conf").write_text(CGROUP_CONF)
    hosts = [f"{address(name)} {name}\n" for name in nodes]
    (etc / "hosts").write_text(f"127.0.0.1 localhost\n{CONTROLLER_ADDRESS} ctl\n" + "".join(hosts))
