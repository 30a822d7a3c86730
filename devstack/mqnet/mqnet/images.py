"""The images that the service fetches for an instance."""

from nova import exception
from nova.i18n import _
from nova.image import glance


def files(context, instance):
    """What an instance boots from, by the part that it plays.

    Glance's own hash goes with each, so that what comes over the network is
    what the user chose.

    :param context: whose token Glance is asked with
    :returns: a dict ``disk``, and ``kernel`` and ``ramdisk`` where it has them
    """
    ids = {'disk': instance.image_ref,
           'kernel': instance.kernel_id,
           'ramdisk': instance.ramdisk_id}
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
