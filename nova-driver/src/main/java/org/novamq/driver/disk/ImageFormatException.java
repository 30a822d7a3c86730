package org.novamq.driver.disk;

/** qemu-img cannot open a file in the format that was declared for it; the message is qemu-img's own. */
public final class ImageFormatException extends RuntimeException {
    ImageFormatException(String qemuImgText) {
        super(qemuImgText);
    }
}
