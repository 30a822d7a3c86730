"""Fills the lab's Keystone: accounts, roles, services, endpoints."""
import openstack

SERVICES = {
    'glance': ('image', 'http://127.0.0.1:9292'),
    'placement': ('placement', 'http://127.0.0.1:8778'),
    'neutron': ('network', 'http://127.0.0.1:9696'),
    'nova': ('compute', 'http://127.0.0.1:8774/v2.1'),
}


def make_account(identity, name, password, project, roles):
    user = identity.create_user(name=name, password=password,
                                domain_id='default')
    for role in roles:
        identity.assign_project_role_to_user(project, user, role)


def main():
    cloud = openstack.connect(cloud='lab')
    identity = cloud.identity
    password = cloud.config.auth['password']
    roles = {role.name: role for role in identity.roles()}
    roles['service'] = identity.create_role(name='service')
    service_project = identity.create_project(name='service',
                                              domain_id='default')
    for name, (kind, url) in SERVICES.items():
        make_account(identity, name, password, service_project,
                     (roles['admin'], roles['service']))
        service = identity.create_service(type=kind, name=name)
        for interface in 'public', 'internal', 'admin':
            identity.create_endpoint(service_id=service.id, url=url,
                                     interface=interface,
                                     region_id='RegionOne')
    demo = identity.create_project(name='demo', domain_id='default')
    make_account(identity, 'demo', password, demo, (roles['member'],))


if __name__ == '__main__':
    main()
