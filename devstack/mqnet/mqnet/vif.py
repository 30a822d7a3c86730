"""Nova's VIF driver for libvirt, which follows the grants."""

import os_vif
from os_vif import exception as osv_exception
from oslo_log import log as logging

from nova import exception
from nova.i18n import _
from nova.network import model as network_model
from nova.network import os_vif_util
import nova.privsep.linux_net
from nova.virt.libvirt import vif as libvirt_vif

from . import grants
from . import taps

LOG = logging.getLogger(__name__)


class VIFDriver(libvirt_vif.LibvirtGenericVIFDriver):
    """Decides nothing: a NIC without a grant is Nova's own.

    Nova asks it for the configuration of a NIC also where nobody plans: for a
    rescue, a detach, a live migration. So every NIC gets its kept grant here.
    """

    def get_config(self, instance, vif, image_meta, flavor, virt_type):
        conf = super().get_config(
            instance, vif, image_meta, flavor, virt_type)
        # Whoever plans for a guest finds the NIC by it.
        conf.port_id = vif['id']
        grant = grants.of(instance, vif['id'])
        if grant:
            apply(grant, conf)
        return conf

    def plug_tap(self, instance, vif):
        self._make_tap(instance, vif, vif['details'].get(
            network_model.VIF_DETAILS_TAP_MAC_ADDRESS))
        super().plug_tap(instance, vif)

    def plug_midonet(self, instance, vif):
        self._make_tap(instance, vif)
        super().plug_midonet(instance, vif)

    def plug_iovisor(self, instance, vif):
        self._make_tap(instance, vif)
        super().plug_iovisor(instance, vif)

    def _make_tap(self, instance, vif, mac=None):
        """Before Nova does, which takes one that is there as it is.

        Its own would follow flavor and image, or have one queue always.

        :param mac: the host's side of it, None for any
        """
        grant = grants.of(instance, vif['id'])
        if grant:
            dev = self.get_vif_devname(vif)
            taps.remove_other_mode(dev, grant.is_multiqueue)
            nova.privsep.linux_net.create_tap_dev(
                dev, mac, multiqueue=grant.is_multiqueue)

    def _plug_os_vif(self, instance, vif):
        grant = grants.of(instance, vif.id)
        if grant is None or not _makes_tap(vif):
            return super()._plug_os_vif(instance, vif)
        taps.remove_other_mode(vif.vif_name, grant.is_multiqueue)
        vif.port_profile.multiqueue = grant.is_multiqueue
        # As in Nova, which would set multiqueue by flavor and image here.
        instance_info = os_vif_util.nova_to_osvif_instance(instance)
        try:
            os_vif.plug(vif, instance_info)
        except osv_exception.ExceptionBase as ex:
            msg = (_("Failure running os_vif plugin plug method: %(ex)s")
                   % {'ex': ex})
            raise exception.InternalError(msg)


def apply(grant, conf):
    """Writes a grant into Nova's own configuration of a NIC.

    Only virtio has queues. vDPA is left out too: Nova has no model for it, and
    writes no driver element without a driver's name.
    """
    if not getattr(conf, 'uses_virtio', False):
        return
    driver = grant.driver or {}
    conf.driver_name = driver.get('name')
    conf.vhost_queues = driver.get('queues')
    conf.vhost_rx_queue_size = driver.get('rx_queue_size')
    conf.vhost_tx_queue_size = driver.get('tx_queue_size')
    # Nova has it from release 29 on.
    if hasattr(conf, 'driver_packed'):
        conf.driver_packed = driver.get('packed', False)


def _makes_tap(vif):
    """Whether os-vif, and not libvirt, makes the tap: os-vif 4.3 and later."""
    profile = vif.port_profile if 'port_profile' in vif else None
    return (profile is not None and
            'multiqueue' in profile.fields and
            'create_tap' in profile and
            profile.create_tap)
