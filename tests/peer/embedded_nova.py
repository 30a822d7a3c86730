"""Nova's libvirt driver inside this process, dressed as the host of a request.

The Nova half of nova_peer.py, whose docstring says what is faked and what not.
VifPeer and GuestPeer answer a plan request each in its own way; both keep the
state of the last request in Nova's global configuration: one thread only.
"""

import atexit
import functools
import importlib
import logging
import os
import shutil
import sys
import tempfile
import types
import warnings

# Beside this file stands our requests.py; it must not pass for the library of
# that name, which Nova's dependencies import.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != HERE]

# Only services want green threads; a peer that is timed must not have them.
os.environ.setdefault("OS_NOVA_DISABLE_EVENTLET_PATCHING", "1")
warnings.simplefilter("ignore")
# A handler of its own keeps Nova's warnings off stderr, but still made.
logging.getLogger().addHandler(logging.NullHandler())

NOVA_MISSING = None
try:
    import nova.conf
    import os_vif
    from nova import config, context, objects
    from nova.network import model
    from nova.pci import utils as pci_utils
    from nova.virt import virtapi
    from nova.virt.libvirt import blockinfo
    from nova.virt.libvirt import driver as libvirt_driver
    from nova.virt.libvirt import vif as libvirt_vif
except ImportError as error:
    NOVA_MISSING = error
else:
    REAL_GET_IFNAME = pci_utils.get_ifname_by_pci_address

REAL_UNAME = os.uname()
LIBVIRT_OPTIONS = (
    "max_queues",
    "rx_queue_size",
    "tx_queue_size",
    "use_virtio_for_bridges",
)
INSTANCES_PATH = "/var/lib/nova/instances"
PROJECT, USER = "project", "user"
IMAGE_ID = "00000000-0000-0000-0000-000000000001"
NO_INSTANCE = "00000000-0000-0000-0000-000000000002"


class NovaMissing(Exception):
    """A part of Nova that this needs cannot be imported."""


def start_nova():
    """Does what nova-compute's entry point does before it makes a service."""
    if NOVA_MISSING:
        raise NovaMissing(NOVA_MISSING)
    config.parse_args(
        ["nova-peer"], default_config_files=[], configure_db=False, init_rpc=False
    )
    nova.conf.neutron.register_dynamic_opts(nova.conf.CONF)
    nova.conf.devices.register_dynamic_opts(nova.conf.CONF)
    objects.register_all()
    os_vif.initialize()


class VdpaHost:
    """All that the VIF driver asks of nova.virt.libvirt.host.Host."""

    def __init__(self):
        self.device_paths = None

    def get_vdpa_device_path(self, pci_address):
        path = named(self.device_paths, pci_address)
        if path is None:
            raise StopIteration(pci_address)  # what the real lookup ends in
        return path


def named(names, pci_address):
    """One name for every slot, or the slot's own in an object of them."""
    if not isinstance(names, dict):
        return names
    by_slot = {slot.lower(): name for slot, name in names.items()}
    return by_slot.get(pci_address.lower())


def become(request, vdpa_host):
    """Turns this process into the host that the request describes."""
    host = request.get("host") or {}
    options = {name: host.get(name) for name in LIBVIRT_OPTIONS}
    options["virt_type"] = request.get("virt_type")
    for name, value in options.items():
        nova.conf.CONF.clear_override(name, group="libvirt")
        if value is not None:
            nova.conf.CONF.set_override(name, value, group="libvirt")

    release = host.get("kernel_release") or REAL_UNAME.release
    uname = os.uname_result(
        (REAL_UNAME.sysname, REAL_UNAME.nodename, release, REAL_UNAME.version, "x86_64")
    )
    os.uname = lambda: uname

    netdevs = host.get("pci_netdev_name")
    pci_utils.get_ifname_by_pci_address = (
        REAL_GET_IFNAME
        if netdevs is None
        else lambda address, *args, **kwargs: named(netdevs, address)
    )
    vdpa_host.device_paths = host.get("vdpa_device_path")


def without_nulls(value):
    if not isinstance(value, dict):
        return value
    return {k: without_nulls(v) for k, v in value.items() if v is not None}


class Subject:
    """A request as Nova's own objects."""

    def __init__(self, request):
        self.vifs = model.NetworkInfo(
            model.VIF.hydrate(without_nulls(nic["vif"])) for nic in request["nics"]
        )
        self.flavor = self._flavor(request["flavor"])
        self.image = self._image(request.get("image") or {})
        self.instance = self._instance(request.get("instance") or {})
        self.virt_type = nova.conf.CONF.libvirt.virt_type

    @staticmethod
    def _flavor(flavor):
        return objects.Flavor(
            id=1,
            name=flavor.get("name") or "flavor",
            flavorid="1",
            vcpus=flavor["vcpus"],
            memory_mb=flavor.get("memory_mb", 512),
            root_gb=1,
            ephemeral_gb=0,
            swap=0,
            rxtx_factor=1.0,
            vcpu_weight=0,
            is_public=True,
            disabled=False,
            description=None,
            projects=[],
            extra_specs=flavor.get("extra_specs") or {},
        )

    @staticmethod
    def _image(image):
        return objects.ImageMeta.from_dict(
            {
                "id": IMAGE_ID,
                "name": image.get("name") or "image",
                "status": "active",
                "disk_format": "qcow2",
                "container_format": "bare",
                "size": 1,
                "min_ram": 0,
                "min_disk": 0,
                "properties": image.get("properties") or {},
            }
        )

    def _instance(self, instance):
        uuid = instance.get("uuid") or NO_INSTANCE
        unset = (
            "os_type vm_mode architecture root_device_name default_ephemeral_device "
            "default_swap_device key_name ephemeral_key_uuid numa_topology vcpu_model "
            "trusted_certs resources device_metadata migration_context old_flavor "
            "new_flavor"
        )
        return objects.Instance(
            id=1,
            uuid=uuid,
            display_name=instance.get("name") or "guest",
            hostname="guest",
            project_id=PROJECT,
            user_id=USER,
            host="host",
            node="host",
            image_ref=IMAGE_ID,
            kernel_id="",
            ramdisk_id="",
            config_drive="",
            auto_disk_config=False,
            metadata={},
            system_metadata={},
            vcpus=self.flavor.vcpus,
            memory_mb=self.flavor.memory_mb,
            root_gb=self.flavor.root_gb,
            ephemeral_gb=0,
            flavor=self.flavor,
            pci_requests=objects.InstancePCIRequests(instance_uuid=uuid, requests=[]),
            pci_devices=objects.PciDeviceList(objects=[]),
            keypairs=objects.KeyPairList(objects=[]),
            tags=objects.TagList(objects=[]),
            info_cache=objects.InstanceInfoCache(
                instance_uuid=uuid, network_info=self.vifs
            ),
            **dict.fromkeys(unset.split()),
        )


class VifPeer:
    """Answers with every NIC's element, by LibvirtGenericVIFDriver alone."""

    def __init__(self):
        self.vdpa_host = VdpaHost()
        self.driver = libvirt_vif.LibvirtGenericVIFDriver(self.vdpa_host)

    def answer(self, request):
        ids = [nic["vif"].get("id") for nic in request["nics"]]
        try:
            become(request, self.vdpa_host)
            subject = Subject(request)
        except Exception as error:
            return {"nics": [{"id": i, "error": described(error)} for i in ids]}
        return {"nics": [self._nic(subject, vif) for vif in subject.vifs]}

    def operation(self, request):
        """What one operation of the benchmark is."""
        become(request, self.vdpa_host)
        subject = Subject(request)
        return lambda: [self._xml(subject, vif) for vif in subject.vifs]

    def _nic(self, subject, vif):
        try:
            return {"id": vif["id"], "interface_xml": self._xml(subject, vif)}
        except Exception as error:
            return {"id": vif["id"], "error": described(error)}

    def _xml(self, subject, vif):
        return self.driver.get_config(
            subject.instance, vif, subject.image, subject.flavor, subject.virt_type
        ).to_xml()


class GuestPeer:
    """Answers with the domain that LibvirtDriver would define."""

    def __init__(self):
        self.disks = tempfile.mkdtemp(prefix="nova-peer-")
        atexit.register(shutil.rmtree, self.disks, ignore_errors=True)
        nova.conf.CONF.set_override("instances_path", self.disks)
        libvirt_fixture().setUp()
        self.vdpa_host = VdpaHost()
        self.driver = libvirt_driver.LibvirtDriver(virtapi.VirtAPI(), False)
        self.driver.vif_driver.host = self.vdpa_host
        self.context = context.RequestContext(
            user_id=USER, project_id=PROJECT, user_name=USER, project_name=PROJECT
        )

    def answer(self, request):
        try:
            xml = self.operation(request)()
        except Exception as error:
            return {"error": described(error)}
        return {"domain_xml": xml.replace(self.disks, INSTANCES_PATH)}

    def operation(self, request):
        """What one operation of the benchmark is."""
        become(request, self.vdpa_host)
        subject = Subject(request)
        disks = blockinfo.get_disk_info(
            subject.virt_type, subject.instance, subject.image
        )
        return functools.partial(
            self.driver._get_guest_xml,
            self.context,
            subject.instance,
            subject.vifs,
            disks,
            subject.image,
        )


def libvirt_fixture():
    """nova.tests.fixtures.libvirt.LibvirtFixture, without the other fixtures.

    Their package imports all of them, and so the dependencies of the functional
    tests, which Debian's python3-nova does not ask for.
    """
    try:
        import nova.tests

        package = types.ModuleType("nova.tests.fixtures")
        package.__path__ = [os.path.join(nova.tests.__path__[0], "fixtures")]
        sys.modules.setdefault(package.__name__, package)
        module = importlib.import_module("nova.tests.fixtures.libvirt")
    except ImportError as error:
        raise NovaMissing(error) from error
    return module.LibvirtFixture(stub_os_vif=False)


def described(error):
    text = getattr(error, "format_message", error.__str__)
    return {"type": type(error).__name__, "message": text()}
