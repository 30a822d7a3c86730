"""What every NIC of an instance was granted, kept with the instance.

Nova undefines the domain at every hard reboot, so the record cannot be there.
It is in the instance's system_metadata, one key for each port: it moves with
the instance, and goes with it.
"""

import dataclasses
import typing as ty

from oslo_log import log as logging
from oslo_serialization import jsonutils

from nova import objects

LOG = logging.getLogger(__name__)

_PREFIX = 'mqnet_'

# As they were before a migration, until it is confirmed or reverted, and which
# migration that is.
_FORMER_PREFIX = 'mqnet-former_'
_FORMER_MIGRATION = 'mqnet-former'


@dataclasses.dataclass(frozen=True)
class Grant:
    """A NIC's share, in the words of the service's answer.

    :ivar granted: queue pairs
    :ivar requested: the wish that it was given for, ``queues`` and ``source``;
        kept beside it for ever
    :ivar driver: the attributes of libvirt's driver element, None for none
    """

    granted: int
    requested: ty.Dict[str, ty.Any]
    driver: ty.Optional[ty.Dict[str, ty.Any]]

    @property
    def is_multiqueue(self):
        """Whether its tap must be one with many queues."""
        return self.granted > 1

    def as_kept(self):
        """As a request tells the service of it."""
        return {'granted': self.granted, 'granted_for': self.requested}


def of_answer(answer):
    """The grants in a plan, by port id.

    A device that is handed over whole has none.
    """
    return {
        nic['id']: Grant(nic['granted'], nic['requested'], nic['driver'])
        for nic in answer['nics'] if nic['granted'] is not None
    }


def of(instance, port_id):
    """The grant of a port, or None."""
    return _read(instance, _PREFIX + port_id)


def kept(instance):
    """All grants of an instance, by port id."""
    grants = {
        key[len(_PREFIX):]: _read(instance, key)
        for key in instance.system_metadata if key.startswith(_PREFIX)
    }
    return {port_id: grant for port_id, grant in grants.items() if grant}


def keep(instance, grants):
    """Makes these the grants of the instance: there are no others.

    :returns: whether anything is another than before; then the instance has to
        be saved
    """
    before = dict(instance.system_metadata)
    _drop(instance, _PREFIX)
    for port_id, grant in grants.items():
        add(instance, port_id, grant)
    return instance.system_metadata != before


def add(instance, port_id, grant):
    # No value may be longer than 255 characters; this one has at most about
    # 170, since all of it are numbers and names of our own.
    instance.system_metadata[_PREFIX + port_id] = jsonutils.dumps(
        dataclasses.asdict(grant), separators=(',', ':'))


def remove(instance, port_id):
    instance.system_metadata.pop(_PREFIX + port_id, None)


def forget(instance):
    """From now on every NIC is planned anew."""
    _drop(instance, _PREFIX)
    # A snapshot takes all of system_metadata along as properties of its image,
    # and what is booted from it gets them back under Nova's prefix.
    _drop(instance, 'image_' + _PREFIX)


def set_aside(instance, migration):
    """Puts a copy of all grants aside.

    :param migration: the uuid of what may bring them back
    """
    drop_aside(instance)
    _copy(instance, _PREFIX, _FORMER_PREFIX)
    instance.system_metadata[_FORMER_MIGRATION] = migration


def bring_back(instance, migration):
    """Undoes what has been granted since this migration put grants aside.

    One that ended before it came to that has changed nothing.
    """
    if instance.system_metadata.get(_FORMER_MIGRATION) == migration:
        _drop(instance, _PREFIX)
        _copy(instance, _FORMER_PREFIX, _PREFIX)
        drop_aside(instance)


def drop_aside(instance):
    _drop(instance, _FORMER_PREFIX)
    instance.system_metadata.pop(_FORMER_MIGRATION, None)


def refresh(instance):
    """Reads the grants anew from the database.

    Nova may be attaching other NICs at this moment, each with an instance
    object of its own, and whoever saves last would remove what the others have
    added.
    """
    stored = objects.Instance.get_by_uuid(
        instance._context, instance.uuid, expected_attrs=['system_metadata'])
    _drop(instance, _PREFIX)
    instance.system_metadata.update(
        {key: value for key, value in stored.system_metadata.items()
         if key.startswith(_PREFIX)})


def _read(instance, key):
    value = instance.system_metadata.get(key)
    if value is None:
        return None
    try:
        return Grant(**jsonutils.loads(value))
    except (ValueError, TypeError):
        LOG.warning('Cannot read %(key)s in system_metadata: %(value)s. The '
                    'NIC is planned anew.', {'key': key, 'value': value},
                    instance=instance)
        return None


def _drop(instance, prefix):
    for key in [k for k in instance.system_metadata if k.startswith(prefix)]:
        del instance.system_metadata[key]


def _copy(instance, old, new):
    for key in [k for k in instance.system_metadata if k.startswith(old)]:
        instance.system_metadata[new + key[len(old):]] = (
            instance.system_metadata[key])
