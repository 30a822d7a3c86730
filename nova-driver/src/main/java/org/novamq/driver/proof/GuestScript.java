package org.novamq.driver.proof;

/**
 * The program that the guest agent runs to describe all NICs of a Linux guest in one round. The text is a constant:
 * nothing of a request, a plan or a guest's earlier answer becomes a part of it. It uses the POSIX shell language only
 * (dash, bash, busybox ash), and needs no other program than {@code ethtool}, without which it says less. Starting a
 * program takes an emulated guest 0.2 to 0.3 s on a busy host, so that it is started once for all NICs where that is possible (ethtool from
 * 5.8, Linux from 5.7), and otherwise once for each.
 *
 * <p>Output, one fact a line; {@link GuestLook} reads it:
 *
 * <pre>
 * ethtool none                              the guest has no ethtool
 * nic eth0                                  a NIC begins
 * address fa:16:3e:00:00:01                 its MAC now
 * driver virtio_net                         its driver
 * features 1110010001011110…                virtio only: the features that the driver has negotiated, bit 0 first
 * vectors 9                                 MSI vectors of its PCI device; no line where sysfs does not show them
 * Permanent address: fa:16:3e:00:00:01      ethtool -P, where the MAC is not the permanent one
 * done                                      the NIC ends
 * Channel parameters for eth0:              ethtool -l: of all NICs before the first, or of one NIC within it
 * Combined: 4                               first the maximum, then what is in use
 * cut                                       there are more NICs, which are not described
 * end                                       the last line
 * </pre>
 */
final class GuestScript {
    /** The guest's own devices; bridges, VLANs and bonds have no {@code device} and are passed over. */
    static final String NIC_CLASS = "/sys/class/net";

    /** NICs that are described. The largest plan that is tested has 240. */
    static final int MAX_NICS = 512;

    /** Seconds of the guest's time after which no further NIC is described, so that what is known comes in time. */
    static final int MAX_SECONDS = 20;

    /**
     * The script. An {@code addr_assign_type} of 0 says that the present MAC is the permanent one (Linux NET_ADDR_PERM,
     * include/uapi/linux/netdevice.h). A PCI function has a file {@code config}; a virtio device has none and lies below its function. A
     * function without vectors uses a line or nothing. Its directory {@code msi_irqs} is then empty (seen in Linux 6.1) or, in
     * kernels that make it with the first vector, not there.
     */
    static final String TEXT = """
            export LC_ALL=C
            ethtool=yes
            command -v ethtool >/dev/null 2>&1 || { ethtool=; echo ethtool none; }
            all=
            [ -z "$ethtool" ] || all=$(ethtool -l '*' 2>/dev/null)
            [ -z "$all" ] || echo "$all"
            cd %s || exit 1
            read -r begun rest </proc/uptime || exit 1
            begun=${begun%%.*}
            count=0
            for nic in *; do
                [ -e "$nic/device" ] || continue
                count=$((count + 1))
                read -r now rest </proc/uptime
                if [ "$count" -gt %d ] || [ $((${now%%.*} - begun)) -ge %d ]; then
                    echo cut
                    break
                fi
                case $nic in
                    -* | *[!A-Za-z0-9_.-]*) echo cut; continue ;;
                esac
                echo "nic $nic"
                {
                    read -r line <"$nic/address" && echo "address $line"
                    while read -r line; do
                        case $line in
                            DRIVER=*) echo "driver ${line#DRIVER=}" ;;
                        esac
                    done <"$nic/device/uevent"
                    [ ! -e "$nic/device/features" ] || { read -r line <"$nic/device/features" && echo "features $line"; }
                } 2>/dev/null
                pci=$nic/device
                [ -e "$pci/config" ] || pci=$nic/device/..
                if [ -d "$pci/msi_irqs" ]; then
                    if [ -r "$pci/msi_irqs" ] && [ -x "$pci/msi_irqs" ]; then
                        set -- "$pci"/msi_irqs/*
                        [ -e "$1" ] || set --
                        echo "vectors $#"
                    fi
                elif [ -e "$pci/config" ]; then
                    echo vectors 0
                fi
                if [ -n "$ethtool" ]; then
                    line=
                    { read -r line <"$nic/addr_assign_type"; } 2>/dev/null
                    [ "$line" = 0 ] || ethtool -P "$nic" 2>/dev/null
                    case $all in
                        *"Channel parameters for $nic:"*) ;;
                        *) ethtool -l "$nic" 2>&1 ;;
                    esac
                fi
                echo done
            done
            echo end
            """.formatted(NIC_CLASS, MAX_NICS, MAX_SECONDS);

    private GuestScript() {}
}
