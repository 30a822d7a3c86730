#!/bin/bash
# DevStack plug-in: installs the service and the compute drivers on a compute host, and has nova-compute load one.
#
#   source plugin.sh stack pre-install|install|post-config|extra
#   source plugin.sh unstack
#   source plugin.sh clean
#
# Sourced by stack.sh, unstack.sh and clean.sh; the variables MQNET_* are in settings. Running guests are left alone by
# all of it.

# shellcheck disable=SC2154  # DevStack's variables, and those of settings
_mqnet_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

function _mqnet_needs_build {
    [[ -z "$MQNET_JAR" ]]
}

function install_mqnet_packages {
    local runtime=openjdk-17-jre-headless kit=openjdk-17-jdk-headless
    if is_fedora; then
        runtime="java-17-openjdk-headless" kit="java-17-openjdk-devel"
    fi
    if _mqnet_needs_build; then
        install_package "$kit" maven
    else
        install_package "$runtime"
    fi
}

function build_mqnet {
    (cd "$_mqnet_dir" && mvn -B -q -DskipTests -pl nova-driver -am package)
}

# The Python that runs nova-compute, whichever that is: DevStack's virtual environment, or the system's.
function _mqnet_nova_python {
    sed -n '1s/^#! *//p' "$NOVA_BIN_DIR/nova-compute"
}

# Nova's tree may belong to root or, as in DevStack, to the user who runs this.
function _mqnet_install_drivers {
    local python
    python=$(_mqnet_nova_python)
    sudo "$_mqnet_dir/devstack/mqnet/install.sh" --python "$python" "$@"
}

function install_mqnet {
    local jar=$MQNET_JAR
    if _mqnet_needs_build; then
        build_mqnet
        jar=$_mqnet_dir/nova-driver/target/novamq.jar
    fi
    sudo install -d -m 755 "$MQNET_DATA_DIR"
    sudo install -m 644 "$jar" "$MQNET_DATA_DIR/novamq.jar"
    _mqnet_install_drivers
}

# Names as in nova.conf, because the service must find what nova-compute finds.
function _mqnet_configuration {
    cat <<YAML
virt_type: $(iniget "$NOVA_CONF" libvirt virt_type)
instances_path: $MQNET_DATA_DIR/instances
server:
  applicationConnectors: [{type: http, bindHost: 127.0.0.1, port: $MQNET_PORT}]
  adminConnectors: [{type: http, bindHost: 127.0.0.1, port: $MQNET_ADMIN_PORT}]
YAML
    if [[ "$MQNET_DRIVER" == RestDriver ]]; then
        echo "glance_endpoint: $GLANCE_URL"
    fi
    if [[ -n "$MQNET_EXTRA_CONF" ]]; then
        echo "$MQNET_EXTRA_CONF"
    fi
}

function configure_mqnet {
    case $MQNET_DRIVER in
        LibvirtDriver | RestDriver) ;;
        *) die $LINENO "MQNET_DRIVER is $MQNET_DRIVER; it may be LibvirtDriver or RestDriver" ;;
    esac
    sudo install -d -m 755 "$MQNET_CONF_DIR" "$MQNET_DATA_DIR/instances"
    _mqnet_configuration | sudo tee "$MQNET_CONF" >/dev/null
    iniset "$NOVA_CONF" DEFAULT compute_driver "mqnet.$MQNET_DRIVER"
    iniset "$NOVA_CONF" mqnet service_url "http://127.0.0.1:$MQNET_PORT"
    iniset "$NOVA_CONF" mqnet on_service_failure "$MQNET_ON_SERVICE_FAILURE"
    if [[ -n "$MQNET_MAX_VCPUS" ]]; then
        iniset "$NOVA_CONF" mqnet max_vcpus "$MQNET_MAX_VCPUS"
    fi
}

# As root: the consoles of guests, which libvirt writes, are readable for no one else.
function start_mqnet {
    run_process mqnet "/usr/bin/java $MQNET_JAVA_OPTS -jar $MQNET_DATA_DIR/novamq.jar server --config $MQNET_CONF" "" root
    wait_for_service "$SERVICE_TIMEOUT" "http://127.0.0.1:$MQNET_PORT/v1/host" ||
        die $LINENO "the service mqnet did not start"
}

function cleanup_mqnet {
    _mqnet_install_drivers --remove
    # Instances are guests of somebody: what is left of them is not removed without being asked for.
    sudo rm -f "$MQNET_DATA_DIR/novamq.jar" "$MQNET_CONF"
    if [[ -d "$MQNET_CONF_DIR" ]]; then
        sudo rmdir --ignore-fail-on-non-empty "$MQNET_CONF_DIR"
    fi
}

if is_service_enabled mqnet && is_service_enabled n-cpu; then
    if [[ "$1" == "stack" && "$2" == "pre-install" ]]; then
        echo_summary "Installing what nova-multiqueue needs"
        install_mqnet_packages
    elif [[ "$1" == "stack" && "$2" == "install" ]]; then
        echo_summary "Installing nova-multiqueue"
        install_mqnet
    elif [[ "$1" == "stack" && "$2" == "post-config" ]]; then
        echo_summary "Configuring nova-multiqueue"
        configure_mqnet
        # Not in the phase extra, which comes after nova-compute's start: its driver looks for the service then.
        start_mqnet
    fi

    if [[ "$1" == "unstack" ]]; then
        stop_process mqnet
    fi

    if [[ "$1" == "clean" ]]; then
        cleanup_mqnet
    fi
fi
