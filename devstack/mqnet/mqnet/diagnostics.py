"""What the service tells of an instance's devices, in Nova's two forms.

A ``found`` is the answer to GET /v1/instances/{uuid}/diagnostics.
"""

from nova.objects import diagnostics


def before_2_48(found):
    """The dict of the older microversions, which every driver fills freely."""
    output = {'memory': found['memory_details']['maximum']}
    for cpu in found['cpu_details']:
        output['cpu%s_time' % cpu['id']] = cpu['time']
    for kind in ('disk', 'nic'):
        for number, device in enumerate(found[kind + '_details']):
            output.update(('%s%d_%s' % (kind, number, name), value)
                          for name, value in device.items())
    return output


def since_2_48(found, has_config_drive):
    """:returns: nova.objects.diagnostics.Diagnostics"""
    output = diagnostics.Diagnostics(
        state=found['state'], driver=found['driver'],
        hypervisor=found['hypervisor'], hypervisor_os='linux',
        uptime=found['uptime'], config_drive=has_config_drive)
    output.memory_details = diagnostics.MemoryDiagnostics(
        **found['memory_details'])
    for details, add in ((found['cpu_details'], output.add_cpu),
                         (found['nic_details'], output.add_nic),
                         (found['disk_details'], output.add_disk)):
        for one in details:
            add(**one)
    return output
