"""Nova's libvirt driver, whose NICs have the queues that the service plans."""

import contextlib

from lxml import etree
import os_resource_classes as orc
from oslo_concurrency import lockutils
from oslo_log import log as logging
from oslo_utils import excutils

import nova.conf
from nova import exception
from nova.i18n import _
from nova.objects import fields
from nova.virt.libvirt import driver as libvirt_driver

from . import conf
from . import devices
from . import grants
from . import pci
from . import plans
from . import service
from . import vif as mqnet_vif

CONF = nova.conf.CONF
conf.register_opts(CONF)

LOG = logging.getLogger(__name__)


class AttachRefused(exception.InterfaceAttachFailed):
    msg_fmt = _('Failed to attach network adapter device to '
                '%(instance_uuid)s: %(reason)s')


class LibvirtDriver(libvirt_driver.LibvirtDriver):
    """Asks the service whenever Nova builds a guest or attaches a NIC.

    Everything else is Nova's. What a NIC was granted is kept with the instance
    (grants.py), and Nova's VIF driver follows it (vif.py).
    """

    def __init__(self, virtapi, read_only=False):
        super().__init__(virtapi, read_only)
        self.vif_driver = mqnet_vif.VIFDriver(self._host)
        self._plans = plans.Plans(service.Service(
            CONF.mqnet.service_url, CONF.mqnet.service_timeout))

    def init_host(self, host):
        super().init_host(host)
        # Next Nova starts the guests that ran when the host went down, and
        # those that it cannot start end in ERROR. The service was started a
        # moment ago, too.
        if CONF.mqnet.on_service_failure == 'fail':
            try:
                self._plans.await_service(CONF.mqnet.service_restart_timeout)
            except service.ServiceUnreachable as e:
                LOG.warning('No guest can be started: %s', e.format_message())

    def _get_guest_config(self, instance, network_info, image_meta, disk_info,
                          rescue=None, *args, **kwargs):
        guest = super()._get_guest_config(
            instance, network_info, image_meta, disk_info, rescue, *args,
            **kwargs)
        # A rescue image says nothing of the instance: its NICs are as they
        # were.
        if network_info and not rescue:
            self._plan_guest(guest, instance, network_info, image_meta)
        return guest

    def _plan_guest(self, guest, instance, network_info, image_meta):
        """The plan needs the finished devices; they take vectors too."""
        nics = {nic.port_id: nic for nic in guest.devices
                if hasattr(nic, 'port_id')}
        domain = guest.format_dom()
        nic_slots = _slots(network_info)
        slots = pci.slots(domain, nic_slots)
        with self._unless_service_fails(instance):
            granted = self._plans.of_guest(
                instance, network_info, image_meta,
                devices.of_domain(domain, nic_slots),
                _host_devices(((vif, nics[vif['id']])
                               for vif in _with_device(network_info)),
                              nic_slots + slots),
                _kept(instance), pci_slots=slots)
            for port_id, grant in granted.items():
                mqnet_vif.apply(grant, nics[port_id])
            # Now, because Nova plugs next, and that follows what is kept.
            if grants.keep(instance, granted):
                instance.save()

    @contextlib.contextmanager
    def _unless_service_fails(self, instance):
        """Nova's own answer then, if the deployer wants that.

        It is in place already, as are the grants that NICs have kept.
        """
        try:
            yield
        except service.ServiceUnreachable as e:
            if CONF.mqnet.on_service_failure == 'fail':
                raise
            LOG.warning('NICs without a plan get what Nova gives them: %s',
                        e.format_message(), instance=instance)

    def _hard_reboot(self, context, instance, network_info, *args, **kwargs):
        # Nova destroys the guest before it builds it anew. If that cannot be
        # planned, better this one goes on: Nova leaves it ACTIVE.
        if network_info:
            with self._unless_service_fails(instance):
                self._plans.check_guest(
                    instance, network_info,
                    self._host_devices_of(instance, network_info,
                                          instance.image_meta),
                    _kept(instance))
        return super()._hard_reboot(
            context, instance, network_info, *args, **kwargs)

    def spawn(self, context, instance, *args, **kwargs):
        # Also a rebuild and an unshelve, and another host's attempt may have
        # left something.
        grants.forget(instance)
        try:
            return super().spawn(context, instance, *args, **kwargs)
        except (service.ServiceRefused, service.ServiceUnreachable) as e:
            # Any other exception would be tried on the next host, and in the
            # end the fault would say that there is none.
            raise exception.BuildAbortException(
                instance_uuid=instance.uuid, reason=e.format_message())

    def finish_migration(self, context, migration, instance, *args, **kwargs):
        grants.set_aside(instance, migration.uuid)
        if migration.migration_type == fields.MigrationType.RESIZE:
            grants.forget(instance)
        try:
            return super().finish_migration(
                context, migration, instance, *args, **kwargs)
        except Exception:
            # Nova saves it, with the flavor that was before.
            with excutils.save_and_reraise_exception():
                grants.bring_back(instance, migration.uuid)

    def confirm_migration(self, context, migration, instance, network_info):
        grants.drop_aside(instance)
        return super().confirm_migration(
            context, migration, instance, network_info)

    def finish_revert_migration(self, context, instance, network_info,
                                migration, *args, **kwargs):
        grants.bring_back(instance, migration.uuid)
        return super().finish_revert_migration(
            context, instance, network_info, migration, *args, **kwargs)

    def attach_interface(self, context, instance, image_meta, vif):
        try:
            self._plan_attached(instance, image_meta, vif)
        except Exception as e:
            # Nova unbinds the port again after its own exceptions only, and
            # the grants are asked of the database and the conductor too.
            raise AttachRefused(instance_uuid=instance.uuid, reason=e)
        try:
            super().attach_interface(context, instance, image_meta, vif)
        except Exception:
            with excutils.save_and_reraise_exception():
                self._forget_nic(instance, vif)

    def _plan_attached(self, instance, image_meta, vif):
        with _grants_locked(instance), self._unless_service_fails(instance):
            others = [other for other in instance.get_network_info()
                      if other['id'] != vif['id']]
            nics = others + [vif]
            domain = etree.fromstring(
                self._host.get_guest(instance).get_xml_desc())
            nic_slots = _slots(nics)
            slots = pci.slots(domain, nic_slots)
            granted = self._plans.of_guest(
                instance, nics, image_meta,
                devices.of_domain(domain, nic_slots),
                self._host_devices_of(instance, nics, image_meta, slots),
                _running(instance, domain, others), running=True,
                pci_slots=slots)
            if vif['id'] in granted:
                grants.add(instance, vif['id'], granted[vif['id']])
                instance.save()

    def _host_devices_of(self, instance, network_info, image_meta,
                         slots=()):
        return _host_devices(
            ((vif, self.vif_driver.get_config(
                instance, vif, image_meta, instance.flavor,
                CONF.libvirt.virt_type))
             for vif in _with_device(network_info)),
            _slots(network_info) + list(slots))

    def detach_interface(self, context, instance, vif):
        super().detach_interface(context, instance, vif)
        self._forget_nic(instance, vif)

    def _forget_nic(self, instance, vif):
        try:
            with _grants_locked(instance):
                grants.remove(instance, vif['id'])
                instance.save()
        except Exception:
            # The NIC is gone, and Nova has its port to unbind. The next plan
            # drops the grant of a port that is no longer there.
            LOG.warning('The grant of port %s is left over', vif['id'],
                        instance=instance, exc_info=True)

    def check_can_live_migrate_destination(self, context, instance, *args,
                                           **kwargs):
        self._check_recreation(instance)
        return super().check_can_live_migrate_destination(
            context, instance, *args, **kwargs)

    def _check_recreation(self, instance):
        """Nobody may change a device under a running guest."""
        network_info = instance.get_network_info()
        # What the destination calls a device of its own is not known yet.
        unknown = {vif['id'] for vif in _with_device(network_info)}
        kept = {port_id: grant
                for port_id, grant in grants.kept(instance).items()
                if port_id not in unknown}
        if not kept:
            return
        reasons = []
        try:
            with self._unless_service_fails(instance):
                reasons = self._plans.differences(instance, network_info, kept)
        except (service.ServiceRefused, service.ServiceUnreachable) as e:
            raise exception.MigrationPreCheckError(reason=e.format_message())
        if reasons:
            raise exception.MigrationPreCheckError(reason='; '.join(reasons))

    def update_provider_tree(self, provider_tree, nodename, *args, **kwargs):
        super().update_provider_tree(provider_tree, nodename, *args, **kwargs)
        inventory = provider_tree.data(nodename).inventory
        vcpus = inventory.get(orc.VCPU)
        if vcpus and CONF.mqnet.max_vcpus:
            vcpus['max_unit'] = max(vcpus['max_unit'], CONF.mqnet.max_vcpus)
            provider_tree.update_inventory(nodename, inventory)


@contextlib.contextmanager
def _grants_locked(instance):
    """One at a time adds or removes a grant of the instance."""
    with lockutils.lock('mqnet-%s' % instance.uuid):
        grants.refresh(instance)
        yield


def _with_device(network_info):
    """The NICs behind which is a device of the host."""
    return [vif for vif in network_info
            if (vif.get('profile') or {}).get('pci_slot')]


def _slots(network_info):
    """The PCI addresses of those devices."""
    return [vif['profile']['pci_slot'].lower()
            for vif in _with_device(network_info)]


def _kept(instance):
    """What NICs have already, as a request tells the service of it."""
    return {port_id: grant.as_kept()
            for port_id, grant in grants.kept(instance).items()}


def _running(instance, domain, nics):
    """What NICs of a domain have.

    What libvirt says counts. A grant can be another, or missing, where the
    domain is older than this driver, or was built by Nova's own meanwhile or
    while the service could not be asked.
    """
    kept = _kept(instance)
    queues_of = {
        nic.find('mac').get('address').lower(): _queues(nic)
        for nic in domain.findall('devices/interface')}
    running = {}
    for vif in nics:
        grant = kept.get(vif['id'])
        queues = queues_of.get(vif['address'].lower())
        if grant and queues in (None, grant['granted']):
            running[vif['id']] = grant
        elif queues:
            running[vif['id']] = {'granted': queues}
    return running


def _queues(nic):
    driver = nic.find('driver')
    # libvirt leaves a single queue out.
    return 1 if driver is None else int(driver.get('queues', 1))


def _host_devices(pairs, slots=()):
    """Finds what is known of devices of the host, by PCI slot.

    :param pairs: each VIF with the object that Nova made of it
    :param slots: PCI addresses of all that are handed over
    """
    names = {}
    for vif, nic in pairs:
        key = {'direct': 'pci_netdev_name', 'vdpa': 'vdpa_device_path'}.get(
            getattr(nic, 'net_type', None))
        slot = (vif['profile'] or {}).get('pci_slot')
        if key and slot and nic.source_dev:
            names.setdefault(key, {})[slot] = nic.source_dev
    known = pci.known(slots)
    return dict(names, pci_devices=known) if known else names
