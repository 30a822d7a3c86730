"""Questions to the service about instances that Nova's libvirt driver builds.

Nothing is decided here: requests are put together, and answers taken apart.
"""

import time

from oslo_log import log as logging

import nova.conf
from nova.network import model as network_model

from . import asks
from . import grants
from . import service

CONF = nova.conf.CONF

LOG = logging.getLogger(__name__)

# Nova's libvirt driver looks at conflicts of flavor and image itself, before
# the service is asked, and refuses those that it refuses.
_CONFLICT = 'warn'

# Seconds between two looks for a service that is being started.
_PAUSE = 0.5


class Plans:

    def __init__(self, queue_service):
        self._service = queue_service

    def of_guest(self, instance, network_info, image_meta, devices, host,
                 kept, running=False, pci_slots=()):
        """Asks for the plan over all NICs of an instance.

        :param devices: as counted by devices.of_domain()
        :param host: what is known of the host beside nova.conf
        :param kept: by port id what NICs have already, see asks.plan_request
        :param running: whether the guest runs with that
        :param pci_slots: addresses of its PCI devices that are no NICs
        :returns: grants by port id
        """
        answer = self._plan(instance, network_info, image_meta, devices, host,
                            kept, running, pci_slots)
        for warning in answer['warnings']:
            LOG.warning('Queues: %s', warning, instance=instance)
        # Nova has no place for the queues of vDPA (vif.py, apply).
        carried = {vif['id'] for vif in network_info
                   if vif['vnic_type'] != network_model.VNIC_TYPE_VDPA}
        return {port_id: grant
                for port_id, grant in grants.of_answer(answer).items()
                if port_id in carried}

    def check_guest(self, instance, network_info, host, kept):
        """Whether the NICs of an instance can be planned at all.

        The domain's other devices are not known yet. They only take from the
        NICs, so what is refused here would be refused with them too.

        :raises: ServiceRefused, ServiceUnreachable
        """
        self._plan(instance, network_info, instance.image_meta, {}, host, kept)

    def differences(self, instance, network_info, kept):
        """Asks what this host would make otherwise of a running instance.

        :param kept: its grants by port id; of NICs without one nothing is
            known that could be compared
        :returns: list of reasons, in words
        """
        nics = [vif for vif in network_info if vif['id'] in kept]
        request = asks.plan_request(
            instance, nics, instance.image_meta, instance.flavor,
            CONF.libvirt.virt_type, tags={}, conflict=_CONFLICT)
        for nic in request['nics']:
            _restore_wish(nic, kept[nic['vif']['id']].requested)
        plan = {'nics': [_as_planned(kept[vif['id']]) for vif in nics]}
        answer = self._post(
            '/v1/plans/check', {'request': request, 'plan': plan})
        return [reason['message'] for reason in answer['reasons']]

    def await_service(self, seconds):
        """Waits until there is somebody who can be asked for a plan.

        :raises: ServiceUnreachable
        """
        until = time.monotonic() + seconds
        while True:
            try:
                return self._ask('GET', '/v1/plans')
            except service.ServiceRefused:
                # It takes POST only, but it is there.
                return
            except service.ServiceUnreachable:
                if time.monotonic() >= until:
                    raise
            time.sleep(_PAUSE)

    def _plan(self, instance, network_info, image_meta, devices, host, kept,
              running=False, pci_slots=()):
        return self._post('/v1/plans', asks.plan_request(
            instance, network_info, image_meta, instance.flavor,
            CONF.libvirt.virt_type, asks.nic_tags(instance), devices=devices,
            grants=kept, running=running, conflict=_CONFLICT,
            host=dict(asks.host_limits(), **host), pci_slots=pci_slots))

    def _post(self, path, request):
        # A plan changes nothing, so it may be asked for twice.
        return self._ask('POST', path, request, idempotent=True)

    def _ask(self, *request, **how):
        try:
            return self._service.call(*request, **how)
        except service.ServiceRefused as e:
            if e.status < 500:
                raise
            # It did not refuse, it failed.
            raise service.ServiceUnreachable(
                url=self._service.url, reason=e.format_message())


def _restore_wish(nic, requested):
    """The guest runs with what its NIC wished then, whatever it wishes now."""
    nic['vif']['profile'] = {
        key: value for key, value in nic['vif'].get('profile', {}).items()
        if key != 'queues'}
    if requested['source'] in ('port', 'nic', 'tag'):
        nic['queues'] = requested['queues']


def _as_planned(grant):
    return {'granted': grant.granted, 'driver': grant.driver}
