"""The options of group [mqnet] in nova.conf."""

from oslo_config import cfg

group = cfg.OptGroup(
    'mqnet',
    title='Queues per NIC',
    help="""
How nova-compute works with the service of nova-multiqueue, which decides how
many virtio-net queues every NIC of an instance gets. They are read by
``compute_driver = mqnet.LibvirtDriver`` and ``mqnet.RestDriver``.
""")

opts = [
    cfg.URIOpt(
        'service_url',
        default='http://127.0.0.1:8784',
        schemes=['http', 'https'],
        help="""
Where the service listens.

Each compute host has a service of its own, on a loopback address, because
what it decides depends on the host. The default is its port beside a
nova-api, which has 8774.

Possible values:

* A URL with the scheme http or https, a host, and optionally a port and a
  path under which a proxy serves it. The certificate of an https service is
  verified against the certificates that the system trusts.
"""),
    cfg.FloatOpt(
        'service_timeout',
        default=10,
        min=0.1,
        help="""
Seconds to wait for an answer of the service.

A plan takes about a millisecond. What the service answers at once and does
afterwards (fetching an image, starting a domain, detaching a NIC) does not
count here. To ``mqnet.RestDriver`` it answers an attached NIC and a config
drive only when they are there, and those have to be so within this time.

Possible values:

* A number of 0.1 or more. It bounds the connecting and then the answer, each
  by itself.
"""),
    cfg.FloatOpt(
        'service_restart_timeout',
        default=60,
        min=0,
        help="""
Seconds to wait for a service that is being started.

``mqnet.RestDriver`` waits for one that stopped answering in the middle of a
task: started again it goes on with what it had taken on, or says why it could
not. A boot is one task from its first step to its last. A new one fails at
once while the service is away.

``mqnet.LibvirtDriver`` waits when nova-compute itself starts, because Nova
then starts the guests that ran when the host went down.

Possible values:

* A number of 0 or more; with 0 nothing is waited for.

Related options:

* ``on_service_failure``: with ``upstream`` nova-compute does not wait when it
  starts.
"""),
    cfg.FloatOpt(
        'delete_timeout',
        default=60,
        min=0,
        help="""
Seconds to wait until the service has deleted an instance.

One whose QEMU cannot be killed (it waits for a disk that does not answer, for
instance) is in ERROR after them, with that as its fault, and keeps its
addresses. The service goes on trying, so a later deletion succeeds at once if
that has. libvirt itself tries for 40 seconds. Only ``mqnet.RestDriver`` waits.

Possible values:

* A number of 0 or more.
"""),
    cfg.StrOpt(
        'on_service_failure',
        default='fail',
        choices=[
            ('fail',
             'what needs a plan fails, with the reason in the fault of the '
             'instance'),
            ('upstream',
             'NICs that have queues of an earlier plan keep them, the others '
             'get what Nova itself would give them, and a warning is logged'),
        ],
        help="""
What happens if the service cannot be reached, or fails, when an instance is
booted, rebooted, resized or moved, or a NIC is attached.

It matters for ``mqnet.LibvirtDriver`` only: without its service
``mqnet.RestDriver`` can do nothing. A plan that the service refuses is never
replaced by another one.

Related options:

* ``service_url``
* ``service_timeout``
"""),
    cfg.IntOpt(
        'max_vcpus',
        min=1,
        help="""
The most vCPUs that one instance may have on this host.

Nova's libvirt driver reports the host's own CPUs as ``max_unit`` of the
resource class VCPU, so placement offers this host to no larger flavor,
whatever ``cpu_allocation_ratio`` is. This option raises that number. It never
lowers it.

Possible values:

* Unset (the default): what Nova reports.
* A positive integer.

Related options:

* ``[DEFAULT]/cpu_allocation_ratio``
"""),
]


def register_opts(conf):
    conf.register_group(group)
    conf.register_opts(opts, group=group)


def list_opts():
    """For oslo-config-generator."""
    return [(group, opts)]
