#!/usr/bin/env python3
"""Random plan requests for the oracle test: the same seed, the same lines.

    requests.py --count N --seed S > requests.jsonl

Each line is a body of ``POST /v1/plans`` that both we and Nova (nova_peer.py)
understand, so it asks for no queues by NIC.  Well-formed, but not always
granted: flavor and image contradict each other, a model is foreign to the virt
type, a VIF lacks what its type needs.  Every host fact is in the request, and
``msi_vector_budget`` is off, for Nova knows no budget.

Do not put this directory on sys.path: the name hides the requests library.
"""

import argparse
import json
import random
import uuid

TRUE = ("true", "True", "TRUE", " yes ", "1", "t", "y", "on", " ON ")
FALSE = ("false", "False", "0", "no", "off", "f", "n", " No ")
# What oslo does not recognise is false to it.
GARBAGE = ("", "maybe", "2", "enabled", "-1", "tru")

MODELS = (
    "virtio",
    "VIRTIO",
    "e1000",
    "e1000e",
    "rtl8139",
    "pcnet",
    "ne2k_pci",
    "vmxnet3",
    "spapr-vlan",
    "lan9118",
    "netfront",
    # Names from before Icehouse, which Nova still translates.
    "VirtualE1000",
    "VirtualE1000e",
    "VirtualPCNet32",
    "VirtualVmxnet",
    "VirtualVmxnet3",
    "VirtualSriovEthernetCard",
)
# Around the steps of every limit: 1 (no multiqueue), 8 and 256 (kernel).
VCPUS = (1, 2, 3, 4, 7, 8, 9, 16, 64, 127, 128, 129, 255, 256, 257, 300)
KERNELS = (
    "2.6.32-754.el6.x86_64",
    "3.10.0-1160.el7.x86_64",
    "3.19.8",
    "4.0.0",
    "4.18.0-553.el8_10.x86_64",
    "5.15.0-91-generic",
    "6.1.0-13-amd64",
)
QUEUE_SIZES = (None, None, None, 256, 512, 1024)
BANDWIDTH = [
    f"quota:vif_{way}_{what}"
    for way in ("inbound", "outbound")
    for what in ("average", "peak", "burst")
]
MTUS = (68, 1280, 1450, 1500, 1500, 8950, 9000)
# Values that Nova boots with although its model has others: os-vif coerces them,
# and Python asks whether they are true (executed on Nova 26.2.2).
NOTHING = ("", [], {})
TRUTHS = (1, "true", "True", "false", "no", 2.5)
UNTRUTHS = (0, "", [], {}, 0.0)
ODD_MTUS = ("1450", " 1500 ", 1450.0, 1500.75)
ODD_VLANS = ("1", "100", "4094", "0", 0, "", False)
# Types whose MAC, MTU and PCI slot go through os-vif's fields.
BY_OS_VIF = ("ovs", "bridge", "ivs", "vhostuser", "vrouter", "agilio_ovs")
# Six NICs of 256 queues stay within KVM's 4,096 IRQ routes, which a plan minds
# even where its vector budget is off, and Nova does not.
MOST_NICS = 6


class Vifs:
    """Makes VIFs as Nova's network model writes them, each of its own kind."""

    def __init__(self, rng):
        self.rng = rng
        self.slots = set()
        self.kinds = {
            "bridge": self.bridge,
            "ovs": self.ovs,
            "tap": self.tap,
            "vhostuser": self.vhostuser,
            "macvtap": self.macvtap,
            "hw_veb": self.hw_veb,
            "hostdev_physical": self.hostdev_physical,
            "802.1qbh": self.qbh,
            "802.1qbg": self.qbg,
            "vrouter": self.forwarded,
            "agilio_ovs": self.forwarded,
            "ivs": self.ivs,
            "iovisor": self.plain,
            "midonet": self.plain,
            "vdpa": self.vdpa,
        }

    def make(self):
        rng = self.rng
        kind = rng.choice(list(self.kinds))
        port = random_uuid(rng)
        meta = {} if rng.random() < 0.2 else {"mtu": rng.choice(MTUS)}
        vif = {
            "id": port,
            "address": "fa:16:3e:%02x:%02x:%02x" % tuple(rng.randbytes(3)),
            "type": kind,
            "vnic_type": "normal",
            "devname": f"tap{port[:11]}",
            "ovs_interfaceid": port,
            "details": {"port_filter": rng.random() < 0.5},
            "profile": {},
            "active": True,
            "network": {
                "id": random_uuid(rng),
                "bridge": rng.choice(("br-int", "br0", f"brq{port[:11]}")),
                "label": rng.choice(("blue", "net & <co>")),
                "meta": meta,
            },
        }
        self.kinds[kind](vif)
        self.leave_out(vif)
        if rng.random() < 0.4:
            self.spell_oddly(vif)
        return vif

    def spell_oddly(self, vif):
        """One or two fields as someone else's agent writes them."""
        odd = [
            self.odd_words,
            self.odd_booleans,
            self.odd_mtu,
            self.odd_mac,
            self.odd_vlan,
            self.odd_slot,
            self.odd_bags,
            self.odd_names,
        ]
        for change in self.rng.sample(odd, 2):
            change(vif)

    def odd_words(self, vif):
        if vif.get("vnic_type", "normal") == "normal" and vif["type"] != "vrouter":
            vif["vnic_type"] = ""
        vif["ovs_interfaceid"] = self.rng.choice(("", [], {}, 0, 17, 2.5))
        vif["network"]["label"] = self.rng.choice(("", 5, 1.5, True))

    def odd_booleans(self, vif):
        if vif["type"] == "ovs" and vif.get("delegate_create"):
            vif["delegate_create"] = self.rng.choice(TRUTHS)
        else:
            vif["delegate_create"] = self.rng.choice(UNTRUTHS)
        for name, value in (vif["details"] or {}).items():
            if value is True and name != "port_filter":
                vif["details"][name] = self.rng.choice(TRUTHS)
            elif name == "ovs_hybrid_plug":
                vif["details"][name] = self.rng.choice(UNTRUTHS)

    def odd_mtu(self, vif):
        if vif["type"] == "tap":  # Nova writes any other text down as it is
            vif["network"]["meta"]["mtu"] = self.rng.choice(("1450", "", [], 0))
        elif vif["type"] != "vrouter":
            vif["network"]["meta"]["mtu"] = self.rng.choice((*ODD_MTUS, 0))

    def odd_mac(self, vif):
        vif["address"] = vif["address"].upper()
        if vif["type"] in BY_OS_VIF:
            vif["address"] = vif["address"].replace(":", "-")

    def odd_vlan(self, vif):
        if vif["type"] == "hw_veb":
            vif["details"]["vlan"] = self.rng.choice(ODD_VLANS)

    def odd_slot(self, vif):
        slot = (vif["profile"] or {}).get("pci_slot")
        if slot and vif["type"] in ("hw_veb", "hostdev_physical", "802.1qbh"):
            vif["profile"]["pci_slot"] = "1" + slot
        elif slot:
            vif["profile"]["pci_slot"] = slot.upper()

    def odd_bags(self, vif):
        """Adds keys that Nova does not know, and empty maps."""
        if not vif["profile"]:
            vif["profile"] = self.rng.choice(NOTHING)
        if vif["details"]:
            vif["details"]["bound_drivers"] = {"0": ["ovn"]}
        if set(vif["details"]) <= {"port_filter"}:
            vif["details"] = self.rng.choice(NOTHING)

    def odd_names(self, vif):
        number = self.rng.randrange(10**6)
        if vif["type"] in BY_OS_VIF:
            vif["devname"] = self.rng.choice(("", number, number + 0.5))
        elif vif["type"] in ("tap", "iovisor", "midonet"):
            vif["devname"] = ""
        if vif["type"] in ("tap", "macvtap", "hw_veb", "iovisor", "midonet"):
            vif["network"]["bridge"] = self.rng.choice((*NOTHING, 3))
        elif vif["type"] in ("bridge", "ovs") and self.rng.random() < 0.5:
            vif["network"]["bridge"] = 12

    def leave_out(self, vif):
        """Nova has a default for these; null and absent must mean the same."""
        for key in ("devname", "ovs_interfaceid"):
            if self.rng.random() < 0.1:
                vif[key] = None
            elif self.rng.random() < 0.1:
                del vif[key]
        if vif["vnic_type"] == "normal" and self.rng.random() < 0.2:
            del vif["vnic_type"]

    def plain(self, vif):
        pass

    def bridge(self, vif):
        vif["network"]["meta"]["should_create_bridge"] = self.rng.random() < 0.5

    def ovs(self, vif):
        flavour = self.rng.choice(
            ("plain", "hybrid", "delegate_create", "ovs_create_tap", "direct")
        )
        if flavour == "hybrid":
            vif["details"]["ovs_hybrid_plug"] = True
        elif flavour == "delegate_create":
            vif["delegate_create"] = True
        elif flavour == "ovs_create_tap":
            vif["delegate_create"] = True
            vif["details"]["ovs_create_tap"] = True
        elif flavour == "direct":
            self.assign(vif, self.rng.choice(("direct", "remote-managed")))

    def ivs(self, vif):
        vif["details"]["ovs_hybrid_plug"] = self.rng.random() < 0.5

    def tap(self, vif):
        vif["details"]["mac_address"] = "00:61:fe:ed:ca:fe"

    def vhostuser(self, vif):
        details = vif["details"]
        self.add_socket(vif)
        for plug in ("ovs", "fp", "vrouter"):
            if self.rng.random() < 0.3:
                details[f"vhostuser_{plug}_plug"] = True
        if self.rng.random() < 0.05:
            del details["vhostuser_socket"]  # Nova refuses it

    def macvtap(self, vif):
        mode = self.rng.choice(("bridge", "vepa", "private", "passthrough"))
        alone = f"ens{self.rng.randrange(10**6)}"  # passthrough shares it with none
        shared = self.rng.choice(("eth0", "bond0.100"))
        vif["details"].update(
            macvtap_source=alone if mode == "passthrough" else shared,
            macvtap_mode=mode,
            physical_interface="eth0",
        )
        if self.rng.random() < 0.05:
            del vif["details"]["macvtap_mode"]  # Nova refuses it

    def hw_veb(self, vif):
        self.assign(vif, self.rng.choice(("direct", "macvtap", "accelerator-direct")))
        vif["details"]["vlan"] = self.rng.choice((1, 100, 4094))

    def hostdev_physical(self, vif):
        self.assign(vif, "direct-physical")

    def qbh(self, vif):
        self.assign(vif, self.rng.choice(("direct", "macvtap")))
        vif["details"]["profileid"] = "profile-1"
        vif["qbh_params"] = {"profileid": "profile-1"}

    def qbg(self, vif):
        vif["network"]["meta"]["interface"] = "eth0"
        vif["qbg_params"] = {
            "managerid": "11",
            "typeid": "1193047",
            "typeidversion": "2",
            "instanceid": random_uuid(self.rng),
        }

    def forwarded(self, vif):
        """vrouter and agilio_ovs: a tap, a VF, or a VF behind vhost-user."""
        vnic_type = self.rng.choice(("normal", "direct", "virtio-forwarder"))
        if vnic_type == "normal":
            return
        self.assign(vif, vnic_type)
        if vnic_type == "virtio-forwarder":
            self.add_socket(vif)

    def vdpa(self, vif):
        vif["type"] = "ovs"
        self.assign(vif, "vdpa")

    def assign(self, vif, vnic_type):
        vif["vnic_type"] = vnic_type
        vif["profile"] = {
            "pci_slot": self.free_slot(),
            "pci_vendor_info": "15b3:1018",
            "physical_network": "physnet1",
        }

    def free_slot(self):
        """No two NICs of an instance have one device."""
        rng = self.rng
        parts = (rng.randrange(256), rng.randrange(32), rng.randrange(8))
        slot = "0000:%02x:%02x.%x" % parts
        if slot in self.slots:
            return self.free_slot()
        self.slots.add(slot)
        return slot

    def add_socket(self, vif):
        folder = self.rng.choice(("/run/vhost", "/run/a & b's"))
        vif["details"]["vhostuser_socket"] = f"{folder}/vhu{vif['id'][:11]}"
        if self.rng.random() < 0.8:
            mode = self.rng.choice(("client", "server"))
            vif["details"]["vhostuser_mode"] = mode


def random_uuid(rng):
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def boolean(rng):
    weights = (6, 3, 1)
    (spellings,) = rng.choices((TRUE, FALSE, GARBAGE), weights)
    return rng.choice(spellings)


def multiqueue(rng, properties, extra_specs):
    """Says it in the image, the flavor, both or nowhere; both seldom differ."""
    (where,) = rng.choices(("image", "flavor", "agreed", "both", None), (9, 5, 2, 1, 3))
    if where in ("image", "both"):
        properties["hw_vif_multiqueue_enabled"] = boolean(rng)
    if where in ("flavor", "both"):
        extra_specs["hw:vif_multiqueue_enabled"] = boolean(rng)
    if where == "agreed":
        spellings = rng.choice((TRUE, FALSE))
        properties["hw_vif_multiqueue_enabled"] = rng.choice(spellings)
        extra_specs["hw:vif_multiqueue_enabled"] = rng.choice(spellings)


def bandwidth(rng, extra_specs):
    for key in rng.sample(BANDWIDTH, rng.randint(1, len(BANDWIDTH))):
        extra_specs[key] = str(rng.choice((1, 100, 125000, 2**31)))
    if rng.random() < 0.3:
        extra_specs["quota:vif_inbound_floor"] = "5"  # not one of Nova's


def plan_request(rng):
    properties, extra_specs = {}, {}
    multiqueue(rng, properties, extra_specs)
    if rng.random() < 0.35:
        properties["hw_vif_model"] = rng.choice(MODELS)
    if rng.random() < 0.3:
        bandwidth(rng, extra_specs)

    vifs = Vifs(rng)
    nics = [{"vif": vifs.make()} for _ in range(rng.choice((1, 1, 1, 2, 3, MOST_NICS)))]
    if rng.random() < 0.1:
        nics[0]["tag"] = "uplink"
    vcpus = rng.choice(VCPUS) if rng.random() < 0.7 else rng.randint(1, 300)
    (virt_type,) = rng.choices(("kvm", "qemu", "parallels", "lxc"), (12, 4, 2, 1))
    (virtio,) = rng.choices((True, False, None), (16, 2, 2))
    return {
        "instance": {
            "uuid": random_uuid(rng),
            "name": rng.choice(("vm-1", "ünï <\"&'> vm")),
        },
        "flavor": {
            "name": "m1.random",
            "vcpus": vcpus,
            "memory_mb": rng.choice((512, 2048, 65536)),
            "extra_specs": extra_specs,
        },
        "image": {"properties": properties},
        "virt_type": virt_type,
        "nics": nics,
        "host": {
            "kernel_release": rng.choice(KERNELS),
            "max_queues": rng.choice((None, None, None, 1, 2, 4, 8, 16, 255, 256)),
            "rx_queue_size": rng.choice(QUEUE_SIZES),
            "tx_queue_size": rng.choice(QUEUE_SIZES),
            "use_virtio_for_bridges": virtio,
            "msi_vector_budget": "off",
            "pci_netdev_name": by_slot(nics, "enp10s0f"),
            "vdpa_device_path": by_slot(nics, "/dev/vhost-vdpa-"),
        },
    }


def by_slot(nics, prefix):
    """A name of its own for the device at every slot of the request."""
    profiles = [nic["vif"]["profile"] or {} for nic in nics]
    slots = [profile["pci_slot"] for profile in profiles if "pci_slot" in profile]
    return {slot: f"{prefix}{number}" for number, slot in enumerate(slots)}


def main():
    parser = argparse.ArgumentParser(description="Random plan requests, a line each.")
    parser.add_argument("--count", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    for _ in range(args.count):
        print(json.dumps(plan_request(rng)))


if __name__ == "__main__":
    main()
