#!/usr/bin/python3
"""The reference peer: Nova's own libvirt code, answering our plan requests.

Runs Debian's python3-nova (Zed, 26.2.2) inside this process: no service, no
message bus, no database, no libvirtd.  Needs Debian's /usr/bin/python3.

    nova_peer.py vifs    < requests.jsonl     the XML of every NIC
    nova_peer.py guest   < requests.jsonl     the XML of the whole domain
    nova_peer.py bench --what vifs|guest --seconds S --warmup S < one request
    nova_peer.py version

A request is one line, in the form of ``POST /v1/plans``.  Read from it are
``instance{uuid,name}``, ``flavor{name,vcpus,memory_mb,extra_specs}``,
``image{properties}``, ``virt_type``, ``nics[].vif`` and, of ``host``,
``kernel_release``, ``max_queues``, ``rx_queue_size``, ``tx_queue_size``,
``use_virtio_for_bridges``, ``pci_netdev_name``, ``vdpa_device_path``.  All
else (``queues``, ``throughput``, ``tag``, ``devices``, ``strict``, ...) means
nothing to Nova and is ignored.  A ``vif`` is hydrated by Nova's network model;
null is absent.  Beware: Nova takes unknown keys of a network for its meta, so
``network.mtu`` counts as ``network.meta.mtu`` here.

An answer is one line for each request, in order, flushed at once:

    vifs   {"nics": [{"id", "interface_xml"} | {"id", "error"}]}
    guest  {"domain_xml"} | {"error"}
    bench  {"what", "nics", "ops", "p50_us", "p99_us", "mean_us",
            "cpu_us_per_op"}
    error  {"type": class name, "message": text}

What Nova refuses before it looks at a NIC (an unknown model, a bad option) is
the error of every NIC.  A line that is not a request gets {"error"}.

``bench vifs``: one operation is get_config().to_xml() over all the NICs of the
request; ``bench guest``: one _get_guest_xml(), which hands eight calls to the
fake libvirt through eventlet's thread pool, as Nova does to the real one.  The
objects are built before the clock starts; nothing is monkey-patched.  Guests
of many vCPUs are slow, for Nova weighs every CPU topology: 0.7 s for 300.

Faked, everything else being upstream's code:
  - the host's facts: os.uname(), nova.pci.utils.get_ifname_by_pci_address (when
    the request says pci_netdev_name) and the lookup of a vDPA device;
  - the [libvirt] options, overridden from the request; no nova.conf is read;
  - for guests: libvirt itself and the host's capabilities, by LibvirtFixture of
    nova.tests.  Disks and disk.info live in a private temporary directory that
    the answer calls /var/lib/nova/instances.  <nova:creationTime> is now.

Zed knows no packed ring (hw:virtio_packed_ring is ignored, 2024.1 has it), no
igb model, no managed="no" target of a tap; it still has the Linux bridge.

Exit codes: 0 done, 1 the benched request fails, 2 usage, 3 Nova is missing.
"""

import argparse
import importlib.metadata
import json
import math
import platform
import sys
import time

from embedded_nova import GuestPeer, NovaMissing, VifPeer, described, start_nova


def answer_lines(peer, lines):
    for line in filter(str.strip, lines):
        try:
            answer = peer.answer(json.loads(line))
        except Exception as error:
            answer = {"error": described(error)}
        print(json.dumps(answer), flush=True)


def timed(operation, seconds):
    """Runs it for that long: every run's seconds, and the CPU's for them all."""
    runs = []
    cpu = time.process_time()
    now = time.perf_counter()
    end = now + seconds
    while now < end:
        operation()
        before, now = now, time.perf_counter()
        runs.append(now - before)
    return runs, time.process_time() - cpu


def bench(peer, what, request, seconds, warmup):
    operation = peer.operation(request)
    operation()  # a request that fails must say so even without a warm-up
    timed(operation, warmup)
    runs, cpu = timed(operation, seconds)
    runs.sort()
    figures = {
        "p50_us": runs[math.ceil(len(runs) * 0.50) - 1],
        "p99_us": runs[math.ceil(len(runs) * 0.99) - 1],
        "mean_us": sum(runs) / len(runs),
        "cpu_us_per_op": cpu / len(runs),
    }
    return {
        "what": what,
        "nics": len(request["nics"]),
        "ops": len(runs),
        **{name: round(value * 1e6, 1) for name, value in figures.items()},
    }


def positive(text):
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def arguments():
    parser = argparse.ArgumentParser(
        description="Nova's own libvirt code as a filter; the docstring says all."
    )
    modes = parser.add_subparsers(dest="mode", required=True)
    modes.add_parser("vifs", help="requests in, the XML of every NIC out")
    modes.add_parser("guest", help="requests in, whole domains out")
    modes.add_parser("version", help="what this peer is")
    timing = modes.add_parser("bench", help="one request in, its cost out")
    timing.add_argument("--what", choices=("vifs", "guest"), default="vifs")
    timing.add_argument("--seconds", type=positive, default=10.0, metavar="S")
    timing.add_argument("--warmup", type=float, default=2.0, metavar="S")
    return parser.parse_args()


def run(args):
    start_nova()
    if args.mode == "version":
        versions = {p: importlib.metadata.version(p) for p in ("nova", "os-vif")}
        print(json.dumps({**versions, "python": platform.python_version()}))
        return 0
    what = args.what if args.mode == "bench" else args.mode
    peer = GuestPeer() if what == "guest" else VifPeer()
    if args.mode != "bench":
        answer_lines(peer, sys.stdin)
        return 0
    try:
        request = json.loads(sys.stdin.read())
        print(json.dumps(bench(peer, what, request, args.seconds, args.warmup)))
    except Exception as error:
        why = "{type}: {message}".format(**described(error))
        print(f"nova_peer: cannot bench {what}: {why}", file=sys.stderr)
        return 1
    return 0


def main():
    args = arguments()
    try:
        return run(args)
    except NovaMissing as missing:
        print(
            f"nova_peer: Nova is not installed for {sys.executable} ({missing}); "
            "apt-get install python3-nova, and run this with /usr/bin/python3",
            file=sys.stderr,
        )
        return 3


if __name__ == "__main__":
    sys.exit(main())
