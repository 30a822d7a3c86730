package org.novamq.driver.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What to do under KVM on a host without /dev/vhost-net. */
public enum VhostNetMissing {
    /** Refuse the instance before anything is made. */
    @JsonProperty("refuse")
    REFUSE,
    /** Serve its NICs by QEMU, with a warning. */
    @JsonProperty("qemu")
    QEMU
}
