"""The images that the service fetches for an instance."""

import nova.conf
from nova import exception
from nova.i18n import _
from nova.image import glance


CONF = nova.conf.CONF


def files(context, instance):
    """What an instance boots from, by the part that it plays.

    Glance's own hash goes with each, so that what comes over the network is
    what the user chose.

    :param context: whose token Glance is asked with
    :returns: a dict ``disk``, and ``kernel`` and ``ramdisk`` where it has them
    """
    return _files(context, {'disk': instance.image_ref,
                            'kernel': instance.kernel_id,
                            'ramdisk': instance.ramdisk_id})


def rescue_files(context, instance, image_id):
    """The same for its rescue: the user's choice, the host's, or its own.

    :param image_id: None where the user has not chosen
    """
    host = CONF.libvirt
    return _files(context, {
        'disk': image_id or host.rescue_image_id or instance.image_ref,
        'kernel': host.rescue_kernel_id or instance.kernel_id,
        'ramdisk': host.rescue_ramdisk_id or instance.ramdisk_id})


def _files(context, ids):
    api = glance.API()
    return {part: _file(api.get(context, image_id))
            for part, image_id in ids.items() if image_id}


def _file(image):
    algorithm, value = image.get('os_hash_algo'), image.get('os_hash_value')
    if not (algorithm and value):
        # An image from before Glance had others.
        algorithm, value = 'md5', image.get('checksum')
    if not value:
        raise exception.ImageUnacceptable(
            image_id=image['id'],
            reason=_('Glance has no hash to check it by'))
    return {'id': image['id'], 'disk_format': image['disk_format'],
            'hash_algo': algorithm, 'hash_value': value}
